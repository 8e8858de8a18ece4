import { amd } from "./gpu/amd.ts";
import { battery } from "./linux/battery.ts";
import type { Host } from "./host.ts";
import { hwmon } from "./linux/hwmon.ts";
import { macmon } from "./apple/macmon.ts";
import type { EnergyMeter, Probe } from "./meter.ts";
import { nvidiaSmi } from "./gpu/nvidiasmi.ts";
import { nvml } from "./gpu/nvml.ts";
import { perf } from "./linux/perf.ts";
import { powermetrics } from "./apple/powermetrics.ts";
import { rapl } from "./linux/rapl.ts";
import { tried } from "./select.ts";
import { wallMeter } from "./wall/wall.ts";

/** All ways to get joules, the best of each domain first. */
export function allMeters(options: { readonly wall?: string }): EnergyMeter[] {
  const wall = options.wall === undefined ? [] : [wallMeter(options.wall)];
  return [...wall, rapl, perf, hwmon, nvml, nvidiaSmi, amd, powermetrics, macmon, battery];
}

/**
 * What came of trying meters. One after another: one that keeps a processor busy to see its own figure move would move
 * the others' too.
 */
export async function tryMeters(
  meters: readonly EnergyMeter[],
  host: Host,
): Promise<{ readonly meter: EnergyMeter; readonly probe: Probe }[]> {
  const all: { meter: EnergyMeter; probe: Probe }[] = [];
  for (const meter of meters) all.push({ meter, probe: await tried(meter, host) });
  return all;
}
