import { describe, expect, test } from "vitest";
import { cpuFamily } from "./cpu.ts";

const amd = (cpu_family: number, cpu_model_number: number, cpu_model: string) =>
  cpuFamily({ cpu_vendor: "AuthenticAMD", cpu_family, cpu_model_number, cpu_model }).id;
const intel = (cpu_model_number: number, cpu_stepping?: number) =>
  cpuFamily({
    cpu_vendor: "GenuineIntel",
    cpu_family: 6,
    cpu_model_number,
    ...(cpu_stepping === undefined ? {} : { cpu_stepping }),
  }).id;

describe("cpuFamily", () => {
  test.each([
    [23, 1, "epyc1_naples"],
    [23, 49, "epyc2_rome"],
    [25, 1, "epyc3_milan"],
    [25, 17, "epyc4_genoa"],
    [26, 2, "epyc5_turin"],
  ])("of an EPYC of family %i, model %i is %s", (family, model, id) => {
    expect(amd(family, model, "AMD EPYC")).toBe(id);
  });

  test("of a desktop processor with an EPYC's numbers is unknown", () => {
    expect(amd(25, 17, "AMD Ryzen 9 7950X 16-Core Processor")).toBe("unknown");
    expect(amd(25, 97, "AMD Ryzen 9 7950X 16-Core Processor")).toBe("unknown");
  });

  test("of an EPYC outside the table is unknown, not its neighbour", () => {
    expect(amd(25, 0x61, "AMD EPYC 4464P")).toBe("unknown");
    expect(amd(22, 1, "AMD EPYC")).toBe("unknown");
  });

  test.each([
    [0x4f, "broadwell"],
    [0x6a, "ice_lake_sp"],
    [0x8f, "sapphire_rapids"],
    [0xad, "granite_rapids"],
    [0xcf, "emerald_rapids"],
    [0x01, "unknown"],
  ])("of an Intel model %i is %s", (model, id) => {
    expect(intel(model)).toBe(id);
  });

  test.each([
    [3, "skylake_sp"],
    [4, "skylake_sp"],
    [5, "cascade_lake"],
    [7, "cascade_lake"],
  ])("tells Skylake from Cascade Lake by stepping: %i is %s", (stepping, id) => {
    expect(intel(0x55, stepping)).toBe(id);
  });

  test("without the processor's numbers, or of another maker, is unknown", () => {
    expect(cpuFamily({}).id).toBe("unknown");
    expect(cpuFamily({ cpu_model: "Neoverse-N1" }).id).toBe("unknown");
    expect(cpuFamily({ cpu_vendor: "HygonGenuine", cpu_family: 24, cpu_model_number: 0 }).id).toBe("unknown");
    expect(cpuFamily({ cpu_vendor: "GenuineIntel", cpu_family: 15, cpu_model_number: 0x8f }).id).toBe("unknown");
  });

  test("gives the table's watts per thread", () => {
    expect(cpuFamily({ cpu_vendor: "GenuineIntel", cpu_family: 6, cpu_model_number: 0x8f })).toMatchObject({
      idle: 0.9,
      max: 3.99,
    });
    expect(cpuFamily({})).toMatchObject({ idle: 0.71, max: 4.09 });
  });
});
