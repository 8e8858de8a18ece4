import type { Joules, Nanoseconds, Seconds, Watts } from "../units.ts";
import type { Host } from "./host.ts";
import type { Reading } from "./meter.ts";

/** How a raw counter counts. Raw values are bigints: picowatt-hours pass 2^53 after some 9 kWh. */
export interface CounterKind {
  /** Joules of one count. */
  readonly unit: Joules;
  /** Values it takes before it starts again at zero, the kernel's `max_energy_range_uj`. Absent: it never wraps, so that a decrease is a reset. */
  readonly range?: bigint;
  /** Power it can at most have seen: a step that implies more is no wrap but a reset. */
  readonly most: Watts;
  /** Time between two changes of the figure. */
  readonly period: Seconds;
}

/** Adds up a raw counter. One per zone, socket or board. */
export interface Accumulator {
  /** Takes a raw value read at `at`; undefined when the read failed, which changes nothing and gives nothing. */
  add(raw: bigint | undefined, at: Nanoseconds): Reading | undefined;
  /** Tells it that the time before `at` cannot be accounted for: the machine slept. */
  break(): void;
}

/** Room for the difference between the moment a counter was read and the moment it was noted. */
const SLACK_NS = 5e6;

export function accumulator(kind: CounterKind): Accumulator {
  let last: { raw: bigint; at: Nanoseconds } | undefined;
  let joules = 0;
  let breaks = 0;
  let broken = false;
  return {
    break: () => void (broken = true),
    add(raw, at) {
      if (raw === undefined) return undefined;
      if (last !== undefined) {
        const step = broken ? undefined : stepBetween(kind, last, { raw, at });
        if (step === undefined) breaks += 1;
        else joules += step;
      }
      broken = false;
      last = { raw, at };
      const edge = kind.period * 1e9;
      return { at: at - edge / 2, edge, joules, breaks };
    },
  };
}

/** Joules between two raw values, or undefined where they do not tell. */
function stepBetween(
  kind: CounterKind,
  last: { raw: bigint; at: Nanoseconds },
  now: { raw: bigint; at: Nanoseconds },
): Joules | undefined {
  const limit = kind.most * ((now.at - last.at + SLACK_NS) / 1e9 + kind.period);
  const difference = now.raw - last.raw;
  if (kind.range === undefined) {
    const joules = Number(difference) * kind.unit;
    return joules >= 0 && joules <= limit ? joules : undefined;
  }
  const full = Number(kind.range) * kind.unit;
  // In this time it may have gone all the way round, and more than once cannot be told from once.
  if (limit >= full) return undefined;
  const joules = Number(difference < 0n ? difference + kind.range : difference) * kind.unit;
  return joules <= limit ? joules : undefined;
}

/** How often a wrapping counter must be read, so that it can never have gone round unseen. */
export function readEvery(kind: CounterKind): Seconds {
  return kind.range === undefined ? 10 : Math.min(10, (Number(kind.range) * kind.unit) / (4 * kind.most));
}

/**
 * Tells whether the machine slept since the last call: `uptime` counts sleep, the monotonic clock does not. Steps of the
 * wall clock reach neither.
 */
export function sleepWatch(host: Pick<Host, "clock" | "uptime">): () => boolean {
  const LEAST = 0.5;
  let offset = host.uptime() - host.clock() / 1e9;
  return () => {
    const now = host.uptime() - host.clock() / 1e9;
    const slept = now - offset > LEAST;
    offset = now;
    return slept;
  };
}

/** Readings of several zones as one: sums of energy, the widest edge. Undefined as soon as one of them is. */
export function together(readings: readonly (Reading | undefined)[]): Reading | undefined {
  const all = readings.filter((reading) => reading !== undefined);
  if (all.length === 0 || all.length < readings.length) return undefined;
  const sum = (pick: (reading: Reading) => number): number => all.reduce((total, reading) => total + pick(reading), 0);
  return {
    at: sum((reading) => reading.at) / all.length,
    edge: Math.max(...all.map((reading) => reading.edge)),
    joules: sum((reading) => reading.joules),
    breaks: sum((reading) => reading.breaks),
  };
}
