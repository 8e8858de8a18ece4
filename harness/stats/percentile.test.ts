import { describe, expect, test } from "vitest";
import { percentileInterval } from "./percentile.ts";
import { normalCdf } from "./samplesizenormal.ts";

/** 0 to 9,999 in no order: the q-quantile is very nearly 10,000 q. */
const replicates = Array.from({ length: 9_999 }, (_, i) => (i * 7_919) % 9_999);

describe("percentileInterval", () => {
  test("takes the k-th of R replicates for the k / (R + 1) quantile, whatever the order", () => {
    const ordered = Array.from({ length: 199 }, (_, i) => 200 - i);
    // 2.5 % of 200 is the 5th, 97.5 % the 195th: they count from 2 on.
    const { low, high } = percentileInterval(ordered);
    expect(low).toBeCloseTo(6, 9);
    expect(high).toBeCloseTo(196, 9);
  });

  test("at another confidence leaves out as much", () => {
    const { low, high } = percentileInterval(replicates, { confidence: 0.8 });
    expect(low).toBeCloseTo(999, 6);
    expect(high).toBeCloseTo(8_999, 6);
  });

  // Student's 97.5 % quantiles of the tables with 49 and 9 degrees of freedom, and 95 % with 9.
  test.each([
    [50, 0.95, 2.0096],
    [10, 0.95, 2.2622],
    [10, 0.9, 1.8331],
  ])(
    "of %i items, at %d, leaves out beyond 1.03 x sqrt(n / (n - 1)) x %d standard deviations",
    (items, confidence, t) => {
      const tail = normalCdf(-1.03 * t * Math.sqrt(items / (items - 1)));
      const { low, high } = percentileInterval(replicates, { items, confidence });
      expect(low).toBeCloseTo(10_000 * tail - 1, 0);
      expect(high).toBeCloseTo(9_998 - low, 6);
    },
  );

  test("of very many items is wider than unexpanded by the margin alone", () => {
    const { low } = percentileInterval(replicates, { items: 1_000_000 });
    expect(low).toBeCloseTo(10_000 * normalCdf(-1.03 * 1.9623) - 1, 0);
  });

  test("of fewest items is all there is", () => {
    expect(percentileInterval(replicates, { items: 2 })).toEqual({ low: 0, high: 9_998 });
    expect(percentileInterval(replicates, { items: 1 })).toEqual({ low: 0, high: 9_998 });
    expect(percentileInterval([3])).toEqual({ low: 3, high: 3 });
  });

  test("is unbounded on the side where infinite replicates reach it", () => {
    expect(percentileInterval([1, 1, 1, Infinity])).toEqual({ low: 1, high: Infinity });
    expect(percentileInterval([Infinity, Infinity])).toEqual({ low: Infinity, high: Infinity });
  });
});
