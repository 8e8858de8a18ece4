import { describe, expect, test } from "vitest";
import { aggregate, type Score } from "./aggregate.ts";

const weighed: readonly Score[] = [
  { value: -6, weight: 2 },
  { value: -3, weight: 4 },
];

/** Labels as a confusion counts them: right positives, false ones, missed ones, right negatives. */
function confusion(truePositive: number, falsePositive: number, missed: number, trueNegative: number): Score[] {
  const of = (times: number, value: number, gold: number): Score[] =>
    Array.from({ length: times }, () => ({ value, gold }));
  return [...of(truePositive, 1, 1), ...of(falsePositive, 1, 0), ...of(missed, 0, 1), ...of(trueNegative, 0, 0)];
}

describe("aggregate", () => {
  test("means credit and losses", () => {
    expect(aggregate("mean", [{ value: 1 }, { value: 0 }, { value: 0.5 }])).toBe(0.5);
    expect(aggregate("brier_score", [{ value: 2 }, { value: 0.5 }])).toBe(1.25);
  });

  test("takes perplexity of the mean log-likelihood, whatever the lengths", () => {
    // The geometric mean of 1/2 and 1/8 is 1/4.
    expect(aggregate("perplexity", [{ value: Math.log(1 / 2) }, { value: Math.log(1 / 8) }])).toBeCloseTo(4, 12);
  });

  test("weighs by the sum of weights, not by the mean of quotients", () => {
    // exp(9 / 6), where the quotients' mean would give exp((3 + 0.75) / 2).
    expect(aggregate("weighted_perplexity", weighed)).toBeCloseTo(Math.exp(1.5), 12);
    expect(aggregate("bits_per_byte", weighed)).toBeCloseTo(1.5 / Math.LN2, 12);
  });

  test("has byte_perplexity = 2^bits_per_byte", () => {
    const bits = aggregate("bits_per_byte", weighed) as number;
    expect(aggregate("weighted_perplexity", weighed)).toBeCloseTo(2 ** bits, 12);
  });

  test("counts F1 of label 1", () => {
    // precision 3/4, recall 3/5: 6 / 9.
    expect(aggregate("f1", confusion(3, 1, 2, 10))).toBeCloseTo(2 / 3, 12);
    // Of label 0 it would be 20/23.
    expect(aggregate("f1", confusion(3, 1, 2, 0))).toBeCloseTo(2 / 3, 12);
    expect(aggregate("f1", confusion(0, 0, 0, 5))).toBe(0);
    expect(aggregate("f1", confusion(0, 2, 3, 5))).toBe(0);
  });

  test("has no F1 of other labels", () => {
    expect(aggregate("f1", [{ value: 2, gold: 1 }])).toBeUndefined();
    expect(aggregate("f1", [{ value: 1 }])).toBeUndefined();
  });

  test("refuses to weigh without a weight", () => {
    expect(() => aggregate("bits_per_byte", [{ value: -1 }])).toThrow("has no weight");
  });

  test("is absent where there is no figure", () => {
    expect(aggregate("mean", [])).toBeUndefined();
    expect(aggregate("bypass", [{ value: 1 }])).toBeUndefined();
    expect(aggregate("bits_per_byte", [{ value: 0, weight: 0 }])).toBeUndefined();
    expect(aggregate("perplexity", [{ value: -800 }])).toBeUndefined();
  });
});
