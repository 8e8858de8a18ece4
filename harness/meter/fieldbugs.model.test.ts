import { describe, expect, test } from "vitest";
import type { Environment } from "../run.ts";
import { cpuFamily } from "./cpu.ts";
import { modelledEnergy, powerModel } from "./estimate.ts";

const GIB = 2 ** 30;
const genoa: Environment = {
  perjoule: "0",
  node: "v20",
  platform: "linux",
  arch: "x64",
  cpu_vendor: "AuthenticAMD",
  cpu_family: 25,
  cpu_model_number: 17,
  cpu_model: "AMD EPYC 9R14",
  cpus: 4,
  memory_bytes: 8 * GIB,
  virtualised: true,
};

/** Each was found in a published tool; here is what ours does instead. */
describe("field bugs of power models", () => {
  test("field bug 14: an empty name matches no family, and an unknown one not its neighbour", () => {
    // A blank line in a list of processors made a pattern that matched nearly every server, and watts five times too high.
    expect(cpuFamily({ ...genoa, cpu_model: "" }).id).toBe("unknown");
    const { cpu_model: _, ...nameless } = genoa;
    expect(cpuFamily(nameless).id).toBe("unknown");
    expect(cpuFamily({ ...genoa, cpu_model_number: 0x60 }).id).toBe("unknown");
    expect(cpuFamily({ ...genoa, cpu_family: 26, cpu_model_number: 2 })).toMatchObject({
      id: "epyc5_turin",
      idle: 0.22,
      max: 1.2,
    });
  });

  test("field bug 15: memory adds watts, not kilowatts: 0.38 W for each GiB beyond the table's", () => {
    const power = (memory: number): number =>
      modelledEnergy(powerModel({ ...genoa, memory_bytes: memory * GIB }), 1, 0).gross;
    expect(power(108) - power(8)).toBeCloseTo(38, 9);
  });

  test("field bug 16: a processor that is a whole core draws what its two threads draw", () => {
    const watts = (more: Partial<Environment>): number => modelledEnergy(powerModel({ ...genoa, ...more }), 1, 4).gross;
    const threads = watts({});
    expect(threads).toBeCloseTo(4 * 1.85, 9);
    expect(watts({ instance: "m7a.xlarge" })).toBeCloseTo(2 * threads, 9);
    expect(watts({ instance: "c6a.xlarge" })).toBeCloseTo(threads, 9);
    expect(watts({ instance: "c7i.xlarge" })).toBeCloseTo(threads, 9);
    // A machine of one's own with multithreading off; a virtual one says nothing by it.
    expect(watts({ virtualised: false, threads_per_core: 1 })).toBeCloseTo(2 * threads, 9);
    expect(watts({ virtualised: false, threads_per_core: 2 })).toBeCloseTo(threads, 9);
    expect(watts({ threads_per_core: 1 })).toBeCloseTo(threads, 9);
  });

  test("field bug 16: processors whose cores have one thread are not counted twice", () => {
    const arm: Environment = {
      ...genoa,
      cpu_vendor: "0x41",
      cpu_model_number: 0xd0c,
      virtualised: false,
      threads_per_core: 1,
    };
    expect(powerModel(arm)).toMatchObject({
      threads: 4,
      family: { id: "ampere_altra_n1" },
      grossFactor: { high: 1.6 },
    });
  });
});
