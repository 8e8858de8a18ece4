import { describe, expect, test } from "vitest";
import { type CellFacts, cellOf, energyOf, metered, questions, unjudged } from "../cost/cell.support.ts";
import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import { pooled } from "./pool.ts";
import { pairedQuestions } from "./precisionpairs.ts";
import { ratioTo } from "./ratio.ts";
import { answered } from "./run.support.ts";

/** A model's answers to questions q0, q1, ... of a task, all of one cluster where one is given. */
function cell(task: string, n: number, right: number, facts: CellFacts & { cluster?: string } = {}): CellSummary {
  const { cluster } = facts;
  const summary = cellOf("a", questions(n, right), { ...facts, task });
  const answers = summary.order.map((id, i) => ({
    question: present({ id, prompt: "?", target: "yes", cluster }),
    trial: 0,
    credit: i < right ? 1 : 0,
    answer: { ...answered(id), cell: summary.cell.key },
  }));
  return { ...summary, answers };
}

const [sums, words] = [cell("addition", 10, 10), cell("sort", 30, 0)];

describe("pooled", () => {
  test("of one task is that task, and of none nothing", () => {
    expect(pooled([sums])).toBe(sums);
    expect(() => pooled([])).toThrow(RangeError);
  });

  test("has the questions of all tasks, those of one id apart", () => {
    const both = pooled([sums, words]);
    expect(both.order).toHaveLength(40);
    expect(new Set(both.order).size).toBe(40);
    expect(both.totals.map(({ question }) => question)).toEqual(both.order);
    expect(both.answers.map(({ question }) => question.id)).toEqual(both.order);
    expect(both.order).toEqual(expect.arrayContaining(["addition\nq0", "sort\nq0"]));
  });

  test("keeps answers in the cell that gave them, so that windows of two tasks are not one", () => {
    const both = pooled([sums, words]);
    expect([both.answers[0]?.answer.cell, both.answers[10]?.answer.cell]).toEqual([sums.cell.key, words.cell.key]);
  });

  test("keeps clusters of one name in two tasks apart, and leaves alone what stands alone", () => {
    const both = pooled([
      cell("addition", 1, 1, { cluster: "c" }),
      cell("sort", 1, 1, { cluster: "c" }),
      cell("x", 1, 1),
    ]);
    expect(both.answers.map(({ question }) => question.cluster)).toEqual(["addition\nc", "sort\nc", undefined]);
    expect(both.answers[2]?.question).not.toHaveProperty("cluster");
  });

  test("names failures as it names questions", () => {
    const failures = words.answers.slice(0, 1).map(({ question }) => ({ question, trial: 0, reason: "gone" }));
    const both = pooled([sums, { ...words, failures }]);
    expect(both.failures).toEqual([expect.objectContaining({ question: expect.objectContaining({ id: "sort\nq0" }) })]);
  });

  test("counts each question alike: ten right of ten and none of thirty are a quarter", () => {
    expect(pooled([sums, words]).accuracy).toEqual({ value: 0.25 });
  });

  test("says nothing of accuracy where a task does not", () => {
    const { accuracy: _accuracy, ...unknown } = words;
    expect(pooled([sums, unknown])).not.toHaveProperty("accuracy");
    expect(pooled([unjudged("a"), unjudged("a")])).not.toHaveProperty("accuracy");
  });

  test("has what the windows leave open of each task as independent joules", () => {
    // 80 J with 10 % and 240 J with 5 %: the root of 8^2 + 12^2, of 320 J.
    const [one, other] = [0.1, 0.05].map((windowHalf) => metered({ windowHalf }));
    const both = pooled([
      cell("addition", 10, 1, { energy: one ?? null }),
      cell("sort", 30, 1, { energy: other ?? null }),
    ]);
    expect(both.energy?.windowHalf).toBeCloseTo(Math.hypot(8, 12) / 320, 12);
    expect(both.energy).toMatchObject({ grade: "A", boundary: "cpu_package", source: "rapl:package-0" });
  });

  test.each([
    ["one task has none", null],
    ["one is of another grade", energyOf()],
    ["one is of another boundary", metered({ boundary: "wall" })],
    ["one is by another meter", metered({ source: "rapl:package-1" })],
  ])("has no energy where %s", (_, energy) => {
    const both = pooled([cell("addition", 10, 1, { energy: metered() }), cell("sort", 10, 1, { energy })]);
    expect(both).not.toHaveProperty("energy");
  });

  test("is compared question by question and joule by joule", () => {
    const theirs = [cell("addition", 10, 5), cell("sort", 30, 30)].map((one) => {
      const totals = one.totals.map((each) => Object.assign({}, each, { energy: { gross: 4 } }));
      return Object.assign({}, one, { totals });
    });
    const [a, b] = [pooled([sums, words]), pooled(theirs)];
    const pairs = pairedQuestions(a, b);
    expect(pairs).toHaveLength(40);
    expect(pairs.filter(({ credit, referenceCredit }) => credit > referenceCredit)).toHaveLength(5);
    // 320 J for 10 right ones beside 160 J for 35.
    expect(ratioTo(b, a, { seed: 1, resamples: 200 })?.perCorrect?.value).toBeCloseTo(32 / (160 / 35), 12);
  });
});
