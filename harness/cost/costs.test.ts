import { describe, expect, test } from "vitest";
import type { CellSummary } from "../report.ts";
import { wilson } from "../stats/interval.ts";
import { cellOf, energyOf, metered, question, questions, smallBook, unjudged } from "./cell.support.ts";
import { type CostRow, costsOf } from "./costs.ts";
import { scenariosOf } from "./scenario.ts";

const SCENARIOS = scenariosOf(smallBook(), { virtualised: true });
/** Rows of one scenario by model. */
function costs(cells: readonly CellSummary[], scenario: string): Record<string, CostRow> {
  const rows = costsOf(cells, SCENARIOS, 42).filter((row) => row.scenario.id === scenario);
  return Object.fromEntries(rows.map((row) => [row.cell.cell.model, row]));
}
const cost = (cell: CellSummary, scenario: string): CostRow["cost"] => costs([cell], scenario)["m"]?.cost;

describe("costsOf", () => {
  test("gives a row for every cell and scenario, by task and scenario", () => {
    const cells = [
      cellOf("a", questions(3, 2)),
      cellOf("a", questions(3, 2), { task: "recall" }),
      cellOf("b", questions(3, 2)),
    ];
    const rows = costsOf(cells, SCENARIOS, 1);
    expect(rows).toHaveLength(3 * SCENARIOS.length);
    const names = rows.map(({ cell, scenario }) => `${cell.cell.task} ${scenario.id} ${cell.cell.model}`);
    expect(names.slice(0, 3)).toEqual(["addition grid a", "addition grid b", "addition c7i.xlarge a"]);
    expect(names.at(-1)).toBe("recall s21-2024-11 a");
  });

  test("takes cost per correct as sum of cost over sum of credit, by each formula", () => {
    // 10 questions, 4 right: 80 J x 1.4, 5 s, 200 tokens in and 100 out.
    const cell = cellOf("m", questions(10, 4));
    const perCorrect = (scenario: string): number => cost(cell, scenario)?.perCorrect?.value as number;
    expect(perCorrect("grid")).toBeCloseTo((((80 * 1.4) / 3.6e6) * 0.1) / 4, 15);
    expect(perCorrect("c7i.xlarge")).toBeCloseTo(((0.1785 / 3_600) * 5) / 4, 15);
    expect(perCorrect("h100-2023")).toBeCloseTo((26_280 / (26_280 * 3_600 * 0.5)) * (5 / 4), 15);
    expect(perCorrect("o1")).toBeCloseTo((200 * 15e-6 + 100 * 60e-6) / 4, 12);
    expect(perCorrect("s21-2024-11")).toBeCloseTo((((80 * 1.4) / 3.6e6) * 55.65) / (24 * 17.5) / 4, 15);
    expect(cost(cell, "c7i.xlarge")?.perAnswer.value).toBeCloseTo(((0.1785 / 3_600) * 5) / 10, 15);
    expect(cost(cell, "o1")?.perOutputToken).toBeCloseTo((200 * 15e-6 + 100 * 60e-6) / 100, 12);
  });

  test("pays for questions that failed and for all of their repeats", () => {
    const cell = cellOf("m", [
      question("q0", { puts: 3, credit: 3, seconds: 3 }),
      question("q1", { credit: 0, seconds: 1 }),
    ]);
    expect(cost(cell, "c7i.xlarge")?.perAnswer.value).toBeCloseTo(0.1785 / 3_600, 15);
    expect(cost(cell, "c7i.xlarge")?.perCorrect?.value).toBeCloseTo((4 / 3) * (0.1785 / 3_600), 15);
  });

  test("gives joules the meter's factor and the PUE's range, seconds and tokens none", () => {
    // Equal questions, all answers bought: what is left is [0.65, 1.9] joined with [1.1, 1.8] / 1.4.
    const cell = cellOf("m", questions(30, 15));
    const { value, interval } = cost(cell, "grid")?.perAnswer ?? { value: 0 };
    const low = Math.exp(-Math.hypot(Math.log(0.65), Math.log(1.1 / 1.4)));
    const high = Math.exp(Math.hypot(Math.log(1.9), Math.log(1.8 / 1.4)));
    expect((interval?.low ?? 0) / value).toBeCloseTo(low, 9);
    expect((interval?.high ?? 0) / value).toBeCloseTo(high, 9);
    const { interval: timed, value: perAnswer } = cost(cell, "c7i.xlarge")?.perAnswer ?? { value: 0 };
    expect(timed?.low).toBeCloseTo(perAnswer, 15);
    expect(timed?.high).toBeCloseTo(perAnswer, 15);
  });

  test("gives joules what their windows leave open", () => {
    const energy = metered({ factor: { low: 1, high: 1 }, windowHalf: 0.1, boundary: "wall" });
    const { value, interval } = cost(cellOf("m", questions(10, 5), { energy }), "grid")?.perAnswer ?? { value: 0 };
    expect((interval?.high ?? 0) / value).toBeCloseTo(Math.exp(0.1), 9);
  });

  test("takes the PUE of where the joules were measured", () => {
    const pue = (energy: CellSummary["energy"] & object) =>
      cost(cellOf("m", questions(10, 5), { energy }), "grid")?.pue?.value;
    expect(pue(energyOf())).toBe(1.4);
    expect(pue(metered({ boundary: "wall" }))).toBe(1);
    expect(cost(cellOf("m", questions(10, 5)), "c7i.xlarge")).not.toHaveProperty("pue");
  });

  test("is as unsure of a cost per correct as the accuracy is, also with all correct", () => {
    const { value, interval } = cost(cellOf("m", questions(50, 50)), "c7i.xlarge")?.perCorrect ?? { value: 0 };
    expect((interval?.high ?? 0) / value).toBeCloseTo(1 / wilson(1, 50).low, 9);
    expect((interval?.low ?? 0) / value).toBeCloseTo(1, 9);
  });

  test("covers a cost per correct answer that depends on the question", () => {
    // Hard questions are dear and wrong: [cost 3, credit 0] or [cost 1, credit 1], alternating.
    const totals = Array.from({ length: 400 }, (_, i) => question(`q${i}`, { credit: i % 2, seconds: i % 2 ? 1 : 3 }));
    const { value, interval } = cost(cellOf("m", totals), "c7i.xlarge")?.perCorrect ?? { value: 0 };
    const perSecond = 0.1785 / 3_600;
    expect(value / perSecond).toBeCloseTo(4, 9);
    // theta = C/p has variance theta^2 (s_c^2/(n c^2) + (1-p)/(n p) - 2 s_cr/(n c p)) = 16/400 (1/4 + 1 + 1).
    const half = 1.96 * Math.sqrt((16 / 400) * 2.25);
    expect(((interval?.high ?? 0) - (interval?.low ?? 0)) / perSecond / 2).toBeGreaterThan(0.9 * half);
    expect(((interval?.high ?? 0) - (interval?.low ?? 0)) / perSecond / 2).toBeLessThan(1.1 * half);
  });

  test("has no cost per correct answer where none was, but what one costs at least", () => {
    const none = cost(cellOf("m", questions(50, 0)), "c7i.xlarge");
    expect(none).not.toHaveProperty("perCorrect");
    const perAnswer = (0.1785 / 3_600) * 0.5;
    expect(none?.perCorrectBound).toBeCloseTo(perAnswer / (1 - 0.05 ** (1 / 50)), 12);
    // The rule of three: sum of cost / 2.996.
    expect((none?.perCorrectBound ?? 0) / ((50 * perAnswer) / 2.995732)).toBeCloseTo(1.03, 2);
    const grid = cost(cellOf("m", questions(50, 0)), "grid");
    expect(grid?.perCorrectBound).toBeCloseTo((grid?.perAnswer.interval?.low ?? 0) / (1 - 0.05 ** (1 / 50)), 15);
  });

  test("has a cost per answer of what is not judged, and none per correct answer, nor what one costs at least", () => {
    const cell = unjudged("m");
    expect(cost(cell, "grid")).toHaveProperty("perAnswer");
    for (const absent of ["perCorrect", "perCorrectBound"]) expect(cost(cell, "grid")).not.toHaveProperty(absent);
    expect(cost(cell, "grid")?.parts).not.toHaveProperty("creditPerAnswer");
    const { m, judged } = costs([cell, cellOf("judged", questions(10, 4))], "grid");
    expect(m).not.toHaveProperty("against");
    expect(m).not.toHaveProperty("onFrontier");
    expect(judged).not.toHaveProperty("against");
  });

  test("has no cost of joules that are not known, never 0", () => {
    const cell = cellOf("m", questions(10, 5), { energy: null });
    expect(costs([cell], "grid")["m"]).not.toHaveProperty("cost");
    expect(costs([cell], "s21-2024-11")["m"]).not.toHaveProperty("cost");
    expect(cost(cell, "c7i.xlarge")?.perAnswer.value).toBeGreaterThan(0);
  });

  test("counts joules over the questions whose windows were read", () => {
    const totals = [...questions(4, 4, { joules: 2 }), question("q4", { credit: 0, joules: null })];
    expect(cost(cellOf("m", totals), "grid")?.perCorrect?.value).toBeCloseTo(((2 * 1.4) / 3.6e6) * 0.1, 15);
  });

  test("has nothing of a cell that was put no question, and no interval of one", () => {
    expect(costs([cellOf("m", [])], "o1")["m"]).not.toHaveProperty("cost");
    const one = cost(cellOf("m", questions(1, 1)), "grid");
    expect(one?.perAnswer).toEqual({ value: expect.closeTo(((8 * 1.4) / 3.6e6) * 0.1, 15) });
  });

  test("has no bill per output token of a task that writes none, and counts prompt tokens instead", () => {
    const scored = cost(cellOf("m", questions(10, 5, { outputTokens: 0 })), "o1");
    expect(scored).not.toHaveProperty("perOutputToken");
    expect(scored?.parts).toMatchObject({ tokenKind: "prompt", tokensPerAnswer: 20, creditPerAnswer: 0.5 });
  });

  test("says why a model is dearer than the cheapest of its task", () => {
    const cells = [
      cellOf("cheap", questions(20, 16, { seconds: 1 })),
      // Half as often right, twice the tokens, each as dear: 4 = 1 x 2 x 2.
      cellOf("dear", questions(20, 8, { seconds: 2, outputTokens: 20 })),
    ];
    const rows = costs(cells, "c7i.xlarge");
    expect(rows["cheap"]).not.toHaveProperty("against");
    expect(rows["dear"]?.against?.cheapest.cell.model).toBe("cheap");
    expect(rows["dear"]?.against?.shares.price).toBeCloseTo(0, 9);
    expect(rows["dear"]?.against?.shares.tokens).toBeCloseTo(0.5, 9);
    expect(rows["dear"]?.against?.shares.accuracy).toBeCloseTo(0.5, 9);
  });

  test("does not set joules of unlike boundary beside each other", () => {
    const cells = [
      cellOf("a", questions(20, 16)),
      cellOf("b", questions(20, 8, { joules: 9 }), { energy: energyOf({ boundary: "whole_server" }) }),
    ];
    expect(costs(cells, "grid")["b"]).not.toHaveProperty("against");
    expect(costs(cells, "grid")["b"]).not.toHaveProperty("onFrontier");
    expect(costs(cells, "c7i.xlarge")["b"]).toHaveProperty("against");
  });

  test("does not take a model that died early for the cheapest", () => {
    const cells = [cellOf("dead", questions(2, 2, { seconds: 0.1 })), cellOf("b", questions(20, 8))];
    expect(costs(cells, "c7i.xlarge")["b"]).not.toHaveProperty("against");
    expect(costs(cells, "c7i.xlarge")["b"]?.onFrontier).toBe("yes");
    expect(costs(cells, "c7i.xlarge")["dead"]).not.toHaveProperty("onFrontier");
    expect(costs(cells, "c7i.xlarge")["dead"]?.cost?.perCorrect?.value).toBeGreaterThan(0);
  });
});
