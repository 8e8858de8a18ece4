import { describe, expect, test } from "vitest";
import { cellOf, metered, priceRow, questions, smallBook } from "../cost/cell.support.ts";
import { costsOf } from "../cost/costs.ts";
import { scenariosOf } from "../cost/scenario.ts";
import type { Observation } from "../observation.ts";
import type { CellSummary } from "../report.ts";
import type { Run } from "../run.ts";
import type { Question } from "../task.ts";
import { cellsOf, right, saying } from "./compare.support.ts";
import { type Comparison, comparisonsOf } from "./compare.ts";
import { answered, asked, failed, questionsOf, runOf } from "./run.support.ts";
import { summarise } from "./summarise.ts";

const rowsOf = (run: Run, observations: readonly Observation[], n = 20): Comparison[] =>
  comparisonsOf(summarise(run, [...asked(questionsOf(n)), ...observations]), [], 42);
const rowOf = (run: Run, observations: readonly Observation[], n = 20): Comparison =>
  rowsOf(run, observations, n)[0] as Comparison;
const TWO = runOf({}, ["a", "b"]);

describe("comparisonsOf", () => {
  test("sets the first named beside the second: who is right, and what each takes", () => {
    const row = rowOf(TWO, [...saying("a", right(16, 4), 8), ...saying("b", right(12, 8), 4)]);
    expect([row.a.cell.model, row.b.cell.model, row.questions]).toEqual(["a", "b", 20]);
    expect(row.quality).toMatchObject({ bothCorrect: 12, onlyFirst: 4, onlySecond: 0, neither: 4, mcnemar: 0.125 });
    expect(row.quality?.difference.value).toBeCloseTo(0.2, 12);
    expect(row.latency).toEqual({ value: 2, interval: { low: 2, high: 2 } });
    expect(row.energy?.perAnswer.value).toBeCloseTo(2, 9);
    expect(row.energy?.perAnswer.interval?.low).toBeCloseTo(1.5, 6);
    expect(row.energy?.perAnswer.interval?.high).toBeCloseTo(2.66, 6);
    expect(row.energy?.perCorrect?.value).toBeCloseTo(1.5, 9);
    expect(row.holm).toBe(0.125);
  });

  test("finds a model beside its equal alike in everything", () => {
    const row = rowOf(TWO, [...saying("a", right(13, 7)), ...saying("b", right(13, 7))]);
    expect(row).toMatchObject({
      quality: { difference: { value: 0 }, mcnemar: 1, flips: 0 },
      latency: { value: 1 },
      energy: { perAnswer: { value: 1 }, perCorrect: { value: 1 } },
      holm: 1,
    });
  });

  test("has no ratio per correct answer where one had none", () => {
    const row = rowOf(TWO, [...saying("a", right(0, 20)), ...saying("b", right(10, 10))]);
    expect(row.quality?.difference.value).toBe(-0.5);
    expect(row.energy).toHaveProperty("perAnswer");
    expect(row.energy).not.toHaveProperty("perCorrect");
    expect(row).not.toHaveProperty("paid");
  });

  test("says nothing of quality of random weights, nor where one never answered", () => {
    const random = { weights: "random" } as const;
    const said = [...saying("a", right(20, 0)), ...saying("b", right(10, 10), 2)];
    const row = rowOf(cellsOf({ a: random, b: random }), said);
    expect(row.latency?.value).toBeCloseTo(2, 9);
    expect(row.energy?.perAnswer.value).toBeCloseTo(2, 9);
    for (const key of ["quality", "holm", "paid"]) expect(row).not.toHaveProperty(key);
    expect(rowOf(TWO, [...saying("a", right(20, 0)), failed(undefined, "gone", 0, "b")])).not.toHaveProperty("quality");
  });

  test("compares what a stopped run put to both", () => {
    const run: Run = { ...TWO, state: "interrupted" };
    const row = rowOf(run, [answered("q0"), answered("q1"), answered("q1", { model: "b", text: "no" })]);
    expect(row).toMatchObject({ questions: 1, quality: { onlyFirst: 1 } });
  });

  test("adjusts the p-values of all rows together", () => {
    const said = [...saying("a", right(40, 0)), ...saying("b", right(30, 10)), ...saying("c", right(29, 11))];
    const rows = rowsOf(runOf({}, ["a", "b", "c"]), said, 40);
    // a b 10 : 0, a c 11 : 0, b c 1 : 0.
    const [ten, eleven] = [2 * 0.5 ** 10, 2 * 0.5 ** 11];
    expect(rows.map(({ quality }) => quality?.mcnemar)).toEqual([ten, eleven, 1].map((p) => expect.closeTo(p, 12)));
    expect(rows.map(({ holm }) => holm)).toEqual([2 * ten, 3 * eleven, 1].map((p) => expect.closeTo(p, 12)));
  });

  test("draws the questions of a cluster together, in ratios too", () => {
    // One cluster is slow on a alone: resampling its questions one by one would make it look certain.
    const clustered = questionsOf(40).map((question, i) =>
      Object.assign({}, question, { cluster: `c${Math.floor(i / 10)}` }),
    );
    const said = ["a", "b"].flatMap((model) =>
      clustered.map(({ id }, i) => answered(id, { model, latencyMs: model === "a" && i < 10 ? 40 : 4 })),
    );
    const width = (all: readonly Question[]): number => {
      const [row] = comparisonsOf(summarise(TWO, [...asked(all), ...said]), [], 42);
      const { low, high } = (row as Comparison).latency?.interval ?? { low: NaN, high: NaN };
      return high - low;
    };
    expect(width(clustered)).toBeGreaterThan(1.8 * width(questionsOf(40)));
  });

  test("is the same each time", () => {
    const said = [...saying("a", right(16, 4), 8), ...saying("b", right(12, 8), 4)];
    expect(rowsOf(TWO, said)).toEqual(rowsOf(TWO, said));
  });
});

describe("comparisonsOf, what is paid", () => {
  const book = smallBook().filter(({ kind }) => kind !== "rental");
  const prices = [...book, priceRow("rental", "box", "price", 1, { unit: "USD/h" })];
  const paidOf = (a: CellSummary, b: CellSummary): Comparison => {
    const cells = [a, b];
    return comparisonsOf(cells, costsOf(cells, scenariosOf(prices, runOf().environment), 42), 42)[0] as Comparison;
  };
  const dear = questions(100, 80, { joules: 9, seconds: 4 });
  const cheap = questions(100, 40, { joules: 3, seconds: 0.5 });

  test("is by the first price of electricity, where dollars stand to each other as joules", () => {
    const { paid, energy } = paidOf(cellOf("a", dear), cellOf("b", cheap));
    expect(paid?.scenario.id).toBe("grid");
    expect(paid?.usdPerCorrect.value).toBeCloseTo(3 / 2, 12);
    expect(paid?.usdPerCorrect).toEqual(energy?.perCorrect);
  });

  test("without energy is by the first price that anything costs", () => {
    const { paid } = paidOf(cellOf("a", dear, { energy: null }), cellOf("b", cheap, { energy: null }));
    expect(paid?.scenario.id).toBe("box");
    expect(paid?.usdPerCorrect.value).toBeCloseTo(8 / 2, 12);
    expect(paid?.usdPerCorrect.interval?.low).toBeLessThan(4);
    expect(paid?.usdPerCorrect.interval?.high).toBeGreaterThan(4);
    const nothing = cellOf("b", questions(100, 0), { energy: null });
    expect(paidOf(cellOf("a", dear, { energy: null }), nothing)).not.toHaveProperty("paid");
  });

  test.each([{ grade: "B" }, { boundary: "wall" }, { source: "another" }] as const)(
    "leaves energy and dollars out of pairs of unlike %j",
    (unlike) => {
      const row = paidOf(cellOf("a", dear, { energy: metered() }), cellOf("b", cheap, { energy: metered(unlike) }));
      expect(row).not.toHaveProperty("energy");
      expect(row).not.toHaveProperty("paid");
    },
  );
});
