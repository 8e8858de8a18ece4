import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combineFactors, logNormal95, wilson, wilsonClustered } from "./interval.ts";
import { seeded } from "./random.ts";

describe("logNormal95", () => {
  test("holds 95 % of such factors", () => {
    expect(logNormal95(0.1).high).toBeCloseTo(Math.exp(0.1959964), 6);
    expect(logNormal95(0.1).low).toBeCloseTo(1 / logNormal95(0.1).high, 12);
  });
});

describe("wilson", () => {
  test.each([
    [0, 50, 0, 0.071348],
    [40, 50, 0.669629, 0.887562],
    [50, 50, 0.928652, 1],
    [1173, 1319, 0.871234, 0.905125],
  ])("gives the published interval of %i of %i", (right, n, low, high) => {
    const interval = wilson(right / n, n);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  test("reaches 0 and 1 exactly", () => {
    expect(wilson(0, 7).low).toBe(0);
    expect(wilson(1, 7).high).toBe(1);
  });

  test("of one item is wide but not everything", () => {
    // z^2 / (1 + z^2) with z = 1.96
    expect(wilson(0, 1).high).toBeCloseTo(0.79345, 5);
    expect(wilson(1, 1).low).toBeCloseTo(0.20655, 5);
  });

  test("is symmetric, holds its share and narrows with n", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, part) => {
        const p = Math.round(part * n) / n;
        const { low, high } = wilson(p, n);
        const mirrored = wilson(1 - p, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(p);
        expect(high).toBeGreaterThanOrEqual(p);
        expect(mirrored.low).toBeCloseTo(1 - high, 10);
        const larger = wilson(p, 4 * n);
        expect(larger.high - larger.low).toBeLessThan(high - low);
      }),
    );
  });

  test.each([
    [0.2, 50],
    [0.5, 50],
    [0.8, 50],
    [0.9, 200],
  ])("covers a true share of %d with %i items 93 to 97.5 %% of the time", (truth, n) => {
    const random = seeded(7);
    let covered = 0;
    const simulations = 2_000;
    for (let s = 0; s < simulations; s++) {
      let right = 0;
      for (let i = 0; i < n; i++) right += random() < truth ? 1 : 0;
      const { low, high } = wilson(right / n, n);
      covered += low <= truth && truth <= high ? 1 : 0;
    }
    expect(covered / simulations).toBeGreaterThan(0.93);
    expect(covered / simulations).toBeLessThan(0.975);
  });

  test.each([
    [0.5, 0],
    [0.5, NaN],
    [1.01, 10],
    [-0.01, 10],
    [NaN, 10],
  ])("refuses share %d of %d items", (share, n) => {
    expect(() => wilson(share, n)).toThrow(RangeError);
  });
});

describe("wilsonClustered", () => {
  test("has so many items as its standard error is worth", () => {
    const counted = { share: 0.8, items: 500, clusters: 60 };
    const standardError = Math.sqrt((0.8 * 0.2) / 50);
    const clustered = wilsonClustered({ ...counted, standardError });
    expect(clustered.low).toBeCloseTo(0.669629, 6);
    expect(clustered.high).toBeCloseTo(0.887562, 6);
  });

  test("is never narrower than of independent items", () => {
    const counted = { share: 0.8, items: 50, clusters: 10 };
    expect(wilsonClustered({ ...counted, standardError: 0.001 })).toEqual(wilson(0.8, 50));
    expect(wilsonClustered({ ...counted, standardError: 0 })).toEqual(wilson(0.8, 50));
  });

  test("counts clusters where all items are right, all wrong, or the error is unknown", () => {
    expect(wilsonClustered({ share: 1, items: 500, clusters: 50, standardError: 0 })).toEqual(wilson(1, 50));
    expect(wilsonClustered({ share: 0, items: 500, clusters: 50, standardError: 0 })).toEqual(wilson(0, 50));
    expect(wilsonClustered({ share: 0.8, items: 500, clusters: 1 })).toEqual(wilson(0.8, 1));
  });
});

describe("combineFactors", () => {
  test("of one interval is that interval", () => {
    const { low, high } = combineFactors(10, { low: 6.5, high: 19 });
    expect(low).toBeCloseTo(6.5, 12);
    expect(high).toBeCloseTo(19, 12);
  });

  test("adds log distances as root of the sum of squares, each side by itself", () => {
    // ln 2 twice: exp(sqrt 2 ln 2) = 2^1.41421356
    const { low, high } = combineFactors(10, { low: 5, high: 30 }, { low: 5, high: 40 });
    expect(low).toBeCloseTo(10 / 2 ** Math.SQRT2, 10);
    expect(high).toBeCloseTo(10 * Math.exp(Math.hypot(Math.log(3), Math.log(4))), 10);
  });

  test("passes over an interval that is absent", () => {
    expect(combineFactors(10, undefined, { low: 5, high: 20 })).toEqual(combineFactors(10, { low: 5, high: 20 }));
  });

  test("keeps an unbounded side unbounded and the other as it was", () => {
    const { low, high } = combineFactors(10, { low: 5, high: Infinity }, { low: 10, high: 10 });
    expect(low).toBeCloseTo(5, 12);
    expect(high).toBe(Infinity);
  });

  test("of a value of zero has no NaN bound", () => {
    const { low, high } = combineFactors(0, { low: 0, high: 0 });
    expect([low, high]).toEqual([0, 0]);
  });
});
