import { type Interval, Z95 } from "./interval.ts";

/** Two ways of doing the same items, by the items on which they differ. */
export interface Discordance {
  /**
   * Items that only the first got right. Credit by parts adds up: an item worth 1 to the first and 0.5 to the second counts
   * 0.5 here.
   */
  readonly first: number;
  /** Items that only the second got right. */
  readonly second: number;
  /** All items, those on which the two agree among them. */
  readonly items: number;
}

/**
 * Tango's score interval for the difference `(first - second) / items` of two proportions over the same items (Tango 1998,
 * Statistics in Medicine 17:891): the differences that a score test does not refuse. It stays inside [-1, 1], does not collapse
 * where nothing differs, and leaves 0 out exactly where McNemar's test, not the exact one, is significant.
 *
 * Newcombe's square-and-add interval (method 10 of Statistics in Medicine 17:2635) covers as well (Fagerland, Lydersen and Laake
 * 2014, Statistics in Medicine 33:2850), but is wider or narrower by how many of the items on which both agree are right, and
 * needs whole counts. By enumeration over 30 to 100 items, of which up to 10 % fall each way, Tango's covers at least 93.6 %,
 * Newcombe's 92.2 %.
 *
 * With credit by parts it is too wide rather than too narrow: a difference d has d^2 <= |d|, and the latter is taken.
 */
export function tango({ first, second, items }: Discordance, z: number = Z95): Interval {
  if (!(items > 0)) throw new RangeError(`tango: needs at least one item, got ${items}`);
  if (!(first >= 0 && second >= 0 && first + second <= items))
    throw new RangeError(`tango: ${first} and ${second} items that differ are not parts of ${items}`);
  return { low: -upperBound(second, first, items, z), high: upperBound(first, second, items, z) };
}

/** The largest difference that is not refused: above the observed one the test statistic only grows, so bisection finds it. */
function upperBound(first: number, second: number, items: number, z: number): number {
  if (first === items) return 1;
  let [low, high] = [(first - second) / items, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    const squares = (first - second - items * middle) ** 2;
    if (squares < z * z * nullVariance(first, second, items, middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Variance of `first - second` if the true difference were `difference`: with the likeliest share of items only the second gets right. */
function nullVariance(first: number, second: number, items: number, difference: number): number {
  const a = 2 * items;
  const b = (2 * items - first + second) * difference - first - second;
  const c = -second * difference * (1 - difference);
  const onlySecond = (Math.sqrt(b * b - 4 * a * c) - b) / (2 * a);
  return items * (2 * onlySecond + difference * (1 - difference));
}

/** Exact two-sided p-value of McNemar's test: that items which differ fall one way as often as the other (binomial, 1/2). */
export function mcnemar(first: number, second: number): number {
  const [fewer, all] = [Math.min(first, second), first + second];
  let logTerm = -all * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((all - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
