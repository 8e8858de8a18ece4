import { describe, expect, test } from "vitest";
import type { ModelRecord } from "../model.ts";
import type { Observation } from "../observation.ts";
import type { Cell, Run } from "../run.ts";
import { type ActivityRow, activityRows } from "./activity.ts";
import { activityTable } from "./activitytable.ts";
import { answered, asked, failed, questionsOf, runOf, windowOf } from "./run.support.ts";
import { summarise } from "./summarise.ts";

/** A mixture that reads a quarter of what the dense model reads, of more parameters in all. */
const SIZES: Record<string, Partial<ModelRecord>> = {
  mixture: { parameters_active: 25, parameters_total: 120 },
  dense: { parameters_active: 100, parameters_total: 100 },
};

function runWith(cell: Partial<Cell> = {}, sizes = SIZES): Run {
  const run = runOf({}, Object.keys(sizes));
  return {
    ...run,
    cells: run.cells.map((one) => ({ ...one, ...cell })),
    models: Object.fromEntries(Object.entries(run.models).map(([id, model]) => [id, { ...model, ...sizes[id] }])),
  };
}

/** Answers of three tokens: at 2, 3 and 4 ms by the mixture, at 10, 12 and 14 ms by the dense model. */
const SAID: readonly Observation[] = [
  ...asked(questionsOf(4)),
  ...questionsOf(4).flatMap(({ id }) => [
    answered(id, { model: "mixture", at: [2, 3, 4], latencyMs: 5 }),
    answered(id, { model: "dense", at: [10, 12, 14], latencyMs: 15 }),
  ]),
  windowOf(4, { model: "mixture", wallS: 1, cpuS: 1 }),
  windowOf(4, { model: "dense", wallS: 3, cpuS: 3 }),
];

const rowsOf = (run: Run, observations = SAID): ActivityRow[] => activityRows(summarise(run, observations), 42);

describe("activityRows", () => {
  test("set what is saved beside what is promised", () => {
    const [row, ...more] = rowsOf(runWith());
    expect(more).toEqual([]);
    expect([row?.cell.cell.model, row?.reference.cell.model, row?.questions]).toEqual(["mixture", "dense", 4]);
    expect([row?.active, row?.total]).toEqual([0.25, 1.2]);
    expect(row?.first).toEqual({ value: 0.2, interval: { low: 0.2, high: 0.2 } });
    expect(row?.decode?.value).toBe(0.5);
    expect(row?.latency?.value).toBeCloseTo(1 / 3, 12);
    expect(row?.energy?.perAnswer.value).toBeCloseTo(1 / 3, 12);
  });

  test("compare the time of a token, however many each writes", () => {
    const [row] = rowsOf(runWith(), [
      ...asked(questionsOf(2)),
      answered("q0", { model: "mixture", at: [2, 3, 4, 5, 6, 7] }),
      answered("q1", { model: "mixture", at: [2, 3] }),
      answered("q0", { model: "dense", at: [10, 12] }),
      answered("q1", { model: "dense", at: [10] }),
    ]);
    expect(row?.decode?.value).toBe(0.5);
  });

  test("compare questions that both answered, and nothing where there are none", () => {
    const answers = [
      answered("q0", { model: "mixture", latencyMs: 1 }),
      answered("q1", { model: "mixture", latencyMs: 100 }),
      failed("q1", "too long", 0, "dense"),
    ];
    const [row] = rowsOf(runWith(), [
      ...asked(questionsOf(2)),
      ...answers,
      answered("q0", { model: "dense", latencyMs: 2 }),
    ]);
    expect([row?.questions, row?.latency]).toEqual([1, { value: 0.5 }]);
    const [none] = rowsOf(runWith(), [...asked(questionsOf(2)), ...answers]);
    expect(none).toMatchObject({ questions: 0, active: 0.25 });
    expect(Object.keys(none ?? {})).not.toContain("decode");
  });

  test("leave out models of unknown size, and have none where one model stands alone", () => {
    expect(rowsOf(runWith({}, { mixture: {}, dense: SIZES["dense"] as object }))).toEqual([]);
  });
});

describe("activityTable", () => {
  test("shows random weights alone, which are run for nothing else", () => {
    expect(activityTable(rowsOf(runWith()))).toBeUndefined();
    const text = activityTable(rowsOf(runWith({ weights: "random" }))) ?? "";
    const line = text.split("\n").find((one) => one.includes("mixture")) ?? "";
    expect(
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ).toEqual([
      "mixture beside dense",
      "0.25 x",
      "0.20 x [0.20, 0.20]",
      "0.50 x [0.50, 0.50]",
      "0.33 x [0.33, 0.33]",
      expect.stringMatching(/^0\.33 x \[0\.2\d, 0\.4\d\]$/),
    ]);
    expect(text).toContain("promised is the first column");
  });
});
