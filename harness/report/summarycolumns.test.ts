import { describe, expect, test } from "vitest";
import { columnProblems, rowIn } from "./column.support.ts";
import type { CellSummary } from "../report.ts";
import type { Run } from "../run.ts";
import { ANSWER_COLUMNS, answerRows } from "./answercolumns.ts";
import { type Value } from "./column.ts";
import { SUMMARY_COLUMNS } from "./summarycolumns.ts";
import { toCsv } from "./csv.ts";
import {
  answered,
  asked,
  definition,
  failed,
  pass,
  questionsOf,
  runOf,
  summaryOf,
  windowOf,
  withPlan,
} from "./run.support.ts";

/** How `summary.csv` begins: others rely on it. */
const SUMMARY_BEGINS = `run, model, task, device, precision, threads, batch, solver, questions, answered, failed,
correct, accuracy, accuracy_low, accuracy_high, chance, accuracy_above_chance, prompt_tokens, output_tokens,
output_tokens_per_answer, load_s, first_answer_s, ttft_p50_s, ttft_p90_s, ttft_p99_s, tpot_p50_s, tpot_p90_s, tpot_p99_s,
latency_p50_s, latency_p90_s, latency_p99_s, prefill_tokens_per_s, decode_tokens_per_s, answers_per_s, peak_memory_bytes,
weight_bytes, parameters_total, parameters_active,
energy_gross_j_per_answer, energy_gross_j_per_answer_low, energy_gross_j_per_answer_high,
energy_marginal_j_per_answer, energy_marginal_j_per_answer_low, energy_marginal_j_per_answer_high,
energy_gross_j_per_correct, energy_gross_j_per_correct_low, energy_gross_j_per_correct_high,
energy_gross_j_per_output_token, energy_grade, energy_boundary, energy_source, mbu, flags`.split(/,\s*/);

/** How `answers.csv` begins: others rely on it. */
const ANSWERS_BEGIN =
  `run, model, task, device, precision, batch, solver, trial, question, extracted, credit, outcome, reason,
prompt_tokens, output_tokens, ttft_s, latency_s, energy_gross_j, energy_attribution`.split(/,\s*/);

const rowOf = (cell: CellSummary): Record<string, Value> => rowIn(SUMMARY_COLUMNS, cell);
const answersOf = (cell: CellSummary): Record<string, Value>[] =>
  answerRows(cell).map((row) => rowIn(ANSWER_COLUMNS, row));

describe("columns", () => {
  test.each([
    ["summary.csv", SUMMARY_COLUMNS, SUMMARY_BEGINS],
    ["answers.csv", ANSWER_COLUMNS, ANSWERS_BEGIN],
  ] as const)("of %s begin as the interface says, unique and documented", (_file, columns, begin) => {
    expect(columnProblems<never>(columns, begin)).toEqual([]);
  });
});

describe("SUMMARY_COLUMNS", () => {
  test("count: answered + failed = questions", () => {
    const row = rowOf(
      summaryOf(withPlan(runOf(), { trials: 2 }), [
        ...asked(questionsOf(5)),
        ...pass(5, 3),
        failed(undefined, "gone", 1),
      ]),
    );
    expect(row).toMatchObject({
      questions: 10,
      answered: 5,
      failed: 5,
      correct: 3,
      accuracy: 0.3,
      trials: 2,
      windows: 1,
    });
  });

  test("give accuracy above chance, below 0 for worse than guessing", () => {
    const run = runOf();
    const guessable = definition({ perjoule: { kind: "other", chance: 0.25 } });
    const tasks = { addition: { definition: guessable, sha256: "0", questions: 4 } };
    const above = (right: number) =>
      rowOf(summaryOf({ ...run, tasks }, [...asked(questionsOf(4)), ...pass(4, right)]))["accuracy_above_chance"];
    expect(above(4)).toBe(1);
    expect(above(1)).toBe(0);
    expect(above(0)).toBeCloseTo(-1 / 3, 12);
  });

  test("are empty for a chance that the task does not declare", () => {
    const run = runOf();
    const undeclared = definition({ perjoule: { kind: "other" } });
    const tasks = { addition: { definition: undeclared, sha256: "0", questions: 4 } };
    const row = rowOf(summaryOf({ ...run, tasks }, [...asked(questionsOf(4)), ...pass(4, 2)]));
    expect(row["chance"]).toBeUndefined();
    expect(row["accuracy_above_chance"]).toBeUndefined();
  });

  test("of no meter have every energy column empty", () => {
    const row = rowOf(summaryOf(withPlan(runOf(), { meter: "none" }), [...asked(questionsOf(5)), ...pass(5, 3)]));
    const energy = SUMMARY_COLUMNS.filter((column) => column.name.startsWith("energy_"));
    expect(energy).toHaveLength(21);
    for (const { name } of energy) expect(row[name]).toBeUndefined();
  });

  test("with none correct leave the cost of one empty but for its lower bound", () => {
    const row = rowOf(summaryOf(runOf(), [...asked(questionsOf(50)), ...pass(50, 0)]));
    expect(row["energy_gross_j_per_correct"]).toBeUndefined();
    expect(row["energy_gross_j_per_correct_low"]).toBeCloseTo((0.798 * 0.65) / (1 - 0.05 ** (1 / 50)), 9);
    expect(row["energy_gross_j_per_correct_high"]).toBeUndefined();
    expect(row["energy_gross_j_per_answer"]).toBeCloseTo(39.9 / 50, 9);
  });

  test("say how many layers ran, where that was asked for", () => {
    const run = runOf();
    const cells = run.cells.map((cell) => ({ ...cell, layers: 4 }));
    const [whole, part] = [run, { ...run, cells }].map((one) =>
      rowOf(summaryOf(one, [...asked(questionsOf(2)), ...pass(2, 1)])),
    );
    expect([whole?.["layers"], part?.["layers"]]).toEqual([undefined, 4]);
  });

  test("of random weights have nothing of quality, and all of time and energy", () => {
    const run = runOf();
    const cells = run.cells.map((cell) => ({ ...cell, weights: "random" as const }));
    const observations = [...asked(questionsOf(5)), ...pass(4, 3), failed("q4", "too long")];
    const [random, stored] = [summaryOf({ ...run, cells }, observations), summaryOf(run, observations)];
    const [row, judged] = [rowOf(random), rowOf(stored)];
    const empty = Object.keys(judged).filter((name) => judged[name] !== undefined && row[name] === undefined);
    expect(empty.join(" ")).toBe(
      "correct accuracy accuracy_low accuracy_high chance accuracy_above_chance energy_gross_j_per_correct " +
        "energy_gross_j_per_correct_low energy_gross_j_per_correct_high energy_ratio energy_ratio_to energy_tie energy_ratio_to_cell",
    );
    expect(row).toMatchObject({ weights: "random", flags: expect.stringContaining("random_weights") });
    expect(row["energy_gross_j_per_answer"]).toBe(judged["energy_gross_j_per_answer"]);
    for (const answer of answersOf(random)) {
      expect([answer["extracted"], answer["credit"], answer["weights"]]).toEqual([undefined, undefined, "random"]);
    }
  });

  test("have the bytes of the graph that ran, and of an older run of its only one", () => {
    const run = runOf();
    const [model] = Object.values(run.models) as [Run["models"][string]];
    const graph = (precision: "fp32" | "int8", weight_bytes: number) =>
      ({ precision, weights: "stored", weight_bytes }) as const;
    const bytesOf = (more: Partial<Run["models"][string]>): Value =>
      rowOf(summaryOf({ ...run, models: { a: { ...model, ...more } } }, asked(questionsOf(1))))["weight_bytes"];
    expect(bytesOf({ graphs: [graph("int8", 300), graph("fp32", 1_000)] })).toBe(1_000);
    expect(bytesOf({ weight_bytes: 900 })).toBe(900);
    expect(bytesOf({ graphs: [graph("int8", 300)] })).toBeUndefined();
  });

  test("of answers of one token have no time per output token", () => {
    const row = rowOf(
      summaryOf(runOf(), [
        ...asked(questionsOf(2)),
        answered("q0", { at: [2] }),
        answered("q1", { at: [2] }),
        windowOf(2),
      ]),
    );
    expect(row["ttft_p50_s"]).toBe(0.002);
    expect(row["tpot_p50_s"]).toBeUndefined();
    expect(row["decode_tokens_per_s"]).toBeUndefined();
    expect(row["output_tokens_per_answer"]).toBe(1);
  });

  test("name the row's caveats", () => {
    const row = rowOf(summaryOf(runOf(), [...asked(questionsOf(2)), ...pass(1, 1), failed("q1", "why")]));
    expect(row["flags"]).toBe("energy_modelled failed_answers");
    const clean = summaryOf(withPlan(runOf(), { meter: "none" }), [...asked(questionsOf(2)), ...pass(2, 2)]);
    expect(rowOf(clean)["flags"]).toBeUndefined();
  });

  test("hold no value that is neither text, number nor absent in a row of a dead cell", async () => {
    const csv = await toCsv(SUMMARY_COLUMNS, [
      summaryOf(runOf(), [...asked(questionsOf(2)), failed(undefined, "gone")]),
    ]);
    expect(csv).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(csv.split("\r\n")).toHaveLength(3);
  });
});

describe("answerRows", () => {
  test("say what came of every question", () => {
    const [right, wrong] = answersOf(
      summaryOf(runOf(), [...asked(questionsOf(2)), answered("q0"), failed("q1", "=cmd"), windowOf(2)]),
    );
    expect(right).toMatchObject({
      question: "q0",
      trial: 0,
      extracted: "yes",
      credit: 1,
      outcome: "answered",
      prompt_tokens: 5,
      output_tokens: 2,
      ttft_s: 0.002,
      latency_s: 0.004,
      energy_gross_j: expect.closeTo(39.9, 9),
      energy_attribution: "time_share",
    });
    expect(right?.["reason"]).toBeUndefined();
    expect(wrong).toMatchObject({ question: "q1", credit: 0, outcome: "failed", reason: "=cmd" });
    for (const name of [
      "extracted",
      "prompt_tokens",
      "output_tokens",
      "ttft_s",
      "latency_s",
      "energy_gross_j",
      "energy_attribution",
    ])
      expect(wrong?.[name]).toBeUndefined();
  });

  test("give one row an answer wanted, by trial", () => {
    const cell = summaryOf(withPlan(runOf(), { trials: 2 }), [
      ...asked(questionsOf(3)),
      ...pass(3, 3, 1),
      failed(undefined, "gone", 0),
    ]);
    expect(answersOf(cell).map((row) => `${row["trial"]} ${row["question"]}`)).toEqual([
      "0 q0",
      "0 q1",
      "0 q2",
      "1 q0",
      "1 q1",
      "1 q2",
    ]);
  });

  test("stand in the order of the questions, failures among them", () => {
    const cell = summaryOf(runOf(), [
      ...asked(questionsOf(3)),
      answered("q0"),
      failed("q1", "why"),
      answered("q2"),
      windowOf(3),
    ]);
    expect(answersOf(cell).map((row) => row["question"])).toEqual(["q0", "q1", "q2"]);
  });

  test("of a choice have 0 output tokens and no first token", () => {
    const choice = definition({ output_type: "multiple_choice", doc_to_choice: "c", metric_list: [{ metric: "acc" }] });
    const output = { type: "likelihoods" as const, choices: [{ log_likelihood: -1, tokens: 2, greedy: true }] };
    const tasks = { addition: { definition: choice, sha256: "0", questions: 1 } };
    const [row] = answersOf(
      summaryOf({ ...runOf(), tasks }, [
        ...asked([{ id: "q0", prompt: "?", target: "0", choices: [" a", " b"] }]),
        answered("q0", { output, at: [] }),
      ]),
    );
    expect(row).toMatchObject({ output_tokens: 0, extracted: "0", credit: 1 });
    expect(row?.["ttft_s"]).toBeUndefined();
    expect(row?.["energy_gross_j"]).toBeUndefined();
  });
});
