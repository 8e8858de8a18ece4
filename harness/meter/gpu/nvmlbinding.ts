import { present } from "../../present.ts";
import type { Watts } from "../../units.ts";
import type { Board } from "./boards.ts";
import type { Host } from "../host.ts";

/** A board as NVIDIA's management library shows it. What it does not tell is absent or undefined. */
export interface NvmlDevice extends Board {
  /** Millijoules since the driver was loaded; undefined on boards older than Volta and when the read fails. */
  energy(): bigint | undefined;
  power(): Watts | undefined;
}

/** The little of NVML (libnvidia-ml) that a meter needs. */
export interface NvmlLibrary {
  /** In the driver's order. */
  devices(): NvmlDevice[];
  close(): void;
}

export type NvmlLoad = { readonly library: NvmlLibrary } | { readonly reason: string; readonly remedy?: string };

/** The part of the package koffi (https://koffi.dev) that is used here; it is optional, so its own types may be missing. */
interface Koffi {
  load(file: string): { func(prototype: string): (...args: unknown[]) => unknown };
}

/** WSL keeps the driver's library where the loader does not look. */
const FILES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ["libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1"],
  win32: ["nvml.dll"],
};

/** Starts NVML. Never throws: a machine without NVIDIA's driver is the usual case. */
export async function loadNvml(
  host: Pick<Host, "platform">,
  importPackage: () => Promise<unknown> = importKoffi,
): Promise<NvmlLoad> {
  const files = FILES[host.platform];
  if (files === undefined) return { reason: `NVIDIA has no driver for ${host.platform}` };
  let koffi: Koffi;
  try {
    koffi = unwrapped(await importPackage());
  } catch {
    return { reason: "the package koffi is not installed", remedy: "npm install koffi" };
  }
  for (const file of files) {
    let nvml: ReturnType<Koffi["load"]>;
    try {
      nvml = koffi.load(file);
    } catch {
      continue;
    }
    return started(nvml, file);
  }
  return { reason: `${files[0]} is not on this machine: no NVIDIA driver` };
}

/** By a variable, so that the compiler does not ask for a package that may be missing. */
function importKoffi(): Promise<unknown> {
  const name: string = "koffi";
  return import(name);
}

function unwrapped(module: unknown): Koffi {
  const { default: inner, ...outer } = module as { default?: Koffi } & Koffi;
  return inner ?? outer;
}

/** Room for a name or a UUID, the ending zero inside (NVML_DEVICE_UUID_V2_BUFFER_SIZE). */
const TEXT_BYTES = 96;

/** nvmlProcessInfo_t since driver 510: pid, memory in use, two slice ids, 24 bytes with padding. */
const PROCESS_BYTES = 24;
const MOST_PROCESSES = 64;

/** A function of the library: whether it returned NVML_SUCCESS, results being written into its arguments. */
type Call = (...values: unknown[]) => boolean;

function started(nvml: ReturnType<Koffi["load"]>, file: string): NvmlLoad {
  const calls = bind(nvml);
  if (!calls.init()) return { reason: `${file} cannot reach the NVIDIA driver` };
  return {
    library: {
      devices() {
        const count = wholeNumber(calls.count);
        return Array.from({ length: count ?? 0 }, (_, index) => deviceAt(calls, index)).flat();
      },
      close: () => void calls.shutdown(),
    },
  };
}

/** Functions that an older driver lacks fail like any other call. */
function bind(nvml: ReturnType<Koffi["load"]>) {
  const call = (name: string, parameters: string): Call => {
    try {
      const bound = nvml.func(`int ${name}(${parameters})`);
      return (...values) => bound(...values) === 0;
    } catch {
      return () => false;
    }
  };
  return {
    init: call("nvmlInit_v2", ""),
    shutdown: call("nvmlShutdown", ""),
    count: call("nvmlDeviceGetCount_v2", "uint8_t *count"),
    handle: call("nvmlDeviceGetHandleByIndex_v2", "uint32_t index, _Out_ void **device"),
    name: call("nvmlDeviceGetName", "void *device, uint8_t *name, uint32_t length"),
    uuid: call("nvmlDeviceGetUUID", "void *device, uint8_t *uuid, uint32_t length"),
    energy: call("nvmlDeviceGetTotalEnergyConsumption", "void *device, uint8_t *millijoules"),
    power: call("nvmlDeviceGetPowerUsage", "void *device, uint8_t *milliwatts"),
    persistence: call("nvmlDeviceGetPersistenceMode", "void *device, uint8_t *mode"),
    mig: call("nvmlDeviceGetMigMode", "void *device, uint8_t *now, uint8_t *pending"),
    processes: call("nvmlDeviceGetComputeRunningProcesses_v3", "void *device, uint8_t *count, uint8_t *processes"),
  };
}

function deviceAt(calls: ReturnType<typeof bind>, index: number): NvmlDevice[] {
  const handle: unknown[] = [null];
  if (!calls.handle(index, handle)) return [];
  const device = handle[0];
  const persistence = wholeNumber(calls.persistence, device);
  const mig = Buffer.alloc(4);
  const hasMig = calls.mig(device, mig, Buffer.alloc(4));
  return [
    {
      index,
      uuid: text(calls.uuid, device),
      name: text(calls.name, device),
      ...present({
        isPersistent: persistence === undefined ? undefined : persistence === 1,
        isSliced: hasMig ? mig.readUInt32LE() === 1 : undefined,
        processes: processes(calls.processes, device),
      }),
      energy() {
        // By its bytes: koffi gives a number below 2^53 and a bigint above.
        const buffer = Buffer.alloc(8);
        return calls.energy(device, buffer) ? buffer.readBigUInt64LE() : undefined;
      },
      power() {
        const milliwatts = wholeNumber(calls.power, device);
        return milliwatts === undefined ? undefined : milliwatts / 1_000;
      },
    },
  ];
}

/** What a function writes into its last argument, an unsigned int. */
function wholeNumber(call: Call, ...values: unknown[]): number | undefined {
  const buffer = Buffer.alloc(4);
  return call(...values, buffer) ? buffer.readUInt32LE() : undefined;
}

function text(call: Call, device: unknown): string {
  const buffer = Buffer.alloc(TEXT_BYTES);
  return call(device, buffer, TEXT_BYTES) ? (buffer.toString("utf8").split("\0")[0] ?? "") : "";
}

function processes(call: Call, device: unknown): number[] | undefined {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(MOST_PROCESSES);
  const list = Buffer.alloc(MOST_PROCESSES * PROCESS_BYTES);
  if (!call(device, count, list)) return undefined;
  return Array.from({ length: count.readUInt32LE() }, (_, i) => list.readUInt32LE(i * PROCESS_BYTES));
}
