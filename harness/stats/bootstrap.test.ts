import { describe, expect, test } from "vitest";
import { meanInterval, percentileInterval, ratioInterval, ratios, rememberedSums, resampledSums } from "./bootstrap.ts";
import { seeded } from "./random.ts";

describe("resampledSums", () => {
  test("draws the columns of an item together, and the same items for the same seed", () => {
    const [ones, twice] = resampledSums(
      [
        [1, 2, 5],
        [2, 4, 10],
      ],
      { seed: 3, resamples: 40 },
    );
    expect([...(twice ?? [])]).toEqual([...(ones ?? [])].map((sum) => 2 * sum));
    const [again] = resampledSums([[1, 2, 5]], { seed: 3, resamples: 40 });
    expect(again).toEqual(ones);
    const [other] = resampledSums([[1, 2, 5]], { seed: 4, resamples: 40 });
    expect(other).not.toEqual(ones);
  });

  test("sums as many items as there are", () => {
    const [counts] = resampledSums([[1, 1, 1, 1]], { seed: 1, resamples: 10 });
    expect([...(counts ?? [])]).toEqual(Array.from({ length: 10 }, () => 4));
  });
});

describe("percentileInterval", () => {
  test("is numpy's 2.5 and 97.5 % quantiles, whatever the order", () => {
    const replicates = Array.from({ length: 201 }, (_, i) => 200 - i);
    expect(percentileInterval(replicates)).toEqual({ low: 5, high: 195 });
  });

  test("is unbounded on the side where infinite replicates reach it", () => {
    expect(percentileInterval([1, 1, 1, Infinity])).toEqual({ low: 1, high: Infinity });
    expect(percentileInterval([Infinity, Infinity])).toEqual({ low: Infinity, high: Infinity });
  });
});

describe("ratios", () => {
  test("are infinite over zero", () => {
    expect([...ratios(Float64Array.of(6, 6), Float64Array.of(3, 0))]).toEqual([2, Infinity]);
  });
});

describe("ratioInterval", () => {
  test("of equal items has no width", () => {
    expect(ratioInterval([6, 6, 6], [3, 3, 3], { seed: 1 })).toEqual({ low: 2, high: 2 });
  });

  test("depends on its seed and on nothing else", () => {
    const numerators = [1, 5, 2, 8, 3];
    const denominators = [1, 1, 0, 1, 1];
    const first = ratioInterval(numerators, denominators, { seed: 9 });
    expect(ratioInterval(numerators, denominators, { seed: 9 })).toEqual(first);
    expect(ratioInterval(numerators, denominators, { seed: 10, resamples: 50 })).not.toEqual(first);
  });

  test("is unbounded above where 2.5 % of the resamples have nothing below the line", () => {
    // One of 20 correct: a resample misses it with probability (19/20)^20 = 36 %.
    const credits = Array.from({ length: 20 }, (_, i) => (i === 0 ? 1 : 0));
    const interval = ratioInterval(
      credits.map(() => 2),
      credits,
      { seed: 4 },
    );
    expect(interval?.high).toBe(Infinity);
    expect(interval?.low).toBeGreaterThan(5);
    expect(interval?.low).toBeLessThan(20);
  });

  test("keeps numerator and denominator of an item together", () => {
    // Proportional items: any resample has the ratio 3. Broken pairs would spread it.
    const denominators = [1, 2, 5, 9, 30];
    const interval = ratioInterval(
      denominators.map((value) => 3 * value),
      denominators,
      { seed: 5 },
    );
    expect(interval).toEqual({ low: 3, high: 3 });
  });

  test("of one item is absent, of unequal lists an error", () => {
    expect(ratioInterval([1], [1], { seed: 1 })).toBeUndefined();
    expect(() => ratioInterval([1, 2], [1], { seed: 1 })).toThrow("2 numerators but 1 denominators");
  });

  test("covers a true cost per correct answer 93 to 97.5 % of the time", () => {
    const random = seeded(21);
    const simulations = 1_000;
    const n = 150;
    // Cost is uniform on [1, 3) and right answers, 7 in 10, cost one less: E cost = 1.3, P right = 0.7.
    const truth = (2 - 0.7) / 0.7;
    let covered = 0;
    for (let s = 0; s < simulations; s++) {
      const credits = Array.from({ length: n }, () => (random() < 0.7 ? 1 : 0));
      const costs = credits.map((credit) => 1 + 2 * random() - credit);
      const interval = ratioInterval(costs, credits, { seed: s, resamples: 400 });
      covered += interval !== undefined && interval.low <= truth && truth <= interval.high ? 1 : 0;
    }
    expect(covered / simulations).toBeGreaterThan(0.93);
    expect(covered / simulations).toBeLessThan(0.975);
  });
});

describe("meanInterval", () => {
  test("is about 1.96 standard errors to each side", () => {
    const random = seeded(8);
    const values = Array.from({ length: 400 }, () => random());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const { low, high } = meanInterval(values, { seed: 1 }) as { low: number; high: number };
    // The standard deviation of a uniform number is sqrt(1/12).
    const half = (1.96 * Math.sqrt(1 / 12)) / 20;
    expect(mean - low).toBeGreaterThan(0.85 * half);
    expect(mean - low).toBeLessThan(1.15 * half);
    expect(high - mean).toBeGreaterThan(0.85 * half);
    expect(high - mean).toBeLessThan(1.15 * half);
  });
});

describe("rememberedSums", () => {
  test("gives what resampledSums gives, in whatever company a column comes", () => {
    const [a, b, c] = [
      [1, 2, 5],
      [0, 1, 0],
      [3, 3, 0.1],
    ] as const;
    const sums = rememberedSums();
    for (const columns of [[a, b], [b, c, a], [a, a], [c]])
      expect(sums(columns, { seed: 3 })).toEqual(resampledSums(columns, { seed: 3 }));
    expect(sums([a], { seed: 3 })[0]).toBe(sums([b, a], { seed: 3 })[1]);
  });

  test("keeps seeds and numbers of resamples apart", () => {
    const sums = rememberedSums();
    for (const options of [{ seed: 1 }, { seed: 2 }, { seed: 1, resamples: 7 }])
      expect(sums([[1, 2, 5]], options)).toEqual(resampledSums([[1, 2, 5]], options));
  });
});
