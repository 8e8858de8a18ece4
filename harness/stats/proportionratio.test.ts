import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Z95 } from "./interval.ts";
import { likeliestOnlySecond, proportionRatio } from "./proportionratio.ts";

/** Whole counts, some right on both sides. */
const agreements = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.nat(100), fc.nat(100), fc.nat(300))
  .map(([both, first, second, neither]) => ({ both, first, second, items: both + first + second + neither }));

/** Log-likelihood of the four counts where the second is right on `theirs` of the items, on `only` of them alone, and the ratio is true. */
function logLikelihood(counts: readonly number[], ratio: number, theirs: number, only: number): number {
  const shares = [theirs - only, ratio * theirs - theirs + only, only, 1 - ratio * theirs - only];
  if (shares.some((share) => share < 0)) return -Infinity;
  return counts.reduce((sum, count, i) => sum + (count === 0 ? 0 : count * Math.log(shares[i] as number)), 0);
}

/** Where a function with one peak has it, by ternary search. */
function peakOf(low: number, high: number, height: (x: number) => number): number {
  let [left, right] = [low, high];
  for (let i = 0; i < 120; i++) {
    const [a, b] = [left + (right - left) / 3, right - (right - left) / 3];
    if (height(a) < height(b)) left = a;
    else right = b;
  }
  return (left + right) / 2;
}

/** The likeliest share of all items that only the second got right, by searching both of the parameters that a ratio leaves free. */
function searched(counts: readonly number[], ratio: number): number {
  const only = (theirs: number): number =>
    peakOf(Math.max(0, theirs * (1 - ratio)), Math.min(theirs, 1 - ratio * theirs), (x) =>
      logLikelihood(counts, ratio, theirs, x),
    );
  const theirs = peakOf(0, Math.min(1, 1 / ratio), (x) => logLikelihood(counts, ratio, x, only(x)));
  return only(theirs);
}

describe("likeliestOnlySecond", () => {
  test.each([
    [40, 7, 3, 60, 1],
    [40, 7, 3, 60, 1.3],
    [40, 7, 3, 60, 0.6],
    [12, 1, 9, 50, 2.5],
    [80, 2, 11, 100, 0.9],
    [5, 30, 20, 90, 0.2],
    [1, 1, 7, 21, 0.25],
  ])(
    "is what a search of the likelihood finds: %i, %i, %i of %i at a ratio of %d",
    (both, first, second, items, ratio) => {
      const right = both + first + second;
      const found = searched([both, first, second, items - right], ratio);
      expect((likeliestOnlySecond({ both, first, second, items }, ratio) * right) / items).toBeCloseTo(found, 6);
    },
  );

  test("at the observed ratio is what was observed", () => {
    fc.assert(
      fc.property(agreements, (agreement) => {
        const { both, first, second } = agreement;
        const share = second / (both + first + second);
        expect(likeliestOnlySecond(agreement, (both + first) / (both + second))).toBeCloseTo(share, 9);
      }),
    );
  });
});

describe("proportionRatio", () => {
  // The example of Fagerland, Lydersen and Laake 2014 (Statistics in Medicine 33:2850); what the R package ratesci gives, uncorrected.
  test.each([
    [{ both: 1, first: 1, second: 7, items: 21 }, 0.065, 0.907],
    [{ both: 8, first: 3, second: 1, items: 14 }, 0.776, 2.033],
  ])("gives the published interval of %j", (agreement, low, high) => {
    const interval = proportionRatio(agreement);
    expect(interval.low).toBeCloseTo(low, 3);
    expect(interval.high).toBeCloseTo(high, 3);
  });

  test("of bounds is refused by exactly as much as it should be: (x1 - r x2)^2 = z^2 n r (p10 + p01), both likeliest at r", () => {
    const agreement = { both: 40, first: 9, second: 4, items: 60 };
    const { low, high } = proportionRatio(agreement);
    for (const ratio of [low, high]) {
      const only = searched([40, 9, 4, 7], ratio);
      const theirs = peakOf(only, 1 / ratio - only / ratio, (x) => logLikelihood([40, 9, 4, 7], ratio, x, only));
      const discordant = ratio * theirs - theirs + 2 * only;
      expect((49 - ratio * 44) ** 2 / (60 * ratio * discordant)).toBeCloseTo(Z95 ** 2, 4);
    }
  });

  test("holds the ratio, turns round when the two are exchanged, and narrows with more items", () => {
    fc.assert(
      fc.property(agreements, (agreement) => {
        const { both, first, second, items } = agreement;
        const { low, high } = proportionRatio(agreement);
        const ratio = (both + first) / (both + second);
        expect(low).toBeLessThanOrEqual(ratio);
        expect(high).toBeGreaterThanOrEqual(ratio);
        const exchanged = proportionRatio({ both, first: second, second: first, items });
        expect(exchanged.low).toBeCloseTo(1 / high, 9);
        expect(exchanged.high / (1 / low)).toBeCloseTo(1, 9);
        const more = proportionRatio({ both: 4 * both, first: 4 * first, second: 4 * second, items: 4 * items });
        expect(more.high / more.low).toBeLessThan(high / low);
      }),
    );
  });

  test("leaves 1 out exactly where McNemar's statistic exceeds z^2", () => {
    fc.assert(
      fc.property(agreements, (agreement) => {
        const { low, high } = proportionRatio(agreement);
        const { first, second } = agreement;
        expect(low > 1 || high < 1).toBe((first - second) ** 2 > Z95 ** 2 * (first + second));
      }),
    );
  });

  test("does not collapse where nothing differs: n / (n + z^2) to its inverse, whatever else was wrong", () => {
    for (const items of [50, 90]) {
      const { low, high } = proportionRatio({ both: 50, first: 0, second: 0, items });
      expect(low).toBeCloseTo(50 / (50 + Z95 ** 2), 9);
      expect(high).toBeCloseTo((50 + Z95 ** 2) / 50, 9);
    }
  });

  test("has no bound where there is nothing to divide by", () => {
    const none = proportionRatio({ both: 0, first: 0, second: 0, items: 9 });
    expect(none).toEqual({ low: 0, high: Infinity });
    const onlyFirst = proportionRatio({ both: 0, first: 6, second: 0, items: 9 });
    expect(onlyFirst.high).toBe(Infinity);
    expect(onlyFirst.low).toBeGreaterThan(1);
    const onlySecond = proportionRatio({ both: 0, first: 0, second: 6, items: 9 });
    expect(onlySecond.low).toBe(0);
    expect(onlySecond.high).toBeCloseTo(1 / onlyFirst.low, 9);
  });

  test("widens with confidence", () => {
    const agreement = { both: 40, first: 9, second: 4, items: 60 };
    const [narrow, wide] = [proportionRatio(agreement, 1.6448536269514722), proportionRatio(agreement)];
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  test.each([
    { both: 1, first: 0, second: 0, items: 0 },
    { both: 3, first: 2, second: 1, items: 5 },
    { both: -1, first: 2, second: 1, items: 5 },
    { both: 1, first: NaN, second: 1, items: 5 },
  ])("refuses %j", (agreement) => {
    expect(() => proportionRatio(agreement)).toThrow(RangeError);
  });
});
