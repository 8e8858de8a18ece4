import { describe, expect, test } from "vitest";
import { wilson } from "../stats/interval.ts";
import type { Question } from "../task.ts";
import { toCsv } from "./csv.ts";
import { METRIC_COLUMNS } from "./metriccolumns.ts";
import { runWith, rowsOf, told, CHOICE, choosing, likelihood, numbered, answers } from "./metrics.support.ts";
import { answered, asked, cellOf, failed, pass, questionsOf, runOf, withPlan } from "./run.support.ts";

describe("metricRows", () => {
  test("has a row for each metric, with interval, standard error, questions and direction", () => {
    const questions = numbered(4);
    const metrics = { ...CHOICE, metric_list: [{ metric: "acc" }, { metric: "brier_score" }] };
    const outputs = [0, 0, 0, 1].map((chosen) => choosing(chosen));
    const [acc, brier, ...others] = rowsOf(runWith(metrics), [...asked(questions), ...answers(questions, outputs)]);
    expect(others).toEqual([]);
    expect(acc).toMatchObject({
      task: "addition",
      metric: "acc",
      filter: "none",
      estimate: { value: 0.75, interval: wilson(0.75, 4) },
      questions: 4,
      better: "higher",
    });
    expect(acc?.standardError).toBeCloseTo(0.25, 12);
    expect(brier).toMatchObject({ metric: "brier_score", better: "lower" });
    // Probabilities 1 / (1 + e^-2) and the rest: both terms are (1 - p)^2 or p^2.
    const p = 1 / (1 + Math.exp(-2));
    expect(brier?.estimate?.value).toBeCloseTo((3 * 2 * (1 - p) ** 2 + 2 * p ** 2) / 4, 12);
  });

  test("takes lm-eval's own metrics where the task names none", () => {
    const questions = numbered(1);
    const run = runWith({ ...CHOICE, metric_list: undefined });
    const rows = rowsOf(run, [...asked(questions), ...answers(questions, [choosing(0)])]);
    // ln p -1 over one character, and -3 over three: equal, and the first is taken.
    expect(rows.map(told)).toEqual([
      ["addition", "acc", "none", 1],
      ["addition", "acc_norm", "none", 1],
    ]);
  });

  test("has a row for each metric under each pipeline", () => {
    const pipeline = (name: string, regex_pattern: string): object => ({
      name,
      filter: [{ function: "regex", regex_pattern }],
    });
    const run = runWith({
      filter_list: [pipeline("first", "^(\\w+)"), pipeline("last", "(\\w+)$")],
      metric_list: [{ metric: "exact_match" }, { metric: "contains" }],
    });
    const texts = ["yes no", "no yes", "yes"];
    const given = texts.map((text, i) => answered(`q${i}`, { text }));
    expect(rowsOf(run, [...asked(questionsOf(3)), ...given]).map(told)).toEqual([
      ["addition", "exact_match", "first", 2 / 3],
      ["addition", "exact_match", "last", 2 / 3],
      ["addition", "contains", "first", 2 / 3],
      ["addition", "contains", "last", 2 / 3],
    ]);
  });

  test("names the pipelines of likelihoods as lm-eval does, though they change nothing", () => {
    const filter_list = [1, 2].map((i) => ({ name: `${i}`, filter: [{ function: "take_first" }] }));
    const questions = numbered(1);
    const run = runWith({ ...CHOICE, filter_list, metric_list: [{ metric: "acc" }] });
    const rows = rowsOf(run, [...asked(questions), ...answers(questions, [choosing(1)])]);
    expect(rows.map(told)).toEqual([
      ["addition", "acc", "1", 0],
      ["addition", "acc", "2", 0],
    ]);
  });

  test("folds repeats before anything else", () => {
    const once = rowsOf(runOf(), [...asked(questionsOf(20)), ...pass(20, 12)]);
    const thrice = rowsOf(withPlan(runOf(), { trials: 3 }), [
      ...asked(questionsOf(20)),
      ...[0, 1, 2].flatMap((trial) => pass(20, 12, trial)),
    ]);
    const [row] = once;
    expect(thrice).toMatchObject([{ estimate: row?.estimate, standardError: row?.standardError, questions: 20 }]);
  });

  test("lets repeats vote together where a filter says so", () => {
    const run = runWith({ repeats: 3, filter_list: [{ name: "vote", filter: [{ function: "majority_vote" }] }] });
    const given = ["no", "yes", "yes"].map((text, trial) => answered("q0", { text, trial }));
    expect(rowsOf(run, [...asked(questionsOf(1)), ...given]).map(told)).toEqual([
      ["addition", "exact_match", "vote", 1],
    ]);
  });

  test("counts a failure as wrong, and is silent on a perplexity with one", () => {
    const lost = [...asked(questionsOf(2)), answered("q0"), failed("q1", "too long")];
    expect(rowsOf(runOf(), lost)).toMatchObject([{ estimate: { value: 0.5 }, questions: 2 }]);
    const questions = numbered(2, { choices: [" a"] });
    const run = runWith({ output_type: "loglikelihood", metric_list: undefined });
    const rows = rowsOf(run, [
      ...asked(questions),
      ...answers(questions.slice(0, 1), [likelihood(-2)]),
      failed("q1", "x"),
    ]);
    expect(rows.map(told)).toEqual([
      ["addition", "perplexity", "none", undefined],
      ["addition", "acc", "none", 0],
    ]);
  });

  test("has no value where nothing was answered, and where answers are not scored", () => {
    const [dead] = rowsOf(runOf(), [...asked(questionsOf(2)), failed(undefined, "no such graph")]);
    expect(dead).not.toHaveProperty("estimate");
    expect(dead).not.toHaveProperty("standardError");
    const run = runWith({ metric_list: [{ metric: "bypass" }] });
    const [bypass] = rowsOf(run, [...asked(questionsOf(2)), ...pass(2, 1)]);
    expect(bypass).toMatchObject({ metric: "bypass", questions: 2 });
    expect(bypass).not.toHaveProperty("estimate");
  });

  test("weighs a text as a whole by its words, bytes and tokens", () => {
    const questions = ["one two", "three"].map((target, i): Question => ({
      id: `q${i}`,
      prompt: "",
      target,
      rolling: true,
    }));
    const run = runWith({
      output_type: "loglikelihood_rolling",
      metric_list: ["word_perplexity", "bits_per_byte", "token_perplexity"].map((metric) => ({ metric })),
    });
    const rows = rowsOf(run, [...asked(questions), ...answers(questions, [likelihood(-4, 2), likelihood(-2, 2)])]);
    const [words, bits, tokens] = rows.map(({ estimate }) => estimate?.value);
    expect(words).toBeCloseTo(Math.exp(6 / 3), 12);
    expect(bits).toBeCloseTo(6 / 12 / Math.LN2, 12);
    expect(tokens).toBeCloseTo(Math.exp(6 / 4), 12);
  });

  test("has nothing of random weights", () => {
    const run = runOf();
    const random = { ...run, cells: [{ ...cellOf("a"), weights: "random" as const }] };
    expect(rowsOf(random, [...asked(questionsOf(2)), ...pass(2, 1)])).toEqual([]);
  });
});

test("METRIC_COLUMNS write what is absent as nothing", async () => {
  const run = runWith({ metric_list: [{ metric: "exact_match" }, { metric: "bypass" }] });
  const csv = await toCsv(METRIC_COLUMNS, rowsOf(run, [...asked(questionsOf(4)), ...pass(4, 3)]));
  const [head = "", scored = "", bypass = ""] = csv.split(/\r?\n/).map((line) => line.split(","));
  const cell = (line: readonly string[] | string, name: string): string | undefined =>
    line[(head as string[]).indexOf(name)];
  expect([cell(scored, "metric"), cell(scored, "value"), cell(scored, "stderr")]).toEqual([
    "exact_match",
    "0.75",
    "0.25",
  ]);
  expect([cell(bypass, "metric"), cell(bypass, "value"), cell(bypass, "stderr")]).toEqual(["bypass", "", ""]);
  expect(cell(bypass, "questions")).toBe("4");
});
