import type { MeterRecord } from "../run.ts";
import type { Seconds, Watts } from "../units.ts";
import { inBackground } from "./background.ts";
import { sleepWatch } from "./counter.ts";
import type { Host } from "./host.ts";
import { integrator } from "./integrate.ts";
import { IMPLAUSIBLE_WATTS, type OpenMeter, type Reading } from "./meter.ts";

/** A power figure of a machine. */
export interface Sensor {
  /** Time between two looks at it. */
  readonly every: Seconds;
  /** How long ago its power was true, in the mean: half of the span that it averages over. */
  readonly lag: Seconds;
  /** Its power now; undefined when the read fails, "elsewhere" while the machine does not draw from what it watches. */
  watts(): Watts | "elsewhere" | undefined;
}

/** Opens a power figure that is read in an instant, as a meter: it is looked at in the background and integrated. */
export function openSensor(host: Pick<Host, "clock" | "uptime">, record: MeterRecord, sensor: Sensor): OpenMeter {
  const sum = integrator({ period: record.period, most: IMPLAUSIBLE_WATTS });
  const slept = sleepWatch(host);
  const read = (): Reading | undefined => {
    if (slept()) sum.break();
    const now = sensor.watts();
    if (now === "elsewhere") sum.break();
    if (typeof now !== "number") return undefined;
    sum.add(now, host.clock() - sensor.lag * 1e9);
    return sum.read();
  };
  read();
  const stop = inBackground(sensor.every, read);
  return {
    record,
    read: () => Promise.resolve(read()),
    close() {
      stop();
      return Promise.resolve();
    },
  };
}
