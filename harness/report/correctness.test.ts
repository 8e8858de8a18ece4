import { describe, expect, test } from "vitest";
import type { Output } from "../observation.ts";
import type { CellSummary } from "../report.ts";
import type { Run } from "../run.ts";
import { wilson } from "../stats/interval.ts";
import type { Question } from "../task.ts";
import { answered, asked, definition, failed, pass, questionsOf, runOf, summaryOf, withPlan } from "./run.support.ts";

const runWith = (task: object): Run =>
  runOf({ tasks: { addition: { definition: definition(task), sha256: "0", questions: 1 } } });
const CHOICE = { output_type: "multiple_choice", doc_to_choice: "c", metric_list: [{ metric: "acc" }] };
const likelihoods = (...logs: readonly number[]): Output => ({
  type: "likelihoods",
  choices: logs.map((log_likelihood) => ({ log_likelihood, tokens: 1, greedy: false })),
});
/** The row of a model that takes the first choice of every question. */
const firstTaken = (run: Run, questions: readonly Question[]): CellSummary => {
  const output = ({ choices = [] }: Question): Output => likelihoods(...choices.map((_, i) => -1 - i));
  return summaryOf(run, [
    ...asked(questions),
    ...questions.map((question) => answered(question.id, { output: output(question), at: [] })),
  ]);
};
const choice = (id: string, count: number, more: Partial<Question> = {}): Question => ({
  id,
  prompt: "?",
  target: "0",
  choices: Array.from({ length: count }, (_, i) => ` ${i}`),
  ...more,
});

describe("summarise, chance", () => {
  test("is counted from the choices where the task does not state it", () => {
    const questions = [choice("a", 2), choice("b", 4), choice("c", 5, { targets: ["0", "3"] })];
    expect(firstTaken(runWith({ ...CHOICE, perjoule: {} }), questions).chance).toBeCloseTo((0.5 + 0.25 + 0.4) / 3, 12);
  });

  test("is the task's where it states one", () => {
    expect(firstTaken(runWith({ ...CHOICE, perjoule: { chance: 0 } }), [choice("a", 2)]).chance).toBe(0);
  });

  test("is absent of written answers without a stated one", () => {
    const row = summaryOf(runWith({ perjoule: {} }), [...asked(questionsOf(2)), ...pass(2, 1)]);
    expect(row).not.toHaveProperty("chance");
    expect(row.accuracy?.value).toBe(0.5);
  });
});

describe("summarise, accuracy", () => {
  test("is absent of a task that is scored by perplexity, with all that is made of it", () => {
    const question: Question = { id: "a", prompt: "", target: "one two", rolling: true };
    const run = runWith({ output_type: "loglikelihood_rolling", metric_list: undefined });
    const row = summaryOf(run, [...asked([question]), answered("a", { output: likelihoods(-8), at: [] })]);
    for (const key of ["accuracy", "correct", "chance"]) expect(row).not.toHaveProperty(key);
    expect(row.answers).toHaveLength(1);
    expect(row.answers[0]).not.toHaveProperty("credit");
  });

  test("is by the first metric that gives credit", () => {
    const metrics = ["brier_score", "acc_norm", "acc"].map((metric) => ({ metric }));
    const run = runWith({ ...CHOICE, metric_list: metrics, perjoule: {} });
    // -1 over one character is less than -2 over four.
    const row = firstTaken(run, [choice("a", 2, { choices: [" x", " yyyy"], target: "1" })]);
    expect(row.accuracy?.value).toBe(1);
  });

  test("is over questions where the task repeats them, each in a trial of its own", () => {
    const run = runWith({ repeats: 2 });
    const row = summaryOf(run, [...asked(questionsOf(10)), ...pass(10, 6, 0), ...pass(10, 6, 1)]);
    expect(row).toMatchObject({ trials: 2, questions: 20, correct: 12, failures: [] });
    expect(row.accuracy).toEqual({ value: 0.6, interval: wilson(0.6, 10) });
    const lost = summaryOf(run, [...asked(questionsOf(10)), ...pass(10, 10, 0)]);
    expect(lost.failures).toHaveLength(10);
    expect(lost.accuracy?.value).toBe(0.5);
  });

  test("multiplies repeats by the plan's trials", () => {
    const run = withPlan(runWith({ repeats: 2 }), { trials: 3 });
    const row = summaryOf(run, [...asked(questionsOf(2)), ...[0, 1, 2, 3, 4, 5].flatMap((trial) => pass(2, 1, trial))]);
    expect(row).toMatchObject({ trials: 6, questions: 12, correct: 6, failures: [] });
  });

  test("has an interval between clusters where questions have any", () => {
    const questions = ["a", "a", "b", "b"].map((cluster, i): Question => ({
      id: `q${i}`,
      prompt: "?",
      target: "yes",
      cluster,
    }));
    const row = summaryOf(runOf(), [...asked(questions), ...pass(4, 2)]);
    expect(row.accuracy?.value).toBe(0.5);
    expect(row.accuracy?.interval?.low).toBeCloseTo(wilson(0.5, 1).low, 12);
  });

  test("keeps a failure in the denominator of its question", () => {
    const row = summaryOf(withPlan(runOf(), { trials: 2 }), [
      ...asked(questionsOf(1)),
      answered("q0"),
      failed("q0", "too long", 1),
    ]);
    expect(row.accuracy?.value).toBe(0.5);
  });
});
