import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, seededDraws, shuffled } from "./random.ts";

const draw = (seed: number, n: number): number[] => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => random());
};

describe("seeded", () => {
  test("gives the same numbers for the same seed, and others for another", () => {
    expect(draw(42, 20)).toEqual(draw(42, 20));
    expect(draw(42, 20)).not.toEqual(draw(43, 20));
  });

  test("gives the numbers that sfc32 gives in integers of any size", () => {
    const numbers = draw(42, 70).map((value) => value * 2 ** 32);
    expect([0, 1, 31, 32, 69].map((i) => numbers[i])).toEqual([
      1_959_603_763, 2_423_114_712, 1_210_347_966, 2_277_997_780, 4_241_774_642,
    ]);
  });

  test("stays in [0, 1)", () => {
    for (const value of draw(1, 10_000)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
  });

  test.each([0, 1, 42, 4_294_967_295])("is uniform from seed %i (chi-square, 99 degrees of freedom)", (seed) => {
    const bins = Array.from({ length: 100 }, () => 0);
    const n = 100_000;
    for (const value of draw(seed, n)) (bins[Math.floor(value * 100)] as number)++;
    const expected = n / 100;
    const chiSquare = bins.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    // 0.01 % and 99.99 % quantiles of chi-square with 99 degrees of freedom.
    expect(chiSquare).toBeGreaterThan(53);
    expect(chiSquare).toBeLessThan(161);
  });

  test("of neighbouring seeds is unrelated", () => {
    const a = draw(1, 20_000);
    const b = draw(2, 20_000);
    const products = a.map((value, i) => (value - 0.5) * ((b[i] as number) - 0.5));
    const correlation = (12 * products.reduce((sum, product) => sum + product, 0)) / products.length;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(20_000));
  });

  test("has no memory of the number before", () => {
    const values = draw(5, 20_000);
    const products = values.slice(1).map((value, i) => (value - 0.5) * ((values[i] as number) - 0.5));
    const correlation = (12 * products.reduce((sum, product) => sum + product, 0)) / products.length;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(20_000));
  });
});

describe("seededDraws", () => {
  test("counts the items that the generator's numbers, scaled and cut, would pick, one call after the other", () => {
    const fill = seededDraws(9);
    const random = seeded(9);
    for (const items of [100, 7, 7, 333]) {
      const times = new Uint8Array(items).fill(5);
      fill(times);
      const expected = Array.from({ length: items }, () => 0);
      for (let i = 0; i < items; i++) (expected[Math.floor(random() * items)] as number)++;
      expect([...times]).toEqual(expected);
    }
  });
});

describe("shuffled", () => {
  test("is a permutation and leaves its input alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const before = [...items];
        const out = shuffled(items, seeded(seed));
        expect(items).toEqual(before);
        expect([...out].sort((a, b) => a - b)).toEqual([...before].sort((a, b) => a - b));
      }),
    );
  });

  test("gives every order of three equally often", () => {
    const random = seeded(3);
    const seen = new Map<string, number>();
    for (let i = 0; i < 6_000; i++) {
      const order = shuffled(["a", "b", "c"], random).join("");
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    // 1,000 each; the standard deviation is 29.
    for (const times of seen.values()) expect(Math.abs(times - 1_000)).toBeLessThan(120);
  });
});
