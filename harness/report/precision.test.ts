import { describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import type { CellSummary } from "../report.ts";
import type { Cell, Run } from "../run.ts";
import { wilson } from "../stats/interval.ts";
import { type PrecisionRow, precisionRows } from "./precision.ts";
import { bothSaid, COARSE, EXACT, repeated, said, variantsOf } from "./precision.support.ts";
import { answered, asked, definition, failed, questionsOf, withPlan } from "./run.support.ts";
import { summarise } from "./summarise.ts";

const RUN = variantsOf({ exact: EXACT, coarse: COARSE });
const rowsOf = (run: Run, observations: readonly Observation[]): PrecisionRow[] =>
  precisionRows(summarise(run, observations), 42);
const rowOf = (observations: readonly Observation[], run = RUN): PrecisionRow =>
  rowsOf(run, observations)[0] as PrecisionRow;

/** 21 questions, 5 right in both, 7 in the exact one alone, 1 in the coarse one alone: table V of Fagerland et al. 2014. */
const EXACT_TEXTS = [...repeated("yes", 12), ...repeated("no", 9)];
const COARSE_TEXTS = [...repeated("yes", 5), ...repeated("no", 7), "yes", ...repeated("no", 8)];

describe("precisionRows, accuracy", () => {
  test("pairs by question: Tango's interval of the difference and McNemar's exact test", () => {
    const { questions, quality } = rowOf(bothSaid(EXACT_TEXTS, COARSE_TEXTS));
    expect(questions).toBe(21);
    expect(quality).toMatchObject({ onlyReference: 7, onlyThis: 1, mcnemar: 0.0703125, flips: 8 });
    expect(quality?.accuracy).toBeCloseTo(6 / 21, 12);
    expect(quality?.referenceAccuracy).toBeCloseTo(12 / 21, 12);
    expect(quality?.difference.value).toBeCloseTo(-6 / 21, 12);
    expect(quality?.difference.interval?.low).toBeCloseTo(-0.517, 3);
    expect(quality?.difference.interval?.high).toBeCloseTo(-0.026, 3);
    expect(quality?.flipRate).toEqual({ value: 8 / 21, interval: wilson(8 / 21, 21) });
  });

  test("counts as changed what is said otherwise, also where both are wrong", () => {
    const { quality } = rowOf(bothSaid(["yes", "no", "no", "no"], ["yes", "no", "nope", "never"]));
    expect(quality).toMatchObject({ flips: 2, flipRate: { value: 0.5 }, onlyReference: 0, onlyThis: 0, mcnemar: 1 });
    expect(quality?.difference.value).toBe(0);
  });

  test("folds repeats: a question asked three times is one item", () => {
    const run = withPlan(RUN, { trials: 3 });
    const once = bothSaid(EXACT_TEXTS, COARSE_TEXTS);
    const again = (trial: number): Observation[] =>
      once.flatMap((one) => (one.kind === "answer" || one.kind === "window" ? { ...one, trial } : []));
    const { questions, quality } = rowOf([...once, ...again(1), ...again(2)], run);
    expect(questions).toBe(21);
    expect(quality?.flips).toBe(24);
    const { difference, flipRate } = rowOf(once).quality as NonNullable<PrecisionRow["quality"]>;
    expect([quality?.difference, quality?.flipRate]).toEqual([difference, flipRate]);
  });

  test("takes repeats that differ by parts, trial by trial", () => {
    const texts = { exact: ["yes", "no", "yes"], coarse: ["no", "yes", "no"] };
    const observations = Object.entries(texts).flatMap(([model, of]) =>
      of.map((text, trial) => answered("q0", { model, text, trial })),
    );
    const { quality } = rowOf([...asked(questionsOf(1)), ...observations], withPlan(RUN, { trials: 3 }));
    expect(quality).toMatchObject({ onlyReference: 1, onlyThis: 0, flips: 3, flipRate: { value: 1 } });
    expect(quality?.difference.value).toBeCloseTo(-1 / 3, 12);
  });

  test("counts a failure as wrong, and as a change unless both failed", () => {
    const { questions, quality } = rowOf([
      ...asked(questionsOf(4)),
      ...["q0", "q1"].map((id) => answered(id, { model: "exact" })),
      ...["q2", "q3"].map((id) => failed(id, "too long", 0, "exact")),
      ...["q0", "q2"].map((id) => answered(id, { model: "coarse" })),
      ...["q1", "q3"].map((id) => failed(id, "too long", 0, "coarse")),
    ]);
    expect(questions).toBe(4);
    expect(quality).toMatchObject({ accuracy: 0.5, referenceAccuracy: 0.5, onlyReference: 1, onlyThis: 1, flips: 2 });
  });

  test("says nothing of quality where one of them never answered", () => {
    const row = rowOf([
      ...asked(questionsOf(2)),
      ...said("exact", ["yes", "yes"]),
      failed(undefined, "gone", 0, "coarse"),
    ]);
    expect(row).not.toHaveProperty("quality");
    expect(row).not.toHaveProperty("latency");
  });

  test("compares what a stopped run put to both, and nothing else", () => {
    const { questions, quality } = rowOf(
      [
        ...asked(questionsOf(5)),
        ...["q0", "q1", "q2"].map((id) => answered(id, { model: "exact" })),
        answered("q1", { model: "coarse", text: "no" }),
      ],
      { ...RUN, state: "interrupted" },
    );
    expect(questions).toBe(1);
    expect(quality).toMatchObject({ accuracy: 0, referenceAccuracy: 1, onlyReference: 1 });
  });

  test("compares nothing that random weights write, but what it takes", () => {
    const weights = "random";
    const random = variantsOf({ exact: { ...EXACT, weights }, coarse: { ...COARSE, weights } });
    const row = rowOf(bothSaid(EXACT_TEXTS, COARSE_TEXTS), random);
    expect(row).not.toHaveProperty("quality");
    expect(row.questions).toBe(21);
    expect(row.latency?.value).toBeCloseTo(0.5, 9);
    expect(row.energy?.perAnswer.value).toBeCloseTo(0.5, 9);
    expect(row.energy).not.toHaveProperty("perCorrect");
  });
});

describe("precisionRows, cost", () => {
  test("sums latencies of the answers that both gave, question by question", () => {
    const { latency } = rowOf([
      ...asked(questionsOf(4)),
      ...[2, 4, 6, 500].map((latencyMs, i) => answered(`q${i}`, { model: "exact", latencyMs })),
      ...[1, 2, 3].map((latencyMs, i) => answered(`q${i}`, { model: "coarse", latencyMs })),
      failed("q3", "too long", 0, "coarse"),
    ]);
    // Half on each question: pairing leaves nothing open.
    expect(latency).toEqual({ value: 0.5, interval: { low: 0.5, high: 0.5 } });
  });

  test("sets energies beside each other by the same meter, its factor cancelled", () => {
    const { energy } = rowOf(bothSaid(EXACT_TEXTS, COARSE_TEXTS));
    expect(energy?.perAnswer.value).toBeCloseTo(0.5, 9);
    expect(energy?.perAnswer.interval?.low).toBeCloseTo(0.5 * 0.75, 6);
    expect(energy?.perAnswer.interval?.high).toBeCloseTo(0.5 * 1.33, 6);
    expect(energy?.perCorrect?.value).toBeCloseTo(0.5 * (12 / 6), 9);
  });

  test.each([{ grade: "A" }, { boundary: "wall" }, { source: "another" }] as const)(
    "refuses energies of unlike %j",
    (unlike) => {
      const [exact, coarse] = summarise(RUN, bothSaid(EXACT_TEXTS, COARSE_TEXTS)) as [CellSummary, CellSummary];
      const energy = { ...(coarse.energy as NonNullable<CellSummary["energy"]>), ...unlike };
      const [row] = precisionRows([exact, { ...coarse, energy }], 42);
      expect(row).not.toHaveProperty("energy");
      expect(row?.latency?.value).toBeCloseTo(0.5, 9);
    },
  );

  test("has the bytes of the two graphs beside each other, where they are known", () => {
    const graph = (precision: "fp32" | "int8", weight_bytes: number) =>
      ({ precision, weights: "stored", weight_bytes }) as const;
    const graphs = [graph("fp32", 4_000), graph("int8", 1_100)];
    const known = { ...RUN, models: { a: { ...(RUN.models["a"] as Run["models"][string]), graphs } } };
    expect(rowOf(bothSaid(["yes"], ["yes"]), known).weightBytes).toBe(0.275);
    expect(rowOf(bothSaid(["yes"], ["yes"]))).not.toHaveProperty("weightBytes");
  });
});

describe("precisionRows, pairs", () => {
  /** What stands beside what, of variants that all say the same. */
  function pairsOf(variants: Readonly<Record<string, Partial<Cell>>>): string[] {
    const names = Object.keys(variants);
    const rows = rowsOf(variantsOf(variants), [
      ...asked(questionsOf(2)),
      ...names.flatMap((name) => said(name, ["yes", "no"])),
    ]);
    const nameOf = ({ cell }: CellSummary): string => names.find((name) => cell.key.startsWith(`${name}/`)) ?? "";
    return rows.map(({ cell, reference }) => `${nameOf(cell)} beside ${nameOf(reference)}`);
  }

  test("stand beside the most exact precision that ran, in whatever order", () => {
    expect(pairsOf({ d: { precision: "int4" }, b: { precision: "fp16" }, c: { precision: "int8" } })).toEqual([
      "d beside b",
      "c beside b",
    ]);
    expect(pairsOf({ only: { precision: "int8" } })).toEqual([]);
  });

  test("leave out graphs from elsewhere: nobody knows how exact they are", () => {
    expect(pairsOf({ exported: { precision: "exported" }, coarse: COARSE, exact: EXACT })).toEqual([
      "coarse beside exact",
    ]);
  });

  test("have one model, device and number of threads", () => {
    expect(pairsOf({ exact: EXACT, coarse: { ...COARSE, threads: 2 } })).toEqual([]);
    expect(pairsOf({ exact: EXACT, coarse: { ...COARSE, device: "cuda" } })).toEqual([]);
    const run = variantsOf({ exact: EXACT, coarse: { ...COARSE, model: "b" } });
    const models = { ...run.models, b: { id: "b", folder: "/models/b", source: "checkpoint" as const, sha256: "1" } };
    expect(rowsOf({ ...run, models }, bothSaid(["yes"], ["yes"]))).toEqual([]);
  });

  test("have one task", () => {
    const run = variantsOf({ exact: EXACT, coarse: { ...COARSE, task: "sort" } });
    const tasks = { ...run.tasks, sort: { definition: definition({ task: "sort" }), sha256: "1", questions: 1 } };
    expect(precisionRows(summarise({ ...run, tasks }, asked(questionsOf(1))), 1)).toEqual([]);
  });

  test("have the same lowering where there is one, else the first", () => {
    const [rows, branch] = [{ lowering: "rows" as const }, { lowering: "branch" as const }];
    expect(
      pairsOf({
        one: { ...EXACT, ...rows },
        two: { ...EXACT, ...branch },
        three: { ...COARSE, ...branch },
        four: { ...COARSE, ...rows },
        five: { ...COARSE, lowering: "fused" },
      }),
    ).toEqual(["three beside two", "four beside one", "five beside one"]);
  });
});
