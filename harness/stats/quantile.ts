import type { Interval } from "./interval.ts";

const ascending = (a: number, b: number): number => a - b;

export function sorted(values: readonly number[]): number[] {
  return [...values].sort(ascending);
}

/** The p-quantile by linear interpolation between order statistics (type 7; the default of R and numpy). `ordered` ascends. */
export function quantile(ordered: ArrayLike<number>, p: number): number {
  if (ordered.length === 0) throw new RangeError("quantile: of no values");
  const position = (ordered.length - 1) * p;
  const below = Math.floor(position);
  const left = ordered[below] as number;
  // Not left + 0 x the next: that is NaN beside an infinite one.
  if (position === below) return left;
  const right = ordered[Math.min(below + 1, ordered.length - 1)] as number;
  return left + (right - left) * (position - below);
}

/** ln C(n, k) p^k (1-p)^(n-k), summed up for k = 0..n. */
function binomialCumulative(n: number, p: number): number[] {
  const out: number[] = [];
  let logTerm = n * Math.log1p(-p);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += Math.exp(logTerm);
    out.push(sum);
    logTerm += Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p));
  }
  return out;
}

/**
 * Distribution-free interval of the p-quantile: the two order statistics between which it lies with at least the
 * stated confidence, whatever the distribution (David and Nagaraja, Order Statistics, 7.1). Absent when the sample is
 * too small to hold it: 5 values cannot bound a 99th percentile.
 *
 * @param independent how many independent items are behind the values, when repeats of one item make it fewer
 */
export function quantileInterval(
  ordered: readonly number[],
  p: number,
  independent: number = ordered.length,
  confidence = 0.95,
): Interval | undefined {
  const n = Math.min(independent, ordered.length);
  if (n < 1) return undefined;
  const tail = (1 - confidence) / 2;
  const cumulative = binomialCumulative(n, p);
  // x_(l) <= q <= x_(u), ranks from 1: P(K < l) <= tail and P(K >= u) <= tail for K ~ Binomial(n, p).
  let lower = 0;
  while (lower < n && (cumulative[lower] as number) <= tail) lower++;
  let upper = lower + 1;
  while (upper <= n && 1 - (cumulative[upper - 1] as number) > tail) upper++;
  if (lower < 1 || upper > n) return undefined;
  const at = (rank: number): number =>
    n === ordered.length ? (ordered[rank - 1] as number) : quantile(ordered, (rank - 0.5) / n);
  return { low: at(lower), high: at(upper) };
}
