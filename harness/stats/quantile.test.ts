import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantile, quantileInterval, sorted } from "./quantile.ts";
import { seeded } from "./random.ts";

const ranks = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe("sorted", () => {
  test("orders as numbers and leaves its input alone", () => {
    const values = [10, 9, 100, -1];
    expect(sorted(values)).toEqual([-1, 9, 10, 100]);
    expect(values).toEqual([10, 9, 100, -1]);
  });
});

describe("quantile", () => {
  // numpy.quantile(values, p), by hand: position (n - 1) p.
  test.each([
    [[15, 20, 35, 40, 50], 0.4, 29],
    [[15, 20, 35, 40, 50], 0.25, 20],
    [[15, 20, 35, 40, 50], 0.9, 46],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0.25, 1.75],
    [[1, 2], 0.99, 1.99],
    [[3, 3, 3, 9], 0.5, 3],
    [[3, 3, 3, 9], 0.75, 4.5],
    [[7], 0.99, 7],
    [[1, 2, 3], 0, 1],
    [[1, 2, 3], 1, 3],
  ])("of %j at %d is numpy's", (values, p, expected) => {
    expect(quantile(values, p)).toBeCloseTo(expected, 12);
  });

  test("refuses no values", () => {
    expect(() => quantile([], 0.5)).toThrow("quantile: of no values");
  });

  test("that falls on a finite value is that value, whatever stands above it", () => {
    expect(quantile([1, 2, Infinity], 0.5)).toBe(2);
  });

  test("lies between the extremes and never falls with p", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, p, p, (unordered, a, b) => {
        const ordered = sorted(unordered);
        const low = quantile(ordered, Math.min(a, b));
        const high = quantile(ordered, Math.max(a, b));
        const slack = 1e-9;
        expect(low).toBeLessThanOrEqual(high + slack);
        expect(low).toBeGreaterThanOrEqual((ordered[0] as number) - slack);
        expect(high).toBeLessThanOrEqual((ordered.at(-1) as number) + slack);
      }),
    );
  });
});

describe("quantileInterval", () => {
  // Ranks of the 95 % interval of a median from the binomial table (e.g. Conover, Practical Nonparametric Statistics).
  test.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [15, 4, 12],
    [20, 6, 15],
    [100, 40, 61],
  ])("of a median of %i values stands at ranks %i and %i", (n, low, high) => {
    expect(quantileInterval(ranks(n), 0.5)).toEqual({ low, high });
  });

  test("of a median needs six values: 2 / 2^5 is more than 5 %", () => {
    expect(quantileInterval(ranks(5), 0.5)).toBeUndefined();
    expect(quantileInterval(ranks(1), 0.5)).toBeUndefined();
    expect(quantileInterval([], 0.5)).toBeUndefined();
  });

  test("of a 90th percentile needs 36 values, of a 99th 368: p^n must fall to 2.5 %", () => {
    expect(quantileInterval(ranks(35), 0.9)).toBeUndefined();
    expect(quantileInterval(ranks(36), 0.9)?.high).toBe(36);
    expect(quantileInterval(ranks(367), 0.99)).toBeUndefined();
    expect(quantileInterval(ranks(368), 0.99)?.high).toBe(368);
  });

  test("of ties is the tied value", () => {
    expect(
      quantileInterval(
        Array.from({ length: 30 }, () => 4),
        0.5,
      ),
    ).toEqual({ low: 4, high: 4 });
  });

  test("of thousands of values has not lost its tail to underflow", () => {
    // Normal approximation: n/2 -+ 1.96 sqrt(n)/2.
    const { low, high } = quantileInterval(ranks(10_000), 0.5) as { low: number; high: number };
    expect(low).toBeGreaterThan(4_898);
    expect(low).toBeLessThan(4_905);
    expect(high).toBeGreaterThan(5_095);
    expect(high).toBeLessThan(5_103);
  });

  test("does not narrow by repeating every value", () => {
    const once = ranks(20);
    const fourTimes = once.flatMap((value) => [value, value, value, value]);
    expect(quantileInterval(fourTimes, 0.5, 20)).toEqual(quantileInterval(once, 0.5));
    expect(quantileInterval(fourTimes, 0.5)).not.toEqual(quantileInterval(once, 0.5));
  });

  test("takes no more independent items than there are values", () => {
    expect(quantileInterval(ranks(20), 0.5, 1_000)).toEqual(quantileInterval(ranks(20), 0.5));
  });

  test.each([
    [0.5, 15],
    [0.5, 101],
    [0.9, 60],
    [0.99, 500],
  ])("covers the true %d quantile with %i values at least 95 %% of the time", (p, n) => {
    const random = seeded(11);
    const simulations = 2_000;
    // Exponential: skewed, as latencies are. Its p-quantile is -ln(1 - p).
    const truth = -Math.log(1 - p);
    let covered = 0;
    for (let s = 0; s < simulations; s++) {
      const values = sorted(Array.from({ length: n }, () => -Math.log(1 - random())));
      const interval = quantileInterval(values, p);
      covered += interval !== undefined && interval.low <= truth && truth <= interval.high ? 1 : 0;
    }
    // Three standard errors of a share of 95 % over 2,000 simulations are 1.5 %.
    expect(covered / simulations).toBeGreaterThan(0.935);
  });
});
