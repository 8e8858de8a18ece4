import { type Interval, Z95 } from "./interval.ts";
import type { Discordance } from "./pairedproportions.ts";

/** Two ways of doing the same items: on which they agree as well. What is left of the items neither got right. */
export interface Agreement extends Discordance {
  readonly both: number;
}

/**
 * Score interval for the ratio of two proportions over the same items, the first over the second (Nam and Blackwelder 2002, Statistics
 * in Medicine 21:689; Tang, Tang and Chan 2003, Statistics in Medicine 22:1217): the ratios that a score test does not refuse. With
 * nothing right on one side a bound is 0 or `Infinity`. It does not collapse where nothing differs: n of n on both sides give
 * n / (n + z^2) to its inverse. Items that neither got right say nothing of the ratio and leave it as it is.
 */
export function proportionRatio(agreement: Agreement, z: number = Z95): Interval {
  const { both, first, second, items } = agreement;
  if (!(items > 0)) throw new RangeError(`proportionRatio: needs at least one item, got ${items}`);
  if (!(both >= 0 && first >= 0 && second >= 0 && both + first + second <= items))
    throw new RangeError(
      `proportionRatio: ${both} items that both got right, ${first} and ${second} that one did are not parts of ${items}`,
    );
  const exchanged = { ...agreement, first: second, second: first };
  return { low: 1 / upperBound(exchanged, z), high: upperBound(agreement, z) };
}

/** The largest ratio that is not refused, by bisection over ratio / (1 + ratio): above the observed one the test statistic only grows. */
function upperBound(agreement: Agreement, z: number): number {
  const [ours, theirs] = [agreement.both + agreement.first, agreement.both + agreement.second];
  if (theirs === 0) return Infinity;
  let [low, high] = [ours / (ours + theirs), 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    const ratio = middle / (1 - middle);
    if ((ratio * theirs - ours) ** 2 < z * z * nullVariance(agreement, ratio)) low = middle;
    else high = middle;
  }
  return low / (1 - low);
}

/** Variance of the first's items right less `ratio` times the second's, if that were the true ratio. */
function nullVariance(agreement: Agreement, ratio: number): number {
  const { both, first, second } = agreement;
  return (both + first + second) * (ratio - 1 + (1 + ratio) * likeliestOnlySecond(agreement, ratio));
}

/**
 * Of the items that either got right, the likeliest share that only the second did, were the true ratio of the two this one. How many
 * items neither got right has no part in it, for the ratio bears only on the proportions among the rest; their likelihood's derivative
 * is a quadratic, of which this is the larger root.
 */
export function likeliestOnlySecond({ both, first, second }: Agreement, ratio: number): number {
  const a = (1 + ratio) * (both + first + second);
  const b = ratio * ratio * (both + second) - (both + first + 2 * second);
  const c = second * (1 - ratio);
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  // Of the two ways to write the root, the one that subtracts nothing alike.
  return b > 0 ? (-2 * c) / (b + root) : (root - b) / (2 * a);
}
