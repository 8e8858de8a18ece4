import type { CalibrationPoint } from "../meter/calibration.ts";
import { modelledEnergy, powerModel } from "../meter/estimate.ts";
import type { Host } from "../meter/host.ts";
import type { Metering } from "../meter/metering.ts";
import type { Metered } from "../observation.ts";
import type { Environment, MeterRecord } from "../run.ts";
import { type Nanoseconds, type Seconds, secondsFrom, type Watts } from "../units.ts";
import type { Load } from "./load.ts";

export type Stage = CalibrationPoint["stage"];

/** In the order in which they are run: a machine that warmed up shows when it is idle again. */
export const STAGES: readonly Stage[] = ["idle", "half", "full", "model", "idle_again"];

/** Every stage goes on for so long before anything counts: clocks and fans follow a load with delay. */
export const SETTLING: Seconds = 10;

/** How the busy stages are made busy. The model's is absent where none is run. */
export interface StageLoads {
  /** Every hardware thread busy for half of the time. */
  half(): Promise<Load>;
  full(): Promise<Load>;
  model?(): Promise<Load>;
}

/** What was seen over the counted part of a stage. */
export interface Stretch {
  readonly seconds: Seconds;
  /** Processor time of the load. */
  readonly cpu: Nanoseconds;
  readonly energy: Readonly<Record<string, Metered>>;
}

export interface Watching {
  readonly host: Pick<Host, "clock" | "sleep">;
  readonly metering: Metering;
  /** Aborted when the user wants it to stop. */
  readonly signal: AbortSignal;
}

/** Runs one stage: its load, time to settle, and so many seconds that count. The load has ended when this settles. */
export async function watchStage(
  stage: Stage,
  loads: StageLoads,
  seconds: Seconds,
  watching: Watching,
): Promise<Stretch> {
  const load = await startLoad(stage, loads);
  try {
    await pause(SETTLING, watching);
    const { host, metering } = watching;
    const before = (await load?.cpu()) ?? 0;
    const start = host.clock();
    const end = await metering.begin();
    await pause(seconds, watching);
    const cpu = ((await load?.cpu()) ?? 0) - before;
    const wall = host.clock() - start;
    const { energy = {} } = await end(cpu);
    return { seconds: secondsFrom(wall), cpu, energy };
  } finally {
    await load?.stop();
  }
}

async function startLoad(stage: Stage, loads: StageLoads): Promise<Load | undefined> {
  switch (stage) {
    case "idle":
    case "idle_again":
      return undefined;
    case "half":
      return loads.half();
    case "full":
      return loads.full();
    case "model":
      return loads.model?.();
  }
}

/** In pieces, so that an interruption does not wait for the end. */
async function pause(seconds: Seconds, { host, signal }: Watching): Promise<void> {
  const end = host.clock() + Math.round(seconds * 1e9);
  for (let left = end - host.clock(); left > 0; left = end - host.clock()) {
    signal.throwIfAborted();
    await host.sleep(Math.min(1, left / 1e9));
  }
  signal.throwIfAborted();
}

/** Mean power by a meter; absent when its reading failed. The model's comes from the processor time of the load. */
export function wattsBy(
  { id }: Pick<MeterRecord, "id">,
  stretch: Stretch,
  environment: Environment,
): Watts | undefined {
  if (id === "model") {
    const { seconds, cpu } = stretch;
    return modelledEnergy(powerModel(environment), seconds, secondsFrom(cpu)).gross / seconds;
  }
  const metered = stretch.energy[id];
  return metered && metered.joules / secondsFrom(metered.wall);
}
