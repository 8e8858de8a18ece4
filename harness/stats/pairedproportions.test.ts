import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wilson } from "./interval.ts";
import { mcnemar, tango } from "./pairedproportions.ts";
import { seeded } from "./random.ts";

/** Whole counts of which the two that differ are at most all. */
const counts = fc
  .integer({ min: 1, max: 2_000 })
  .chain((items) => fc.tuple(fc.constant(items), fc.integer({ min: 0, max: items })))
  .chain(([items, differing]) =>
    fc.integer({ min: 0, max: differing }).map((first) => ({ first, second: differing - first, items })),
  );

describe("tango", () => {
  // Table V of Fagerland, Lydersen and Laake 2014 (three places); what the R package contingencytables gives for the data of
  // Cavo et al. 2012 (four); R's PropCIs at 90 %, signs exchanged.
  test.each([
    [{ first: 1, second: 7, items: 21 }, undefined, -0.517, -0.026, 3],
    [{ first: 6, second: 16, items: 161 }, undefined, -0.124, -0.0054, 4],
    [{ first: 28, second: 25, items: 618 }, 1.6448536269514722, -0.0148, 0.0247, 4],
  ])("gives the published interval of %j", (discordance, z, low, high, places) => {
    const interval = tango(discordance, z);
    expect(interval.low).toBeCloseTo(low, places);
    expect(interval.high).toBeCloseTo(high, places);
  });

  test("is Wilson's above when only the first is ever right alone, and +-z^2 / (n + z^2) when nothing differs", () => {
    for (const first of [0, 3, 20]) {
      expect(tango({ first, second: 0, items: 50 }).high).toBeCloseTo(wilson(first / 50, 50).high, 12);
    }
    const { low, high } = tango({ first: 0, second: 0, items: 50 });
    expect(high).toBeCloseTo(0.071348, 6);
    expect(low).toBe(-high);
  });

  test("reaches 1 and -1 exactly where all differ one way", () => {
    expect(tango({ first: 9, second: 0, items: 9 }).high).toBe(1);
    expect(tango({ first: 0, second: 9, items: 9 }).low).toBe(-1);
  });

  test("holds its difference, mirrors when the two are exchanged and narrows with more items", () => {
    fc.assert(
      fc.property(counts, ({ first, second, items }) => {
        const { low, high } = tango({ first, second, items });
        const exchanged = tango({ first: second, second: first, items });
        const more = tango({ first: 4 * first, second: 4 * second, items: 4 * items });
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual((first - second) / items);
        expect(high).toBeGreaterThanOrEqual((first - second) / items);
        expect([exchanged.low, exchanged.high]).toEqual([-high, -low]);
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
  });

  test("leaves 0 out exactly where McNemar's statistic exceeds z^2", () => {
    fc.assert(
      fc.property(counts, ({ first, second, items }) => {
        const { low, high } = tango({ first, second, items });
        const isSignificant = (first - second) ** 2 > 1.959963984540054 ** 2 * (first + second);
        expect(low > 0 || high < 0).toBe(isSignificant);
      }),
    );
  });

  /** How often in 2,000 draws of `n` items the interval holds the truth: shares of them are right for the first or second alone. */
  function coverage(n: number, first: number, second: number, credits: readonly [number, number] = [1, 1]): number {
    const random = seeded(11);
    let covered = 0;
    for (let s = 0; s < 2_000; s++) {
      const sums = { first: 0, second: 0 };
      for (let i = 0; i < n; i++) {
        const u = random();
        const credit = credits[random() < 0.5 ? 0 : 1];
        if (u < first) sums.first += credit;
        else if (u < first + second) sums.second += credit;
      }
      const { low, high } = tango({ ...sums, items: n });
      const truth = ((first - second) * (credits[0] + credits[1])) / 2;
      covered += low <= truth && truth <= high ? 1 : 0;
    }
    return covered / 2_000;
  }

  test.each([
    [50, 0.1, 0.1],
    [50, 0.3, 0.1],
    [100, 0.1, 0.05],
    [200, 0.05, 0.02],
    [200, 0.4, 0.3],
  ])("covers the truth 93 to 97.5 %% of the time with %i items of which %d and %d differ", (n, first, second) => {
    const covered = coverage(n, first, second);
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.975);
  });

  test.each([
    [50, 0.02, 0.02],
    [100, 0.02, 0],
    [30, 0.05, 0.02],
  ])("errs on the wide side where hardly anything differs: %i items, %d and %d", (n, first, second) => {
    expect(coverage(n, first, second)).toBeGreaterThan(0.95);
  });

  test("errs on the wide side with credit by parts", () => {
    expect(coverage(100, 0.2, 0.1, [0.25, 0.75])).toBeGreaterThan(0.95);
  });

  test.each([
    { first: 1, second: 0, items: 0 },
    { first: 1, second: 0, items: NaN },
    { first: -1, second: 0, items: 5 },
    { first: 3, second: 3, items: 5 },
    { first: NaN, second: 0, items: 5 },
  ])("refuses %j", (discordance) => {
    expect(() => tango(discordance)).toThrow(RangeError);
  });
});

describe("mcnemar", () => {
  // By hand, 2 x (1 + 8) / 2^8 for one; the last as the R package contingencytables gives it for the data of Cavo et al. 2012.
  test.each([
    [0, 0, 1],
    [5, 5, 1],
    [0, 6, 0.03125],
    [3, 12, 0.03515625],
    [1, 7, 0.0703125],
    [6, 16, 0.052479],
  ])("of %i and %i is %d", (first, second, p) => {
    expect(mcnemar(first, second)).toBeCloseTo(p, 6);
    expect(mcnemar(second, first)).toBe(mcnemar(first, second));
  });

  test("does not vanish where 2^-n would", () => {
    expect(mcnemar(1_000, 1_050)).toBeCloseTo(0.2791475, 7);
  });
});
