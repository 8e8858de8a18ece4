import { describe, expect, test } from "vitest";
import { cellOf, question, smallBook } from "../cost/cell.support.ts";
import { type Scenario, scenariosNamed } from "../cost/scenario.ts";
import type { CellSummary, QuestionTotals } from "../report.ts";
import type { Interval } from "../stats/interval.ts";
import { amountRatio, paidRatio } from "./paid.ts";
import { answered } from "./run.support.ts";

const OPTIONS = { seed: 42 };
const named = (name: string): Scenario => scenariosNamed(name, smallBook(), { virtualised: false })[0] as Scenario;
const [RENT, API] = [named("c7i.xlarge"), named("o1")];

/** A model's questions, and when they were answered: each as long as it was paid for, in windows of equal length. */
function cell(model: string, totals: readonly QuestionTotals[], windows = 1): CellSummary {
  const answers = totals.map(({ question: id, seconds }, i) => ({
    question: { id, prompt: "?", target: "yes" },
    trial: 0,
    answer: answered(id, { model, latencyMs: 1e3 * seconds, window: Math.floor((i * windows) / totals.length) }),
  }));
  return { ...cellOf(model, totals), answers };
}

const seconds = (all: readonly number[]): QuestionTotals[] => all.map((one, i) => question(`q${i}`, { seconds: one }));
const width = ({ low, high }: Interval): number => Math.log(high / low);

describe("paidRatio", () => {
  test("by the hour is that of the seconds, per put or per correct answer", () => {
    const a = cell("a", [question("q0", { seconds: 3 }), question("q1", { seconds: 5, credit: 0 })]);
    const b = cell("b", [question("q0", { seconds: 1 }), question("q1", { seconds: 1 })]);
    expect(paidRatio({ a, b }, RENT, "puts", OPTIONS)?.value).toBeCloseTo(4, 12);
    expect(paidRatio({ a, b }, RENT, "credit", OPTIONS)?.value).toBeCloseTo(8, 12);
  });

  test("by the token weighs what is written by what it costs", () => {
    const a = cell("a", [question("q0", { promptTokens: 100, outputTokens: 10 })]);
    const b = cell("b", [question("q0", { promptTokens: 100, outputTokens: 60 })]);
    // 15 dollars a million in, 60 out.
    expect(paidRatio({ a, b }, API, "puts", OPTIONS)?.value).toBeCloseTo((1500 + 600) / (1500 + 3600), 12);
  });

  test("by the hour also carries what the windows leave open, and by the token does not", () => {
    // Every other window of one is slow.
    const [slow, fast] = [seconds([6, 6, 2, 2, 6, 6, 2, 2]), seconds([1, 2, 1, 2, 1, 2, 1, 2])];
    const by = (scenario: Scenario, windows: number): Interval =>
      paidRatio({ a: cell("a", slow, windows), b: cell("b", fast, windows) }, scenario, "puts", OPTIONS)
        ?.interval as Interval;
    expect(width(by(RENT, 4))).toBeGreaterThan(1.2 * width(by(RENT, 1)));
    expect(by(API, 4)).toEqual(by(API, 1));
  });

  test("is absent where one is right nowhere, or what is paid for is not known", () => {
    const [some, none] = [cell("a", [question("q0")]), cell("b", [question("q0", { credit: 0 })])];
    expect(paidRatio({ a: some, b: none }, RENT, "credit", OPTIONS)).toBeUndefined();
    expect(paidRatio({ a: none, b: some }, RENT, "credit", OPTIONS)).toBeUndefined();
    expect(paidRatio({ a: some, b: some }, named("grid"), "puts", OPTIONS)).toBeUndefined();
  });
});

describe("amountRatio", () => {
  const tokens = { a: (one: QuestionTotals) => one.outputTokens, b: (one: QuestionTotals) => one.outputTokens };

  test("counts only what was put to both, each as often as it was put", () => {
    const a = cell("a", [question("q0", { outputTokens: 60, puts: 3 }), question("q9", { outputTokens: 999 })]);
    const b = cell("b", [question("q0", { outputTokens: 10 }), question("q1", { outputTokens: 999 })]);
    expect(amountRatio({ a, b }, tokens, "puts", OPTIONS)).toEqual({ value: 2 });
  });

  test("draws the questions of a cluster together", () => {
    const a = cell(
      "a",
      Array.from({ length: 40 }, (_, i) => question(`q${i}`, { outputTokens: i < 10 ? 100 : 10 })),
    );
    const b = cell(
      "b",
      Array.from({ length: 40 }, (_, i) => question(`q${i}`)),
    );
    const clusterOf = (id: string): string => `c${Math.floor(Number(id.slice(1)) / 10)}`;
    const [together, alone] = [{ ...OPTIONS, clusterOf }, OPTIONS].map(
      (options) => amountRatio({ a, b }, tokens, "puts", options)?.interval as Interval,
    );
    expect(width(together as Interval)).toBeGreaterThan(1.8 * width(alone as Interval));
  });
});
