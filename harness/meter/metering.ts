import type { Metered } from "../observation.ts";
import { present } from "../present.ts";
import type { MeterRecord, Plan } from "../run.ts";
import type { Nanoseconds, Seconds } from "../units.ts";
import type { Host } from "./host.ts";
import type { OpenMeter, Reading } from "./meter.ts";
import { type Surroundings, watchSurroundings } from "./surroundings.ts";

/** What the meters and the system tell of one stretch of work. */
export type Measured = Surroundings & { readonly energy?: Record<string, Metered> };

/** All meters of a run at work, read in the harness's own process while the measured one is busy elsewhere. */
export interface Metering {
  readonly records: readonly MeterRecord[];
  /** Begins a stretch. What it gives ends it; `own` is the processor time of the measured process. */
  begin(): Promise<(own: Nanoseconds | undefined) => Promise<Measured>>;
  /** Meters without a usable reading of the last stretch. */
  lost(): readonly MeterRecord[];
  sleep(seconds: Seconds): Promise<void>;
  close(): Promise<void>;
}

/** Counters slower than this are read as they stand, with their whole period as uncertainty; waiting would cost more than it gives. */
const LONGEST_AWAITED: Seconds = 15;
const SHORTEST_LOOK: Seconds = 0.001;
const LONGEST_LOOK: Seconds = 0.1;
const SHORTEST_PATIENCE: Seconds = 0.05;
/** Samples and rows may come so long after their time. */
const LATEST: Seconds = 15;

export function metering(meters: readonly OpenMeter[], host: Host): Metering {
  const readAll = (): Promise<(Reading | undefined)[]> => Promise.all(meters.map((meter) => atChange(meter, host)));
  let lost: readonly MeterRecord[] = [];
  return {
    lost: () => lost,
    records: meters.map((meter) => meter.record),
    async begin() {
      const before = await readAll();
      const stop = watchSurroundings(host);
      return async (own) => {
        const surroundings = stop(own);
        const after = await readAll();
        const energy: Record<string, Metered> = {};
        for (const [i, meter] of meters.entries()) {
          const metered = between(before[i], after[i]);
          if (metered !== undefined) energy[meter.record.id] = metered;
        }
        lost = meters.flatMap(({ record }) => (record.id in energy ? [] : [record]));
        return meters.length === 0 ? surroundings : { ...surroundings, energy };
      };
    },
    sleep: (seconds) => host.sleep(seconds),
    async close() {
      await Promise.all(meters.map((meter) => meter.close()));
    },
  };
}

/**
 * A reading that belongs to a moment after it was asked for. A counter tells the energy up to its last change, so it is awaited
 * until it changes: read at any other time it is late by up to a period, awaited by no more than the time between two looks.
 * Integrals of power samples and a wall meter's rows say themselves when they were true, and may come late. A figure that
 * does not change in time has stopped, and gives nothing.
 */
export async function atChange(meter: OpenMeter, host: Pick<Host, "clock" | "sleep">): Promise<Reading | undefined> {
  const { period, grade, id } = meter.record;
  const first = await meter.read();
  if (first === undefined || period > LONGEST_AWAITED) return first;
  const tellsItsTime = grade !== "A" || id === "wall";
  const start = host.clock();
  const patience = 3 * period + (tellsItsTime ? LATEST : SHORTEST_PATIENCE);
  let looked = start;
  while (host.clock() - start < patience * 1e9) {
    await host.sleep(Math.min(LONGEST_LOOK, Math.max(SHORTEST_LOOK, period / 50)));
    const now = host.clock();
    const reading = await meter.read();
    if (reading === undefined) return undefined;
    if (tellsItsTime && reading.at >= start) return reading;
    if (!tellsItsTime && (reading.joules !== first.joules || reading.breaks !== first.breaks)) {
      return { ...reading, at: (looked + now) / 2, edge: Math.min(reading.edge, now - looked) };
    }
    looked = now;
  }
  return undefined;
}

/**
 * Energy between two readings. Absent when either failed, when the count broke between them, when no time passed, and when
 * nothing was counted: a machine that is on draws something, so the counter stood still.
 */
function between(before: Reading | undefined, after: Reading | undefined): Metered | undefined {
  if (before === undefined || after === undefined || before.breaks !== after.breaks) return undefined;
  const wall = Math.round(after.at - before.at);
  const joules = after.joules - before.joules;
  if (!(wall > 0) || !(joules > 0)) return undefined;
  return present({ joules, wall, edge: Math.round(Math.max(before.edge, after.edge)) });
}

/** What the slowest meter needs, unless the plan says how long a window should be. Meters that were lost need nothing. */
export function secondsLeast(
  { min_duration }: Pick<Plan, "min_duration">,
  { records, lost }: Pick<Metering, "records" | "lost">,
): Seconds {
  const alive = records.filter((record) => !lost().includes(record));
  if (alive.length === 0 && records.length > 0) return 0;
  return min_duration ?? Math.max(0, ...alive.map((record) => record.shortest));
}
