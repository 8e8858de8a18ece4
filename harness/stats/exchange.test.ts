import { describe, expect, test } from "vitest";
import { exchangeTest } from "./exchange.ts";
import { mcnemar } from "./pairedproportions.ts";
import { seeded } from "./random.ts";

const repeated = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

describe("exchangeTest", () => {
  test.each([
    [3, 12],
    [1, 7],
    [6, 16],
    [30, 45],
  ])("is McNemar's where items differ by one: %i and %i", (first, second) => {
    const differences = [...repeated(1, first), ...repeated(0, 20), ...repeated(-1, second)];
    const exact = mcnemar(first, second);
    expect(Math.abs(exchangeTest(differences, { seed: 1 }) - exact)).toBeLessThan(4 * Math.sqrt(exact / 10_000));
  });

  test("of three thirds is a quarter: two of eight ways are as far from nothing", () => {
    expect(exchangeTest(repeated(1 / 3, 3), { seed: 3, resamples: 40_000 })).toBeCloseTo(0.25, 2);
  });

  test("is 1 where nothing differs, and never 0", () => {
    expect(exchangeTest(repeated(0, 9), { seed: 1 })).toBe(1);
    expect(exchangeTest(repeated(0.5, 200), { seed: 1 })).toBe(1 / 10_001);
  });

  test("finds 5 % or less where there is nothing to find", () => {
    const random = seeded(5);
    let found = 0;
    for (let set = 0; set < 400; set++) {
      const differences = Array.from({ length: 40 }, () => random() - random());
      found += exchangeTest(differences, { seed: set, resamples: 400 }) < 0.05 ? 1 : 0;
    }
    expect(found / 400).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 400));
  });
});
