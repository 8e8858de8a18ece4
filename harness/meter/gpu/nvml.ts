import type { MeterRecord } from "../../run.ts";
import { boardFlags, settlingOf, visibleBoards } from "./boards.ts";
import type { CounterKind } from "../counter.ts";
import { openCounters } from "../counters.ts";
import type { Host } from "../host.ts";
import { type EnergyMeter, IMPLAUSIBLE_WATTS, type OpenMeter, type Probe } from "../meter.ts";
import { loadNvml, type NvmlDevice, type NvmlLibrary, type NvmlLoad } from "./nvmlbinding.ts";
import { moves } from "../probe.ts";

/**
 * Millijoules since the driver was loaded, which change about every 100 ms. They never wrap (64 bits last for ever): a
 * decrease is a driver that was loaded anew.
 */
const KIND: CounterKind = { unit: 1e-3, most: IMPLAUSIBLE_WATTS, period: 0.1 };

/** NVIDIA's energy counter of whole boards, memory inside (`nvmlDeviceGetTotalEnergyConsumption`, Volta and newer). */
export const nvml: EnergyMeter = nvmlMeter(loadNvml);

export function nvmlMeter(load: (host: Host) => Promise<NvmlLoad>): EnergyMeter {
  return {
    id: "nvml",
    about: "NVIDIA boards' energy counter, through NVML",
    domain: "gpu",
    async probe(host): Promise<Probe> {
      const loaded = await load(host);
      if ("reason" in loaded) return { works: false, ...loaded };
      try {
        const tried = await tryDevices(host, loaded.library);
        if ("reason" in tried) return { works: false, reason: tried.reason };
        return { works: true, record: tried.record, open: () => openNvml(host, load, tried.record, tried.uuids) };
      } finally {
        loaded.library.close();
      }
    },
  };
}

async function tryDevices(
  host: Host,
  library: NvmlLibrary,
): Promise<{ record: MeterRecord; uuids: readonly string[] } | { reason: string }> {
  const all = library.devices();
  if (all.length === 0) return { reason: "NVML shows no board" };
  const { boards, flags } = visibleBoards(all, host.env);
  if (boards.length === 0) return { reason: "CUDA_VISIBLE_DEVICES hides every board" };
  const counted: NvmlDevice[] = [];
  const problems: string[] = [];
  for (const device of boards) {
    const problem = await problemOf(host, device);
    if (problem === undefined) counted.push(device);
    else problems.push(`GPU ${device.index} (${device.name}): ${problem}`);
  }
  if (counted.length === 0) return { reason: problems.join("; ") };
  const uuids = counted.map((device) => device.uuid);
  const left = problems.map((problem) => `not counted: ${problem}`);
  return { record: recordOf(uuids, [...flags, ...left, ...boardFlags(counted)]), uuids };
}

/** What is wrong with a board's counter; undefined when it counts. */
async function problemOf(host: Host, device: NvmlDevice): Promise<string | undefined> {
  if (device.energy() === undefined) return "it counts no energy; boards older than Volta do not";
  const meter = openDevices(host, recordOf([device.uuid], []), [device]);
  try {
    const seen = await moves(host, () => meter.read());
    return "reason" in seen ? seen.reason : undefined;
  } finally {
    await meter.close();
  }
}

/** Error: NVIDIA states +-5 % for its power figures. */
function recordOf(uuids: readonly string[], flags: readonly string[]): MeterRecord {
  return {
    id: "nvml",
    source: `nvml:${uuids.join("+")}`,
    domain: "gpu",
    boundary: "gpu_board",
    grade: "A",
    period: KIND.period,
    quantum: KIND.unit,
    error: 0.05,
    shortest: 5,
    flags: [...flags],
  };
}

function openDevices(host: Host, record: MeterRecord, devices: readonly NvmlDevice[]): OpenMeter {
  return openCounters(
    host,
    record,
    devices.map((device) => ({ kind: KIND, raw: () => device.energy() })),
  );
}

async function openNvml(
  host: Host,
  load: (host: Host) => Promise<NvmlLoad>,
  record: MeterRecord,
  uuids: readonly string[],
): Promise<OpenMeter> {
  const loaded = await load(host);
  if ("reason" in loaded) throw new Error(`opening the NVML meter: ${loaded.reason}`);
  const { library } = loaded;
  const devices = library.devices().filter((device) => uuids.includes(device.uuid));
  if (devices.length < uuids.length) {
    library.close();
    throw new Error(
      `opening the NVML meter: of the boards "${uuids.join(" ")}" only ${devices.length} are still there`,
    );
  }
  await host.sleep(settlingOf(devices));
  const meter = openDevices(host, record, devices);
  return {
    ...meter,
    async close() {
      await meter.close();
      library.close();
    },
  };
}
