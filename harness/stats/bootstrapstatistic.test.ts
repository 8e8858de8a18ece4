import { describe, expect, test } from "vitest";
import { bootstrapStatistic, type Resampled } from "./bootstrapstatistic.ts";
import { seeded } from "./random.ts";
import { clusteredStandardError, meanStandardError } from "./standarderror.ts";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const random = seeded(5);
const uniform = Array.from({ length: 200 }, () => random());

describe("bootstrapStatistic", () => {
  test("of a mean has the standard error of the mean, not that over the root of the resamples", () => {
    const closed = meanStandardError(uniform) as number;
    const { standardError, low, high } = bootstrapStatistic(uniform, mean, { seed: 1 }) as Resampled;
    // The standard deviation of 1,000 replicates has a relative error of 1 / sqrt(2,000) = 2.2 %.
    expect(standardError / closed).toBeGreaterThan(0.92);
    expect(standardError / closed).toBeLessThan(1.08);
    expect((high - low) / (2 * 1.96 * closed)).toBeGreaterThan(0.88);
    expect((high - low) / (2 * 1.96 * closed)).toBeLessThan(1.12);
  });

  test("draws clusters whole", () => {
    const values = uniform.slice(0, 50).flatMap((value) => [value, value, value, value]);
    const clusters = values.map((_, i) => String(Math.floor(i / 4)));
    const { standardError } = bootstrapStatistic(values, mean, { seed: 1, clusters }) as Resampled;
    const closed = clusteredStandardError(values, clusters) as number;
    expect(standardError / closed).toBeGreaterThan(0.9);
    expect(standardError / closed).toBeLessThan(1.1);
    // Drawn one by one, four copies of everything would halve it.
    expect(bootstrapStatistic(values, mean, { seed: 1 })?.standardError).toBeLessThan(0.6 * standardError);
  });

  test("of uneven clusters resamples all items of a cluster", () => {
    const seen = new Set<string>();
    const statistic = (items: readonly string[]): number => seen.add(items.join("")).size;
    bootstrapStatistic(["a", "b", "c"], statistic, { seed: 2, clusters: ["x", "y", "x"], resamples: 100 });
    expect([...seen].sort()).toEqual(["acac", "acb", "bac", "bb"]);
  });

  test("depends on its seed and on nothing else", () => {
    const first = bootstrapStatistic(uniform, mean, { seed: 9 });
    expect(bootstrapStatistic(uniform, mean, { seed: 9 })).toEqual(first);
    expect(bootstrapStatistic(uniform, mean, { seed: 10 })).not.toEqual(first);
  });

  test("of equal items has no width", () => {
    expect(bootstrapStatistic([2, 2, 2], mean, { seed: 1 })).toEqual({ low: 2, high: 2, standardError: 0 });
  });

  test("is absent of one thing to draw, and where the statistic is absent of a resample", () => {
    expect(bootstrapStatistic([1], mean, { seed: 1 })).toBeUndefined();
    expect(bootstrapStatistic([1, 2], mean, { seed: 1, clusters: ["a", "a"] })).toBeUndefined();
    const picky = (values: readonly number[]): number | undefined => (values.includes(1) ? mean(values) : undefined);
    expect(bootstrapStatistic([1, 2, 3], picky, { seed: 1 })).toBeUndefined();
  });

  test("of unequal lists is an error", () => {
    expect(() => bootstrapStatistic([1, 2], mean, { seed: 1, clusters: ["a"] })).toThrow("2 items but 1 clusters");
  });
});
