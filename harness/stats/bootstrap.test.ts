import { describe, expect, test } from "vitest";
import {
  meanInterval,
  pairedRatioInterval,
  ratioInterval,
  ratios,
  rememberedSums,
  resampledSums,
} from "./bootstrap.ts";
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

  test("draws the same in the company of other seeds and sizes", () => {
    const of = (items: number, seed: number): Float64Array[] =>
      resampledSums([Float64Array.from({ length: items }, (_, i) => i)], { seed, resamples: 30 });
    const first = of(50, 1);
    of(50, 2);
    of(49, 1);
    expect(of(50, 1)).toEqual(first);
    expect(of(50, 1)).toEqual(first);
  });

  test.each([7, 8])("adds up the %i items that the generator picks", (items) => {
    const column = Array.from({ length: items }, (_, i) => 10 ** i);
    const random = seeded(6);
    const [sums] = resampledSums([column], { seed: 6, resamples: 5 });
    const picked = Array.from({ length: 5 }, () =>
      column.reduce((sum) => sum + (column[Math.floor(random() * items)] as number), 0),
    );
    expect([...(sums ?? [])]).toEqual(picked);
  });

  test.each([
    [10, 10_000],
    [25_000, 4_000],
    [60_000, 2_000],
  ])("of %i items are %i unless told", (items, resamples) => {
    const [sums] = resampledSums([new Float64Array(items)], { seed: 1 });
    expect(sums?.length).toBe(resamples);
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

  test("widens with confidence, drawing the same", () => {
    const numerators = [1, 5, 2, 8, 3, 4, 4, 9, 2, 6, 7, 1];
    const denominators = numerators.map((_, i) => 1 + (i % 3));
    const at = (confidence: number): { low: number; high: number } =>
      ratioInterval(numerators, denominators, { seed: 2, confidence }) as { low: number; high: number };
    expect(at(0.95)).toEqual(ratioInterval(numerators, denominators, { seed: 2 }));
    expect(at(0.99).low).toBeLessThan(at(0.95).low);
    expect(at(0.99).high).toBeGreaterThan(at(0.95).high);
    expect(at(0.9).low).toBeGreaterThan(at(0.95).low);
    expect(at(0.9).high).toBeLessThan(at(0.95).high);
  });
});

describe("pairedRatioInterval", () => {
  const costs = [1, 5, 2, 8, 3, 4, 4, 9];
  const credits = [1, 0, 1, 1, 0, 1, 1, 1];

  test("of two that differ by a factor has no width", () => {
    const dearer = costs.map((cost) => 2 * cost);
    expect(pairedRatioInterval([dearer, credits], [costs, credits], { seed: 1 })).toEqual({
      low: expect.closeTo(2, 12),
      high: expect.closeTo(2, 12),
    });
  });

  test("is its inverse when the two are exchanged", () => {
    const other = [costs.map((_, i) => 3 + (i % 4)), [1, 1, 1, 0, 1, 1, 0, 1]] as const;
    const options = { seed: 7, resamples: 999, confidence: 0.9 };
    const one = pairedRatioInterval([costs, credits], other, options);
    const exchanged = pairedRatioInterval(other, [costs, credits], options);
    expect(exchanged?.low).toBeCloseTo(1 / (one?.high ?? NaN), 1);
    expect(exchanged?.high).toBeCloseTo(1 / (one?.low ?? NaN), 1);
  });

  test("of one item is absent, of unequal lists an error", () => {
    expect(pairedRatioInterval([[1], [1]], [[1], [1]], { seed: 1 })).toBeUndefined();
    expect(() => pairedRatioInterval([[1, 2], [1]], [[1], [1]], { seed: 1 })).toThrow("unlike length: 2, 1, 1, 1");
  });
});

describe("meanInterval", () => {
  test("is about 1.03 x 1.97 standard errors to each side", () => {
    const random = seeded(8);
    const values = Array.from({ length: 400 }, () => random());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 399 / 400);
    const { low, high } = meanInterval(values, { seed: 1 }) as { low: number; high: number };
    // 10,000 resamples put a bound within 3 % of a standard error.
    expect((mean - low) / error).toBeCloseTo(2.03, 0.7);
    expect((high - mean) / error).toBeCloseTo(2.03, 0.7);
  });

  test("is that of a ratio over ones, and absent of one value", () => {
    const values = [4, 1, 3, 3, 7];
    const ones = values.map(() => 1);
    expect(meanInterval(values, { seed: 3, resamples: 99 })).toEqual(
      ratioInterval(values, ones, { seed: 3, resamples: 99 }),
    );
    expect(meanInterval([1], { seed: 3 })).toBeUndefined();
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

  test("draws once, whatever the confidence", () => {
    const sums = rememberedSums();
    const [likely, certain] = [
      { seed: 1, confidence: 0.9 },
      { seed: 1, confidence: 0.99 },
    ];
    const column = [1, 2, 5];
    expect(sums([column], certain)[0]).toBe(sums([column], likely)[0]);
  });
});
