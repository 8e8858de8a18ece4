import { seededDraws } from "./random.ts";

export interface ResampleOptions {
  readonly seed: number;
  readonly resamples?: number;
}

/** Items drawn over all resamples, beyond which there are fewer of these: about a second's work for five columns. */
const MOST_DRAWN = 1e8;

/**
 * 10,000, with which drawing moves a bound by 2.7 % of a standard error (1 standard deviation). Of more than 10,000 items fewer, but never
 * below 2,000, which move it by 6 %: where there are so many the error itself is a small part of the figure, and what is drawn changes how
 * repeatable a bound is, not how often it is right.
 */
function resamplesFor(items: number): number {
  return Math.round(Math.min(10_000, Math.max(2_000, MOST_DRAWN / items)));
}

/**
 * Sums of columns over resamples of whole items, `sums[column][resample]`: every column of an item is drawn with it.
 * The same seed and number of items draw the same items again, so that two calls are paired.
 */
export function resampledSums(columns: readonly ArrayLike<number>[], options: ResampleOptions): Float64Array[] {
  const n = columns[0]?.length ?? 0;
  const { seed, resamples = resamplesFor(n) } = options;
  const timesIn = drawsOf(seed, n, resamples);
  const values = columns.map((column) => Float64Array.from(column));
  const sums = columns.map(() => new Float64Array(resamples));
  for (let r = 0; r < resamples; r++) {
    const times = timesIn(r);
    for (let c = 0; c < values.length; c++)
      (sums[c] as Float64Array)[r] = weightedSum(times, values[c] as Float64Array);
  }
  return sums;
}

/** Bytes of draws that are kept. */
const MOST_KEPT = 4e7;

let kept: { readonly key: string; readonly times: Uint8Array } | undefined;

/**
 * How often each item is drawn in each resample, to be asked in order. The last are kept, since the figures of a run are all resampled
 * alike. A byte each: that of more than 255 items one comes 256 times does not happen (once in 10^500).
 */
function drawsOf(seed: number, items: number, resamples: number): (resample: number) => Uint8Array {
  const draw = seededDraws(seed);
  if (items * resamples > MOST_KEPT) {
    const times = new Uint8Array(items);
    return () => draw(times);
  }
  const key = [seed, items, resamples].join(" ");
  const known = kept?.key === key ? kept.times : new Uint8Array(items * resamples);
  const of = (resample: number): Uint8Array => known.subarray(resample * items, (resample + 1) * items);
  if (kept?.key !== key) for (let r = 0; r < resamples; r++) draw(of(r));
  kept = { key, times: known };
  return of;
}

/**
 * By how often each item was drawn, in order: to pick one after the other misses the cache where there are many. Two sums, for an
 * addition waits for the one before it.
 */
function weightedSum(times: Uint8Array, column: Float64Array): number {
  let even = 0;
  let odd = 0;
  const pairs = times.length - (times.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    even += (times[i] as number) * (column[i] as number);
    odd += (times[i + 1] as number) * (column[i + 1] as number);
  }
  return pairs < times.length ? even + odd + (times[pairs] as number) * (column[pairs] as number) : even + odd;
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
