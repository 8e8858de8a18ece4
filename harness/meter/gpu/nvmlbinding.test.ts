import { describe, expect, test } from "vitest";
import { loadNvml } from "./nvmlbinding.ts";

const LINUX = { platform: "linux" } as const;

/** Functions of a pretended libnvidia-ml: they write into their last arguments and return NVML's code. */
type Functions = Record<string, (...args: never[]) => number>;

const uint =
  (value: number) =>
  (...args: Buffer[]): number => {
    args.at(-1)?.writeUInt32LE(value);
    return 0;
  };
const string =
  (value: string) =>
  (_: unknown, buffer: Buffer): number => {
    buffer.write(`${value}\0rest of what was there`);
    return 0;
  };

const DRIVER: Functions = {
  nvmlInit_v2: () => 0,
  nvmlShutdown: () => 0,
  nvmlDeviceGetCount_v2: uint(1),
  nvmlDeviceGetHandleByIndex_v2: (_: number, handle: unknown[]) => {
    handle[0] = 0x10n;
    return 0;
  },
  nvmlDeviceGetName: string("NVIDIA H200"),
  nvmlDeviceGetUUID: string("GPU-3d1f"),
  nvmlDeviceGetTotalEnergyConsumption: (_: unknown, buffer: Buffer) => {
    buffer.writeBigUInt64LE(2n ** 53n + 1n);
    return 0;
  },
  nvmlDeviceGetPowerUsage: uint(76_250),
  nvmlDeviceGetPersistenceMode: uint(0),
  nvmlDeviceGetMigMode: (_: unknown, now: Buffer) => {
    now.writeUInt32LE(1);
    return 0;
  },
  nvmlDeviceGetComputeRunningProcesses_v3: (_: unknown, count: Buffer, list: Buffer) => {
    count.writeUInt32LE(2);
    list.writeUInt32LE(4_242, 0);
    list.writeUInt32LE(4_243, 24);
    return 0;
  },
};

/** A pretended koffi that finds libraries of these names, with these functions. */
function koffi(functions: Functions, files: readonly string[] = ["libnvidia-ml.so.1"]) {
  return {
    load(file: string) {
      if (!files.includes(file)) throw new Error(`Failed to load shared library: ${file}`);
      return {
        func(prototype: string) {
          const name = /^int (\w+)\(/.exec(prototype)?.[1] ?? "";
          const found = functions[name];
          if (found === undefined) throw new Error(`Cannot find function '${name}' in shared library`);
          return found;
        },
      };
    },
  };
}

async function devices(functions: Functions) {
  const loaded = await loadNvml(LINUX, () => Promise.resolve({ default: koffi(functions) }));
  if ("reason" in loaded) throw new Error(loaded.reason);
  return loaded.library.devices();
}

describe("loadNvml", () => {
  test("names the package to install when it is missing", async () => {
    const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package 'koffi'"));
    expect(await loadNvml(LINUX, missing)).toEqual({
      reason: "the package koffi is not installed",
      remedy: "npm install koffi",
    });
  });

  test("asks for no package where NVIDIA has no driver", async () => {
    const asked = (): Promise<never> => Promise.reject(new Error("should not be asked for"));
    expect(await loadNvml({ platform: "darwin" }, asked)).toEqual({ reason: "NVIDIA has no driver for darwin" });
  });

  test("says that there is no driver", async () => {
    expect(await loadNvml(LINUX, () => Promise.resolve({ default: koffi(DRIVER, []) }))).toEqual({
      reason: "libnvidia-ml.so.1 is not on this machine: no NVIDIA driver",
    });
  });

  test("looks where WSL and Windows have the library", async () => {
    const wsl = koffi(DRIVER, ["/usr/lib/wsl/lib/libnvidia-ml.so.1"]);
    expect(await loadNvml(LINUX, () => Promise.resolve(wsl))).toHaveProperty("library");
    const windows = koffi(DRIVER, ["nvml.dll"]);
    expect(await loadNvml({ platform: "win32" }, () => Promise.resolve(windows))).toHaveProperty("library");
  });

  test("says that the driver cannot be reached", async () => {
    const off = koffi({ ...DRIVER, nvmlInit_v2: () => 9 });
    expect(await loadNvml(LINUX, () => Promise.resolve(off))).toEqual({
      reason: "libnvidia-ml.so.1 cannot reach the NVIDIA driver",
    });
  });
});

describe("NvmlLibrary devices", () => {
  test("tells what the driver tells, energy exact beyond 2^53", async () => {
    const [device] = await devices(DRIVER);
    expect(device).toMatchObject({
      index: 0,
      uuid: "GPU-3d1f",
      name: "NVIDIA H200",
      isPersistent: false,
      isSliced: true,
      processes: [4_242, 4_243],
    });
    expect(device?.energy()).toBe(9_007_199_254_740_993n);
    expect(device?.power()).toBe(76.25);
  });

  test("leaves out what the board does not support", async () => {
    const NOT_SUPPORTED = (): number => 3;
    const [device] = await devices({
      ...DRIVER,
      nvmlDeviceGetTotalEnergyConsumption: NOT_SUPPORTED,
      nvmlDeviceGetPowerUsage: NOT_SUPPORTED,
      nvmlDeviceGetPersistenceMode: NOT_SUPPORTED,
      nvmlDeviceGetMigMode: NOT_SUPPORTED,
      nvmlDeviceGetComputeRunningProcesses_v3: NOT_SUPPORTED,
    });
    for (const key of ["isPersistent", "isSliced", "processes"]) expect(device).not.toHaveProperty(key);
    expect([device?.energy(), device?.power()]).toEqual([undefined, undefined]);
  });

  test("works with an older library that lacks functions", async () => {
    const { nvmlDeviceGetMigMode: _, nvmlDeviceGetComputeRunningProcesses_v3: __, ...older } = DRIVER;
    const [device] = await devices(older);
    expect(device?.uuid).toBe("GPU-3d1f");
    expect(device).not.toHaveProperty("isSliced");
  });

  test("leaves out a board that is lost", async () => {
    expect(await devices({ ...DRIVER, nvmlDeviceGetHandleByIndex_v2: () => 15 })).toEqual([]);
  });
});
