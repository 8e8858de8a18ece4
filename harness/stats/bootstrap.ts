import type { Interval } from "./interval.ts";
import { quantile } from "./quantile.ts";
import { seeded } from "./random.ts";

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples?: number;
  /** In place of `resampledSums`: what remembers its sums (`rememberedSums`). */
  readonly sums?: typeof resampledSums;
}

const DEFAULT_RESAMPLES = 2_000;

/**
 * Sums of columns over resamples of whole items, `sums[column][resample]`: every column of an item is drawn with it.
 * The same seed and number of items draw the same items again, so that two calls are paired.
 */
export function resampledSums(columns: readonly ArrayLike<number>[], options: BootstrapOptions): Float64Array[] {
  const n = columns[0]?.length ?? 0;
  const { seed, resamples = DEFAULT_RESAMPLES } = options;
  const random = seeded(seed);
  const sums = columns.map(() => new Float64Array(resamples));
  const picks = new Int32Array(n);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) picks[i] = Math.floor(random() * n);
    for (const [c, column] of columns.entries()) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += column[picks[i] as number] as number;
      (sums[c] as Float64Array)[r] = sum;
    }
  }
  return sums;
}

/**
 * `resampledSums` that resamples a column once, however often it is asked for. Of k models there are k columns, and k (k - 1) / 2
 * pairs of them.
 */
export function rememberedSums(): typeof resampledSums {
  const known = new Map<string, Float64Array>();
  return (columns, options) => {
    const keys = columns.map((column) => [options.seed, options.resamples, ...Array.from(column)].join(" "));
    const fresh = columns.filter((_, c) => !known.has(keys[c] as string));
    const sums = fresh.length === 0 ? [] : resampledSums(fresh, options);
    for (const [i, column] of fresh.entries())
      known.set(keys[columns.indexOf(column)] as string, sums[i] as Float64Array);
    return keys.map((key) => known.get(key) as Float64Array);
  };
}

/** The middle 95 % of replicates. A bound that falls among infinite ones is `Infinity`, which a report shows as absent. */
export function percentileInterval(replicates: Iterable<number>): Interval {
  const ordered = [...Float64Array.from(replicates).sort()];
  const bound = (p: number): number => {
    const value = quantile(ordered, p);
    return Number.isNaN(value) ? Infinity : value;
  };
  return { low: bound(0.025), high: bound(0.975) };
}

/** Replicate by replicate; over zero infinite. */
export function ratios(tops: Float64Array, bottoms: Float64Array): Float64Array {
  return tops.map((top, r) => ((bottoms[r] as number) > 0 ? top / (bottoms[r] as number) : Infinity));
}

/**
 * Percentile-bootstrap interval of a ratio of sums, resampling whole items so that numerator and denominator of one
 * item stay together (a hard question may be dear *and* wrong). A resample whose denominator is zero counts as
 * infinite; a bound that falls among those is `Infinity`, which a report shows as absent.
 */
export function ratioInterval(
  numerators: readonly number[],
  denominators: readonly number[],
  options: BootstrapOptions,
): Interval | undefined {
  const n = numerators.length;
  if (n !== denominators.length)
    throw new RangeError(`ratioInterval: ${n} numerators but ${denominators.length} denominators`);
  if (n < 2) return undefined;
  const { sums = resampledSums } = options;
  const [tops, bottoms] = sums([numerators, denominators], options) as [Float64Array, Float64Array];
  return percentileInterval(ratios(tops, bottoms));
}

/** Numerators and denominators of one side of a comparison, item by item. */
export type Columns = readonly [numerators: readonly number[], denominators: readonly number[]];

/** Percentile-bootstrap interval of the ratio of two ratios of sums over the same items: what the two share cancels. */
export function pairedRatioInterval(a: Columns, b: Columns, options: BootstrapOptions): Interval | undefined {
  const lengths = [...a, ...b].map((column) => column.length);
  if (new Set(lengths).size > 1)
    throw new RangeError(`pairedRatioInterval: columns of unlike length: ${lengths.join(", ")}`);
  if (a[0].length < 2) return undefined;
  const { sums: sumsOf = resampledSums } = options;
  const sums = sumsOf([...a, ...b], options) as [Float64Array, Float64Array, Float64Array, Float64Array];
  // (a0 / a1) / (b0 / b1) with one division, so that only nothing correct on the first side makes it infinite.
  return percentileInterval(sums[0].map((top, r) => crossed(top, sums[1][r], sums[2][r], sums[3][r])));
}

/** (top / bottom) / (otherTop / otherBottom) by one division: infinite only where nothing stands below. */
export function crossed(top = 0, bottom = 0, otherTop = 0, otherBottom = 0): number {
  const below = bottom * otherTop;
  return below > 0 ? (top * otherBottom) / below : Infinity;
}

/** Percentile-bootstrap interval of a mean. */
export function meanInterval(values: readonly number[], options: BootstrapOptions): Interval | undefined {
  return ratioInterval(
    values,
    values.map(() => 1),
    options,
  );
}
