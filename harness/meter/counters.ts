import type { MeterRecord } from "../run.ts";
import { inBackground } from "./background.ts";
import { accumulator, type CounterKind, readEvery, sleepWatch, together } from "./counter.ts";
import type { Host } from "./host.ts";
import type { OpenMeter, Reading } from "./meter.ts";

/** One raw energy counter of a machine. */
export interface Counter {
  readonly kind: CounterKind;
  /** Its value now; undefined when the read fails. */
  raw(): bigint | undefined;
}

/**
 * Opens counters that are read in an instant, as one meter: their sum, or nothing when one of them fails. They are also
 * read in the background, often enough that none goes round unseen.
 */
export function openCounters(
  host: Pick<Host, "clock" | "uptime">,
  record: MeterRecord,
  counters: readonly Counter[],
): OpenMeter {
  const zones = counters.map((counter) => ({ counter, sum: accumulator(counter.kind) }));
  const slept = sleepWatch(host);
  const read = (): Reading | undefined => {
    if (slept()) for (const { sum } of zones) sum.break();
    return together(
      zones.map(({ counter, sum }) => {
        const before = host.clock();
        const value = counter.raw();
        return sum.add(value, (before + host.clock()) / 2);
      }),
    );
  };
  read();
  const stop = inBackground(Math.min(...counters.map(({ kind }) => readEvery(kind))), read);
  return {
    record,
    read: () => Promise.resolve(read()),
    close() {
      stop();
      return Promise.resolve();
    },
  };
}
