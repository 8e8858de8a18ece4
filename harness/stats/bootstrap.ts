import type { Interval } from "./interval.ts";
import { quantile, sorted } from "./quantile.ts";
import { seeded } from "./random.ts";

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples?: number;
}

const DEFAULT_RESAMPLES = 2_000;

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
  const random = seeded(options.seed);
  const replicates: number[] = [];
  for (let r = options.resamples ?? DEFAULT_RESAMPLES; r > 0; r--) {
    let top = 0;
    let bottom = 0;
    for (let i = 0; i < n; i++) {
      const pick = Math.floor(random() * n);
      top += numerators[pick] as number;
      bottom += denominators[pick] as number;
    }
    replicates.push(bottom > 0 ? top / bottom : Infinity);
  }
  const ordered = sorted(replicates);
  const bound = (p: number): number => {
    const value = quantile(ordered, p);
    return Number.isNaN(value) ? Infinity : value;
  };
  return { low: bound(0.025), high: bound(0.975) };
}

/** Percentile-bootstrap interval of a mean. */
export function meanInterval(values: readonly number[], options: BootstrapOptions): Interval | undefined {
  return ratioInterval(
    values,
    values.map(() => 1),
    options,
  );
}
