import type { Environment } from "../run.ts";
import type { Watts } from "../units.ts";

/**
 * Power of a whole server per hardware thread, wall side, memory, fans and power supply inside.
 * Medians by processor family of the SPECpower_ssj2008 results of 2026-03-09 (file in `ccf-coefficients@b0032d9`),
 * recomputed with cores x threads per core because that file's "Total Threads" is wrong in 14 rows.
 */
export interface CpuFamily {
  readonly id: string;
  readonly idle: Watts;
  readonly max: Watts;
}

const UNKNOWN: CpuFamily = { id: "unknown", idle: 0.71, max: 4.09 };

const AMD: readonly [family: number, models: readonly [first: number, last: number], CpuFamily][] = [
  [0x17, [0x01, 0x0f], { id: "epyc1_naples", idle: 0.75, max: 2.33 }],
  [0x17, [0x30, 0x3f], { id: "epyc2_rome", idle: 0.44, max: 1.66 }],
  [0x19, [0x00, 0x0f], { id: "epyc3_milan", idle: 0.42, max: 1.92 }],
  [0x19, [0x10, 0x1f], { id: "epyc4_genoa", idle: 0.38, max: 1.85 }],
  [0x1a, [0x00, 0x1f], { id: "epyc5_turin", idle: 0.22, max: 1.2 }],
];

/** Intel family 6 by model number; 0x55 is told apart by stepping. */
const INTEL: ReadonlyMap<number, CpuFamily> = new Map([
  [0x2d, { id: "sandy_bridge", idle: 1.77, max: 7.9 }],
  [0x3e, { id: "ivy_bridge", idle: 1.39, max: 5.46 }],
  [0x3f, { id: "haswell", idle: 0.66, max: 3.83 }],
  [0x4f, { id: "broadwell", idle: 0.53, max: 3.09 }],
  [0x5e, { id: "skylake_client", idle: 1.9, max: 5.93 }],
  [0x6a, { id: "ice_lake_sp", idle: 0.76, max: 3.88 }],
  [0x8f, { id: "sapphire_rapids", idle: 0.9, max: 3.99 }],
  [0x9e, { id: "coffee_lake_client", idle: 1.05, max: 5.98 }],
  [0xad, { id: "granite_rapids", idle: 0.56, max: 2.69 }],
  [0xcf, { id: "emerald_rapids", idle: 0.8, max: 3.57 }],
]);
const SKYLAKE_SP: CpuFamily = { id: "skylake_sp", idle: 0.53, max: 4.15 };
const CASCADE_LAKE: CpuFamily = { id: "cascade_lake", idle: 0.6, max: 4.05 };

export type CpuIdentity = Pick<
  Environment,
  "cpu_vendor" | "cpu_family" | "cpu_model_number" | "cpu_stepping" | "cpu_model"
>;

/**
 * The family by the processor's own numbers: clouds hide the marketing name ("AMD EPYC"), not the family and model.
 * Desktop Zen parts share family numbers with EPYC, so AMD needs "EPYC" in the name.
 */
export function cpuFamily(cpu: CpuIdentity): CpuFamily {
  const { cpu_vendor: vendor, cpu_family: family, cpu_model_number: model } = cpu;
  if (family === undefined || model === undefined) return UNKNOWN;
  if (vendor === "AuthenticAMD" && /EPYC/i.test(cpu.cpu_model ?? "")) {
    return AMD.find(([f, [first, last]]) => f === family && model >= first && model <= last)?.[2] ?? UNKNOWN;
  }
  if (vendor === "GenuineIntel" && family === 6) {
    if (model === 0x55) return (cpu.cpu_stepping ?? 0) >= 5 ? CASCADE_LAKE : SKYLAKE_SP;
    return INTEL.get(model) ?? UNKNOWN;
  }
  return UNKNOWN;
}
