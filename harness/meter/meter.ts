import type { MeterRecord } from "../run.ts";
import type { Joules, Nanoseconds, Seconds } from "../units.ts";
import type { Host } from "./host.ts";

/**
 * Energy since the meter was opened. A read that failed is `undefined`, never a reading of zero.
 */
export interface Reading {
  /** Monotonic time that the figure belongs to: the middle of the span in which it was true. */
  readonly at: Nanoseconds;
  /** Width of that span: the time between two looks at a counter that was awaited, its whole period at one that was not. */
  readonly edge: Nanoseconds;
  readonly joules: Joules;
  /**
   * How often so far the count was broken (a reset, a suspended machine, a gap in which a counter may have wrapped twice).
   * Energy between two readings is known only if both saw the same number.
   */
  readonly breaks: number;
}

/** A meter at work. It knows nothing of what is being measured. */
export interface OpenMeter {
  readonly record: MeterRecord;
  read(): Promise<Reading | undefined>;
  close(): Promise<void>;
}

/** What came of trying a meter on this machine. */
export type Probe =
  | { readonly works: true; readonly record: MeterRecord; open(): Promise<OpenMeter> }
  | {
      readonly works: false;
      /** Why not, in a clause: "energy_uj may be read by root only". */
      readonly reason: string;
      /** One line that would make it work, if anything would. */
      readonly remedy?: string;
    };

/** A way to get joules. Trying it is a functional test: its figure must move while the machine works, and be plausible. */
export interface EnergyMeter {
  readonly id: string;
  /** What it reads, in a few words. */
  readonly about: string;
  /** What it covers as a rule: the whole machine, its processors, or the device beside them. A probe's record has the last word. */
  readonly domain: MeterRecord["domain"];
  probe(host: Host): Promise<Probe>;
}

/** Power above which a reading is taken as broken: no single machine draws it. */
export const IMPLAUSIBLE_WATTS = 5_000;

/** How long a functional probe watches a meter. */
export const PROBE_SECONDS: Seconds = 0.25;
