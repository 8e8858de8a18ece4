import type { Columns } from "./columns.ts";
import type { Interval } from "./interval.ts";
import { blockRatioInterval } from "./pairedblocks.ts";
import { percentileInterval } from "./percentile.ts";
import { type ResampleOptions, resampledSums } from "./resample.ts";

export type { Columns } from "./columns.ts";
export { percentileInterval } from "./percentile.ts";
export { rememberedSums, resampledSums } from "./resample.ts";

export interface BootstrapOptions extends ResampleOptions {
  /** Of the interval: 0.95 unless told. The resamples do not depend on it. */
  readonly confidence?: number;
  /** In place of `resampledSums`: what remembers its sums (`rememberedSums`). */
  readonly sums?: typeof resampledSums;
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
  const [tops, bottoms] = sumsOf([numerators, denominators], options) as [Float64Array, Float64Array];
  return percentileInterval(ratios(tops, bottoms), { ...options, items: n });
}

/** Of fewer items than these a resample can be no further off than the items themselves. */
const FEW = 20;

/**
 * Percentile-bootstrap interval of the ratio of two ratios of sums over the same items: what the two share cancels. Of few items it is at
 * least as wide as that by Student's t (`blockRatioInterval`): the range of all resamples of four holds the truth in 85 %.
 */
export function pairedRatioInterval(a: Columns, b: Columns, options: BootstrapOptions): Interval | undefined {
  const lengths = [...a, ...b].map((column) => column.length);
  if (new Set(lengths).size > 1)
    throw new RangeError(`pairedRatioInterval: columns of unlike length: ${lengths.join(", ")}`);
  const n = a[0].length;
  if (n < 2) return undefined;
  const sums = sumsOf([...a, ...b], options) as [Float64Array, Float64Array, Float64Array, Float64Array];
  // (a0 / a1) / (b0 / b1) with one division, so that only nothing correct on the first side makes it infinite.
  const replicates = sums[0].map((top, r) => crossed(top, sums[1][r], sums[2][r], sums[3][r]));
  const drawn = percentileInterval(replicates, { ...options, items: n });
  if (n >= FEW) return drawn;
  const spread = blockRatioInterval(a, b, options.confidence);
  return spread === undefined
    ? drawn
    : { low: Math.min(drawn.low, spread.low), high: Math.max(drawn.high, spread.high) };
}

/** (top / bottom) / (otherTop / otherBottom) by one division: infinite only where nothing stands below. */
export function crossed(top = 0, bottom = 0, otherTop = 0, otherBottom = 0): number {
  const below = bottom * otherTop;
  return below > 0 ? (top * otherBottom) / below : Infinity;
}

/** Percentile-bootstrap interval of a mean. */
export function meanInterval(values: readonly number[], options: BootstrapOptions): Interval | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const [sums] = sumsOf([values], options) as [Float64Array];
  return percentileInterval(
    sums.map((sum) => sum / n),
    { ...options, items: n },
  );
}

function sumsOf(columns: readonly (readonly number[])[], options: BootstrapOptions): Float64Array[] {
  return (options.sums ?? resampledSums)(columns, options);
}
