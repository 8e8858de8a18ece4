import type { Estimate } from "../stats/interval.ts";
import { digits } from "./format.ts";

export type Scale = "linear" | "log";

/** What a plot spans and where it is marked. */
export interface Axis {
  readonly scale: Scale;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Ticks that a plot of a column's width can label. */
const MOST_TICKS = 7;

/** What a plot spans at least: 0.02 of a share, or a factor of 1.05. */
const LEAST = { linear: 0.02, log: Math.log(1.05) } as const;

/** Room between the outermost mark and the edge, as a share of the span. */
const MARGIN = 0.04;

/**
 * An axis that holds every value and `alike`, the value of no difference. Bounds of intervals reach at most as far again as these
 * span, so that one wide interval does not squeeze all others; what lies beyond is cut.
 */
export function axisOf(estimates: readonly Estimate[], scale: Scale, alike: number): Axis {
  const { to, from } = MAPS[scale];
  const values = [alike, ...estimates.map(({ value }) => value)].map(to).filter(Number.isFinite);
  const bounds = estimates.flatMap(({ interval }) => (interval ? [to(interval.low), to(interval.high)] : []));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const reach = Math.max(most - least, 5 * LEAST[scale]);
  const within = bounds.filter((bound) => bound >= least - reach && bound <= most + reach);
  const isCut = {
    low: bounds.some((bound) => bound < least - reach),
    high: bounds.some((bound) => bound > most + reach),
  };
  const low = isCut.low ? least - reach : Math.min(least, ...within);
  const high = isCut.high ? most + reach : Math.max(most, ...within);
  const margin = Math.max(MARGIN * (high - low), (LEAST[scale] - (high - low)) / 2);
  const ends = { low: from(low - margin), high: from(high + margin) };
  return { scale, ...ends, ticks: scale === "log" ? logTicks(ends.low, ends.high) : linearTicks(ends.low, ends.high) };
}

const MAPS = {
  linear: { to: (value: number) => value, from: (place: number) => place },
  log: { to: Math.log, from: Math.exp },
} as const;

/** Where a value lies between the ends, 0 to 1; below 0 or above 1 it is cut. */
export function placeOf({ scale, low, high }: Pick<Axis, "scale" | "low" | "high">, value: number): number {
  const { to } = MAPS[scale];
  return (to(value) - to(low)) / (to(high) - to(low));
}

/** Multiples of 1, 2 or 5 times a power of ten, the finest of them that are not too many. */
export function linearTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10((high - low) / MOST_TICKS));
  for (let power = first; ; power++) {
    for (const factor of [1, 2, 5]) {
      const step = Number(`${factor}e${power}`);
      const [from, to] = [Math.ceil(low / step), Math.floor(high / step)];
      // Divided rather than multiplied by a fraction: 3 / 10 is 0.3, and 3 * 0.1 is not.
      const tick = (i: number): number => (power < 0 ? (i * factor) / 10 ** -power : i * step) + 0;
      if (to - from < MOST_TICKS) return Array.from({ length: to - from + 1 }, (_, i) => tick(from + i));
    }
  }
}

/** What a decade may be marked at, coarse to fine. */
const MANTISSAS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as const;

/** Round numbers of every decade, or of every so many decades; where a decade has too few, as near 1, those of a linear axis. */
export function logTicks(low: number, high: number): number[] {
  const decades = { from: Math.floor(Math.log10(low)), to: Math.ceil(Math.log10(high)) };
  const marks = (mantissas: readonly number[], every = 1): number[] =>
    Array.from({ length: decades.to - decades.from + 1 }, (_, i) => decades.from + i)
      .filter((power) => power % every === 0)
      .flatMap((power) => mantissas.map((mantissa) => Number(`${mantissa}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const fine = MANTISSAS.map((mantissas) => marks(mantissas)).filter((ticks) => ticks.length <= MOST_TICKS);
  const finest = fine.at(-1);
  if (finest === undefined) return marks([1], Math.ceil((decades.to - decades.from + 1) / MOST_TICKS));
  return finest.length < 3 ? linearTicks(low, high) : finest;
}

/** A tick as short as it can be. */
export function tickText(tick: number): string {
  return digits(tick, significant(tick));
}

/** Digits that a tick has: 2 for 1.5, 1 for 0.02. */
function significant(tick: number): number {
  return Number(tick.toPrecision(6)).toExponential().replace(/e.*$/, "").replaceAll(/[-.]/g, "").length;
}
