import { describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import type { Run } from "../run.ts";
import { columnProblems, rowIn } from "./column.support.ts";
import type { Value } from "./column.ts";
import { precisionRows } from "./precision.ts";
import { bothSaid, COARSE, EXACT, repeated, variantsOf } from "./precision.support.ts";
import { PRECISION_COLUMNS } from "./precisioncolumns.ts";
import { summarise } from "./summarise.ts";

const rowOf = (run: Run, observations: readonly Observation[]): Record<string, Value> =>
  precisionRows(summarise(run, observations), 42).map((row) => rowIn(PRECISION_COLUMNS, row))[0] ?? {};
const SAID = bothSaid(repeated("yes", 8), [...repeated("yes", 6), "no", "nope"]);

/** What is left empty where answers are not judged. */
const QUALITY = PRECISION_COLUMNS.map(({ name }) => name).filter((name) =>
  /^(accuracy|reference_accuracy|only_|mcnemar|flip|energy_ratio)/.test(name),
);

describe("PRECISION_COLUMNS", () => {
  test("begin with what a row is of, and are unique and documented", () => {
    const begin =
      "run, model, task, device, precision, threads, batch, solver, lowering, weights, reference_precision, reference_lowering, questions";
    expect(columnProblems<never>(PRECISION_COLUMNS, begin.split(", "))).toEqual([]);
  });

  test("name both sides, and give all that is compared", () => {
    const [rows, branch] = [{ lowering: "rows" as const }, { lowering: "branch" as const }];
    const row = rowOf(variantsOf({ exact: { ...EXACT, ...rows }, coarse: { ...COARSE, ...branch } }), SAID);
    expect(row).toMatchObject({
      model: "a",
      precision: "int8",
      lowering: "branch",
      weights: "stored",
      reference_precision: "fp32",
      reference_lowering: "rows",
      questions: 8,
      accuracy: 0.75,
      reference_accuracy: 1,
      accuracy_difference: -0.25,
      only_reference_correct: 2,
      only_this_correct: 0,
      mcnemar_p: 0.5,
      flips: 2,
      flip_rate: 0.25,
    });
    for (const name of ["latency_ratio", "energy_per_answer_ratio"]) {
      expect(row[name]).toBeCloseTo(0.5, 9);
      expect(row[`${name}_low`]).toBeLessThanOrEqual(row[name] as number);
      expect(row[`${name}_high`]).toBeGreaterThanOrEqual(row[name] as number);
    }
    expect(row["energy_ratio"]).toBeCloseTo(0.5 / 0.75, 9);
  });

  test("of random weights leave all that is made of answers empty", () => {
    const weights = "random";
    const row = rowOf(variantsOf({ exact: { ...EXACT, weights }, coarse: { ...COARSE, weights } }), SAID);
    expect(QUALITY).toHaveLength(15);
    for (const name of QUALITY) expect(row[name]).toBeUndefined();
    expect(row).toMatchObject({ weights: "random", questions: 8 });
    expect(row["energy_per_answer_ratio"]).toBeCloseTo(0.5, 9);
  });
});
