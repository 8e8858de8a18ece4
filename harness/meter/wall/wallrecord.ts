import type { MeterRecord } from "../../run.ts";
import type { Joules, Seconds } from "../../units.ts";

/** Even a plug that is asked every second averages over one itself. */
export const SHORTEST: Seconds = 60;

/** 41 periods keep the error of cutting at the edges of a window below 1 % (rms, 0.41 periods in all). */
export function longEnough(period: Seconds): Seconds {
  return Math.max(SHORTEST, Math.ceil(41 * period));
}

/**
 * Counters of wall meters are decimal fractions of several units: whole millijoules count them all exactly enough. A count that
 * is no number of joules gives nothing.
 */
export const milli = {
  unit: 1e-3,
  raw(joules: Joules | undefined): bigint | undefined {
    const count = Math.round((joules ?? NaN) * 1e3);
    return Number.isFinite(count) && count >= 0 ? BigInt(count) : undefined;
  },
} as const;

/** Error: plugs for the home are within 1 to 2 % above some 5 W. */
export function wallRecord(
  source: string,
  figure: Pick<MeterRecord, "grade" | "period" | "quantum" | "shortest">,
): MeterRecord {
  return {
    id: "wall",
    source: `wall:${source}`,
    domain: "system",
    boundary: "wall",
    error: 0.02,
    flags: [],
    ...figure,
  };
}
