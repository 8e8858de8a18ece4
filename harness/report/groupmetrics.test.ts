import { describe, expect, test } from "vitest";
import type { Run } from "../run.ts";
import { wilson } from "../stats/interval.ts";
import { runWith, rowsOf, told, CHOICE, choosing, likelihood, inTask, answers } from "./metrics.support.ts";
import { asked, failed } from "./run.support.ts";

describe("metricRows of a group", () => {
  /** Two questions of task a, half of them right, and four of task b, three of them right; a lies in the group h. */
  const questions = [...inTask(2, ["h", "a"]), ...inTask(4, ["b"])];
  const outputs = [0, 1, 0, 0, 0, 1].map((chosen) => choosing(chosen));
  const group = (weight_by_size: boolean): Run =>
    runWith(
      { ...CHOICE, metric_list: [{ metric: "acc" }] },
      {
        aggregates: {
          addition: [{ metric: "acc", aggregation: "mean", weight_by_size }],
          h: [{ metric: "acc", aggregation: "mean", weight_by_size: true }],
        },
      },
    );
  const whole = [...asked(questions), ...answers(questions, outputs)];

  test("has one of the group, and one of each task and group in it", () => {
    const rows = rowsOf(group(true), whole);
    expect(rows.map(told)).toEqual([
      ["addition", "acc", "none", 4 / 6],
      ["h", "acc", "none", 0.5],
      ["a", "acc", "none", 0.5],
      ["b", "acc", "none", 0.75],
    ]);
    expect(rows.map((row) => row.questions)).toEqual([6, 2, 2, 4]);
    expect(rows[0]?.estimate?.interval).toEqual(wilson(4 / 6, 6));
  });

  // a: 0.5 over 2 questions, its standard error 0.5; b: 0.75 over 4, 0.25.
  // Root of ((1 x 0.25 x 2 + 3 x 0.0625 x 4) / (6 - 2) / 6).
  test("makes its standard error of the tasks' as lm-eval does: pooled by size, or of means that count the same", () => {
    const [pooled, inner, a, b] = rowsOf(group(true), whole);
    expect([a?.standardError, b?.standardError]).toEqual([0.5, 0.25]);
    expect(pooled?.standardError).toBeCloseTo(Math.sqrt(1.25 / 4 / 6), 12);
    expect(inner?.standardError).toBe(0.5);
    const [plain] = rowsOf(group(false), whole);
    expect(plain?.standardError).toBeCloseTo(Math.sqrt(0.5 ** 2 + 0.25 ** 2) / 2, 12);
  });

  test("lets each task count the same where it says so, with an interval of its own", () => {
    const [row] = rowsOf(group(false), whole);
    // Both tasks' errors are 0.5 and 0.25.
    const half = (1.959963984540054 * Math.hypot(0.5, 0.25)) / 2;
    expect(row?.estimate?.value).toBe(0.625);
    expect(row?.estimate?.interval?.low).toBeCloseTo(0.625 - half, 12);
    expect(row?.estimate?.interval?.high).toBe(1);
  });

  test("keeps the interval where tasks of one size make both figures the same", () => {
    const even = questions.filter(({ id }) => !["b/q2", "b/q3"].includes(id));
    const [row] = rowsOf(group(false), [...asked(even), ...answers(even, outputs)]);
    expect(row?.estimate).toEqual({ value: 0.75, interval: wilson(0.75, 4) });
  });

  test("counts a task of failures only as one without credit", () => {
    const lost = questions.slice(0, 2).map(({ id }) => failed(id, "too long"));
    const rest = [...asked(questions), ...lost, ...answers(questions.slice(2), outputs.slice(2))];
    expect(rowsOf(group(false), rest).map(told)).toEqual([
      ["addition", "acc", "none", 0.375],
      ["h", "acc", "none", undefined],
      ["a", "acc", "none", undefined],
      ["b", "acc", "none", 0.75],
    ]);
    expect(rowsOf(group(true), rest)[0]?.estimate?.value).toBe(0.5);
  });

  test("is the mean of its tasks' perplexities, not that of all of its questions", () => {
    const run = runWith(
      { output_type: "loglikelihood", metric_list: [{ metric: "perplexity" }] },
      { aggregates: { addition: [{ metric: "perplexity", aggregation: "mean", weight_by_size: true }] } },
    );
    const three = questions.slice(0, 3);
    const logs = [-1, -3, -4].map((nats) => likelihood(nats));
    const rows = rowsOf(run, [...asked(three), ...answers(three, logs)]);
    expect(rows[0]?.estimate?.value).toBeCloseTo((2 * Math.exp(2) + Math.exp(4)) / 3, 10);
  });

  test("has its own figure of a metric that the group does not name", () => {
    const run = runWith(
      { ...CHOICE, metric_list: [{ metric: "acc" }, { metric: "acc_norm" }] },
      { aggregates: { addition: [{ metric: "acc", aggregation: "mean", weight_by_size: false }] } },
    );
    const rows = rowsOf(run, whole).filter(({ task }) => task === "addition");
    expect(rows.map(({ estimate }) => estimate?.value)).toEqual([0.625, 4 / 6]);
  });

  test("has no error of its own where that of one of its tasks is not known", () => {
    const few = questions.filter(({ id }) => id !== "a/q1");
    for (const weighted of [true, false]) {
      const [row] = rowsOf(group(weighted), [...asked(few), ...answers(few, outputs)]);
      expect(row?.standardError).toBeUndefined();
    }
  });

  test("makes the figure of a group inside it in that group's own way", () => {
    const inside = questions.map((one) => ({ ...one, members: ["h", one.members?.at(-1) as string] }));
    const run = runWith(
      { ...CHOICE, metric_list: [{ metric: "acc" }] },
      {
        aggregates: {
          addition: [{ metric: "acc", aggregation: "mean", weight_by_size: true }],
          h: [{ metric: "acc", aggregation: "mean", weight_by_size: false }],
        },
      },
    );
    const rows = rowsOf(run, [...asked(inside), ...answers(inside, outputs)]);
    expect(rows.slice(0, 2).map(({ task, estimate }) => [task, estimate?.value])).toEqual([
      ["addition", 4 / 6],
      ["h", 0.625],
    ]);
  });
});
