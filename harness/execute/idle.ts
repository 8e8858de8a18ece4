import type { Metering } from "../meter/metering.ts";
import { monotonic } from "../meter/stopwatch.ts";
import type { IdleObservation, Observation } from "../observation.ts";
import type { Seconds } from "../units.ts";

/** Idle power is taken off every window, so it is worth a longer look than a window of work, up to a limit. */
const LONGEST: Seconds = 10;
const SHORTEST: Seconds = 2;

/** Measures the machine with nothing asked of it, so many times that the spread can be seen. Without a meter there is nothing to see. */
export async function watchIdle(
  idling: Idling,
  where: Pick<IdleObservation, "state" | "cells" | "trial">,
  windows: number,
): Promise<void> {
  const { metering, signal } = idling;
  if (metering.records.length === 0) return;
  const wanted = Math.max(SHORTEST, ...metering.records.map((meter) => 4 * meter.shortest));
  const isStopped = (): boolean => signal?.aborted === true;
  for (let i = 0; i < windows && !isStopped(); i++) {
    const end = await metering.begin();
    const start = monotonic();
    await metering.sleep(Math.min(LONGEST, wanted));
    const wall = monotonic() - start;
    idling.record([{ kind: "idle", ...where, wall, ...(await end(0)) }]);
  }
}

interface Idling {
  readonly metering: Metering;
  record(observations: readonly Observation[]): void;
  readonly signal?: AbortSignal;
}
