import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import { wilson } from "../stats/interval.ts";
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
import { summarise } from "./summarise.ts";

const trials = (n: number): Partial<ReturnType<typeof runOf>["plan"]> => ({ trials: n });

describe("summarise, quality", () => {
  test("gives accuracy with Wilson's interval", () => {
    const row = summaryOf(runOf(), [...asked(questionsOf(50)), ...pass(50, 40)]);
    expect(row).toMatchObject({ questions: 50, correct: 40, accuracy: { value: 0.8 } });
    expect(row.accuracy?.interval?.low).toBeCloseTo(0.669629, 6);
    expect(row.accuracy?.interval?.high).toBeCloseTo(0.887562, 6);
    expect(row.answers).toHaveLength(50);
    expect(row.failures).toEqual([]);
  });

  test("keeps failures in the denominator, with their reasons", () => {
    const row = summaryOf(runOf(), [
      ...asked(questionsOf(4)),
      answered("q0"),
      answered("q1"),
      failed("q2", "too long"),
      answered("q3", { text: "no" }),
      windowOf(4),
    ]);
    expect(row).toMatchObject({ questions: 4, correct: 2, accuracy: { value: 0.5 } });
    expect(row.failures.map(({ question, trial, reason }) => [question.id, trial, reason])).toEqual([
      ["q2", 0, "too long"],
    ]);
  });

  test("answered and failed make up the questions wanted, whatever was recorded", () => {
    const facts = fc.record({
      n: fc.integer({ min: 1, max: 12 }),
      trials: fc.integer({ min: 1, max: 3 }),
      outcomes: fc.array(fc.constantFrom("right", "wrong", "failed", "lost"), { minLength: 36, maxLength: 36 }),
    });
    fc.assert(
      fc.property(facts, ({ n, trials: k, outcomes }) => {
        const observations: Observation[] = asked(questionsOf(n));
        let right = 0;
        for (let i = 0; i < n * k; i++) {
          const at = { trial: Math.floor(i / n), text: outcomes[i] === "right" ? "yes" : "no" };
          const id = `q${i % n}`;
          if (outcomes[i] === "failed") observations.push(failed(id, "why", at.trial));
          else if (outcomes[i] !== "lost") observations.push(answered(id, at));
          right += outcomes[i] === "right" ? 1 : 0;
        }
        const row = summaryOf(withPlan(runOf(), trials(k)), observations);
        expect(row.answers.length + row.failures.length).toBe(row.questions);
        expect(row.questions).toBe(n * k);
        // No answer at all says nothing of the model.
        expect(row.accuracy === undefined).toBe(row.answers.length === 0);
        expect(row.accuracy?.value ?? 0).toBeCloseTo(right / (n * k), 12);
        expect(row.correct).toBe(right);
      }),
    );
  });

  test("gives a dead process's reason to every question it still owed, in its trial only", () => {
    const row = summaryOf(withPlan(runOf(), trials(2)), [
      ...asked(questionsOf(3)),
      answered("q0"),
      windowOf(1),
      failed(undefined, "out of memory", 0),
      ...pass(3, 3, 1),
    ]);
    expect(row.failures.map(({ question, trial, reason }) => [question.id, trial, reason])).toEqual([
      ["q1", 0, "out of memory"],
      ["q2", 0, "out of memory"],
    ]);
    expect(row.correct).toBe(4);
  });

  test("prefers a question's own reason to that of the process", () => {
    const { failures } = summaryOf(runOf(), [
      ...asked(questionsOf(2)),
      failed("q0", "too long"),
      failed(undefined, "crashed"),
    ]);
    expect(failures.map((failure) => failure.reason)).toEqual(["too long", "crashed"]);
  });

  test("leaves out what an unfinished run never came to: it says nothing of the model", () => {
    for (const state of ["running", "interrupted"] as const) {
      const row = summaryOf(runOf({ state }), [...asked(questionsOf(10)), answered("q0"), windowOf(1)]);
      expect(row).toMatchObject({ questions: 1, correct: 1, failures: [], accuracy: { value: 1 } });
    }
    const lost = summaryOf(runOf(), [...asked(questionsOf(2)), answered("q0"), windowOf(1)]);
    expect(lost.failures.map((failure) => failure.reason)).toEqual(["no answer was recorded"]);
  });

  test("folds repeats: 50 questions asked four times are 50 items, not 200", () => {
    const once = summaryOf(runOf(), [...asked(questionsOf(50)), ...pass(50, 40)]);
    const fourTimes = summaryOf(withPlan(runOf(), trials(4)), [
      ...asked(questionsOf(50)),
      ...[0, 1, 2, 3].flatMap((trial) => pass(50, 40, trial)),
    ]);
    expect(fourTimes.questions).toBe(200);
    expect(fourTimes.correct).toBe(160);
    expect(fourTimes.accuracy).toEqual(once.accuracy);
    expect(fourTimes.accuracy?.interval).not.toEqual(wilson(0.8, 200));
    expect(fourTimes.latency.p50?.interval).toEqual(once.latency.p50?.interval);
  });

  test("where repeats differ the interval is over questions, about as wide as Wilson's", () => {
    // Every question is right in one trial of two, the other way round for every second one.
    const observations: Observation[] = asked(questionsOf(60));
    for (let i = 0; i < 60; i++) {
      for (const trial of [0, 1])
        observations.push(answered(`q${i}`, { trial, text: i < 30 || (i < 40 && trial === 0) ? "yes" : "no" }));
    }
    const { accuracy } = summaryOf(withPlan(runOf(), trials(2)), observations);
    expect(accuracy?.value).toBeCloseTo(35 / 60, 12);
    const width = (accuracy?.interval?.high ?? 0) - (accuracy?.interval?.low ?? 0);
    const expected = wilson(35 / 60, 60);
    expect(width).toBeGreaterThan(0.75 * (expected.high - expected.low));
    expect(width).toBeLessThan(1.1 * (expected.high - expected.low));
  });

  test("judges choices by likelihood, which write no tokens", () => {
    const run = runOf();
    const choice = definition({ output_type: "multiple_choice", doc_to_choice: "c", metric_list: [{ metric: "acc" }] });
    const questions = [{ id: "q0", prompt: "?", target: "1", choices: [" a", " b"] }];
    const output = {
      type: "likelihoods" as const,
      choices: [-3, -2].map((log_likelihood) => ({ log_likelihood, tokens: 1, greedy: false })),
    };
    const row = summaryOf({ ...run, tasks: { addition: { definition: choice, sha256: "0", questions: 1 } } }, [
      ...asked(questions),
      answered("q0", { output, at: [] }),
      windowOf(1),
    ]);
    expect(row).toMatchObject({ correct: 1, outputTokens: 0, promptTokens: 5, ttft: {}, tpot: {} });
    expect(row.answers[0]?.extracted).toBe("1");
    expect(row.energy?.grossPerOutputToken).toBeUndefined();
    expect(row.decodeTokensPerSecond).toBeUndefined();
  });
});

describe("summarise, resources", () => {
  test("takes load and first answer from the first trial, memory from the largest", () => {
    const { key } = cellOf("a");
    const row = summaryOf(withPlan(runOf(), trials(2)), [
      ...asked(questionsOf(1)),
      { kind: "load", cell: key, trial: 0, load: 2e9, first_answer: 5e8 },
      { kind: "load", cell: key, trial: 1, load: 9e9 },
      { kind: "close", cell: key, trial: 0, peak_memory_bytes: 100 },
      { kind: "close", cell: key, trial: 1, peak_memory_bytes: 300 },
    ]);
    expect(row).toMatchObject({ load: 2, firstAnswer: 0.5, peakMemory: 300 });
  });

  test("leaves out what was not recorded: nothing becomes 0", () => {
    const row = summaryOf(runOf(), [...asked(questionsOf(2)), failed(undefined, "no such graph")]);
    for (const key of [
      "accuracy",
      "load",
      "firstAnswer",
      "peakMemory",
      "energy",
      "answersPerSecond",
      "prefillTokensPerSecond",
      "decodeTokensPerSecond",
    ]) {
      expect(row).not.toHaveProperty(key);
    }
    expect(row.latency).toEqual({});
    expect(row.failures).toHaveLength(2);
  });

  test("leaves out energy with no meter, and where processor time is not told", () => {
    const observations = [...asked(questionsOf(5)), ...pass(5, 5)];
    expect(summaryOf(withPlan(runOf(), { meter: "none" }), observations)).not.toHaveProperty("energy");
    const untold = [
      ...asked(questionsOf(5)),
      ...questionsOf(5).map(({ id }) => answered(id)),
      windowOf(5, { cpuS: null }),
    ];
    expect(summaryOf(runOf(), untold)).not.toHaveProperty("energy");
  });

  test("gives rows in the order of the plan's cells, each with its own observations", () => {
    const rows = summarise(runOf({}, ["a", "b"]), [
      ...asked(questionsOf(2)),
      answered("q0", { model: "b" }),
      answered("q1", { model: "b" }),
      answered("q0", { model: "a", text: "no" }),
    ]);
    expect(rows.map((row) => [row.cell.model, row.correct, row.failures.length])).toEqual([
      ["a", 0, 1],
      ["b", 2, 0],
    ]);
  });

  test("is a pure function: the same run gives the same rows", () => {
    const observations = [...asked(questionsOf(9)), ...pass(9, 4)];
    expect(summarise(runOf(), observations)).toEqual(summarise(runOf(), observations));
  });

  test("refuses a run that does not hold the question or model of what it observed", () => {
    expect(() => summaryOf(runOf(), [answered("q9")])).toThrow('to "q9", but not that question');
    expect(() => summaryOf({ ...runOf(), models: {} }, asked(questionsOf(1)))).toThrow(
      "does not record the task or the model",
    );
  });

  test("of a run that died before its questions were written is a row of nothing", () => {
    const row = summaryOf(runOf({ state: "running" }), []);
    expect(row).toMatchObject({ questions: 0, answers: [], failures: [] });
    expect(row).not.toHaveProperty("accuracy");
  });
});
