import { describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import type { CellSummary } from "../report.ts";
import type { Run } from "../run.ts";
import {
  answered,
  asked,
  cellOf,
  definition,
  failed,
  pass,
  questionsOf,
  runOf,
  summaryOf,
  windowOf,
  withPlan,
} from "./run.support.ts";

const quiet = withPlan(runOf(), { meter: "none" });
const idsOf = ({ caveats }: CellSummary): string[] => caveats.map((caveat) => caveat.id);
const ids = (run: Run, observations: readonly Observation[]): string[] => idsOf(summaryOf(run, observations));
const good = [...asked(questionsOf(10)), ...pass(10, 10)];
const withChance = (chance: number): Run => ({
  ...quiet,
  tasks: { addition: { definition: definition({ perjoule: { kind: "other", chance } }), sha256: "0", questions: 1 } },
});

describe("caveatsOf", () => {
  test("has nothing to say of a good row", () => {
    expect(ids(quiet, good)).toEqual([]);
  });

  test("says that energy is modelled, or why there is none", () => {
    expect(ids(runOf(), good)).toEqual(["energy_modelled"]);
    const untold = [...asked(questionsOf(1)), answered("q0"), windowOf(1, { cpuS: null })];
    expect(ids(runOf(), untold)).toEqual(["energy_absent"]);
  });

  test("marks an accuracy that a blind guess could have", () => {
    // Wilson of 4 of 10: [0.17, 0.69].
    expect(ids(withChance(0.25), [...asked(questionsOf(10)), ...pass(10, 4)])).toEqual(["at_chance"]);
    expect(ids(withChance(0.15), [...asked(questionsOf(10)), ...pass(10, 4)])).toEqual([]);
    expect(ids(withChance(0), [...asked(questionsOf(10)), ...pass(10, 0)])).toEqual([]);
  });

  test("marks an accuracy too small a sample for any interval", () => {
    const observations = [...asked(questionsOf(1)), ...pass(1, 1, 0), ...pass(1, 0, 1)];
    const row = summaryOf(withPlan(withChance(0.25), { trials: 2 }), observations);
    expect(row.accuracy).toEqual({ value: 0.5 });
    expect(idsOf(row)).toEqual(["at_chance"]);
  });

  test("says what a reader must know of a task's questions", () => {
    const withTask = (more: object): Run => ({
      ...quiet,
      tasks: { addition: { definition: definition(), sha256: "0", questions: 10, ...more } },
    });
    const own = (split: string) => ({ split, source: "x", files: [] });
    expect(ids(withTask({ data: [own("test"), own("few-shot: train")] }), good)).toEqual([]);
    expect(ids(withTask({ data: [own("test"), own("few-shot: test")] }), good)).toEqual(["examples_from_asked"]);
    expect(ids(withTask({ absent: ["a", "b"] }), good)).toEqual(["partial_group"]);
    const cut = good.map((one) => (one.kind === "answer" ? { ...one, truncated_tokens: 3 } : one));
    expect(ids(quiet, cut)).toEqual(["truncated_prompts"]);
  });

  test("says where a group's own figure weighs its tasks otherwise than accuracy does", () => {
    const weighing = (weight_by_size: boolean): Run => ({
      ...quiet,
      tasks: {
        addition: {
          definition: definition(),
          sha256: "0",
          questions: 10,
          aggregates: { addition: [{ metric: "exact_match", aggregation: "mean", weight_by_size }] },
        },
      },
    });
    const inTasks = (sizeOfA: number) =>
      good.map((one) =>
        one.kind === "question"
          ? { ...one, question: { ...one.question, members: [Number(one.question.id.slice(1)) < sizeOfA ? "a" : "b"] } }
          : one,
      );
    expect(ids(weighing(false), inTasks(3))).toEqual(["questions_weighted"]);
    expect(ids(weighing(false), inTasks(5))).toEqual([]);
    expect(ids(weighing(true), inTasks(3))).toEqual([]);
  });

  test("counts failed and truncated answers", () => {
    const cut = {
      type: "generation" as const,
      text: "on and on",
      tokens: [1],
      finish: "length" as const,
    };
    const row = summaryOf(quiet, [
      ...asked(questionsOf(3)),
      answered("q0"),
      answered("q1", { output: cut }),
      failed("q2", "too long"),
    ]);
    expect(idsOf(row)).toEqual(["failed_answers", "truncated_answers"]);
    expect(row.caveats[0]?.detail).toContain("1 of 3, too long");
    expect(row.caveats[1]?.detail).toContain("1 of 3");
  });

  test("says that the machine was busy: a tenth of its time or more in use by others", () => {
    const loaded = (busy_before: number): Run => ({ ...quiet, environment: { ...quiet.environment, busy_before } });
    expect(ids(loaded(0.1), good)).toEqual([]);
    expect(ids(loaded(0.11), good)).toEqual(["busy_machine"]);
  });

  test("says that a model wrote nothing: an empty answer is fast, and cheap", () => {
    const row = (empties: number): CellSummary =>
      summaryOf(runOf(), [
        ...asked(questionsOf(10)),
        ...questionsOf(10).map(({ id }, i) => answered(id, { text: i < empties ? " " : "yes" })),
        windowOf(10),
      ]);
    expect(idsOf(row(2))).not.toContain("empty_answers");
    expect(idsOf(row(3))).toContain("empty_answers");
  });

  test("says how the run was made", () => {
    expect(ids(withPlan(quiet, { warmup: 0 }), good)).toEqual(["no_warmup"]);
    expect(ids({ ...quiet, state: "interrupted" }, good)).toEqual(["interrupted"]);
  });

  test("of random weights says that nothing is judged, that routing is even and that tokens are made up", () => {
    const cut = { type: "generation" as const, text: "", tokens: [1], finish: "length" as const };
    const observations = [...asked(questionsOf(2)), answered("q0", { output: cut }), failed("q1", "too long")];
    const random = (more: Partial<Run["models"][string]>): Run => ({
      ...quiet,
      cells: [{ ...cellOf("a"), weights: "random" }],
      models: { a: { id: "a", folder: "/models/a", source: "shape", sha256: "0", ...more } },
    });
    expect(ids(random({}), observations)).toEqual(["failed_answers", "random_weights"]);
    expect(ids(random({ experts: { count: 8, per_token: 2 }, tokenizer: "stand_in" }), observations)).toEqual([
      "failed_answers",
      "random_weights",
      "random_routing",
      "stand_in_tokenizer",
    ]);
    expect(summaryOf(random({}), observations).caveats[0]?.text).toBe("some answers failed");
  });

  test("says that only part of a model ran, and how much more the rest of it weighs", () => {
    const part = (depth: string, layers: number) => ({
      ...withPlan(quiet, { weights: "random", depth }),
      cells: [{ ...cellOf("a"), weights: "random" as const, layers }],
    });
    const { caveats } = summaryOf(part("1/8", 4), good);
    expect(caveats.map(({ id }) => id)).toEqual(["random_weights", "part_of_depth"]);
    expect(caveats[1]?.text).toMatch(/^only 1\/8 of the layers: embedding and head weigh 8 times as much/);
    expect(caveats[1]?.detail).toBe(`${cellOf("a").key}: 4 of 32 layers`);
    expect(summaryOf(part("0.75", 24), good).caveats[1]).toMatchObject({
      text: expect.stringContaining("weigh 1.33 times"),
      detail: expect.stringMatching(/: 24 of 32 layers$/),
    });
    expect(ids(part("1", 32), good)).toEqual(["random_weights"]);
  });

  test("has a remedy for everything", () => {
    const { caveats } = summaryOf(withPlan({ ...runOf(), state: "interrupted" }, { warmup: 0 }), [
      ...asked(questionsOf(2)),
      answered("q0"),
      windowOf(1),
    ]);
    expect(caveats).toHaveLength(3);
    for (const { text, remedy } of caveats) {
      expect(text.length).toBeGreaterThan(10);
      expect(remedy.length).toBeGreaterThan(5);
    }
  });
});
