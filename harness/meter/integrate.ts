import type { Joules, Nanoseconds, Seconds, Watts } from "../units.ts";
import type { Reading } from "./meter.ts";

/** Adds up power samples. */
export interface Integrator {
  /** Takes the power at `at`. A sample that failed or that no machine could draw is left out, never taken as zero. */
  add(watts: Watts | undefined, at: Nanoseconds): void;
  /** Energy up to the last good sample, at that sample's time; undefined before the first. */
  read(): Reading | undefined;
  /** Tells it that the time up to the next sample cannot be accounted for: the machine slept. */
  break(): void;
}

/** Samples further apart than this many periods say nothing of the power between them. */
const LONGEST_GAP = 5;

/**
 * Energy as the integral of power by the trapezoid rule: every sample counts for half the time to each neighbour, so that
 * the mean power between two readings is what the samples saw, never the last of them times the whole.
 */
export function integrator(kind: {
  /** Time between two samples. */
  period: Seconds;
  /** Power that a sample can at most show. */
  most: Watts;
}): Integrator {
  let last: { watts: Watts; at: Nanoseconds } | undefined;
  let joules: Joules = 0;
  let breaks = 0;
  let broken = false;
  const edge = kind.period * 1e9;
  return {
    break: () => void (broken = true),
    add(watts, at) {
      if (watts === undefined || !(watts >= 0 && watts <= kind.most)) return;
      if (last !== undefined) {
        const span = at - last.at;
        if (span <= 0) return;
        if (broken || span > LONGEST_GAP * edge) breaks += 1;
        else joules += ((last.watts + watts) / 2) * (span / 1e9);
      }
      broken = false;
      last = { watts, at };
    },
    read: () => (last === undefined ? undefined : { at: last.at, edge, joules, breaks }),
  };
}
