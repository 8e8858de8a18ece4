import type { Environment } from "../run.ts";
import type { Watts } from "../units.ts";

/**
 * Power of a whole server per hardware thread, wall side, memory, fans and power supply inside.
 * Medians by processor family of the SPECpower_ssj2008 results of 2026-03-09 (file in `ccf-coefficients@b0032d9`),
 * recomputed with cores x threads per core because that file's "Total Threads" is wrong in 14 rows.
 */
export interface CpuFamily {
  readonly id: string;
  /** Threads of a core in those servers. */
  readonly threadsPerCore: number;
  readonly idle: Watts;
  readonly max: Watts;
}

const UNKNOWN: CpuFamily = { threadsPerCore: 2, id: "unknown", idle: 0.71, max: 4.09 };

const AMD: readonly [family: number, models: readonly [first: number, last: number], CpuFamily][] = [
  [0x17, [0x01, 0x0f], { threadsPerCore: 2, id: "epyc1_naples", idle: 0.75, max: 2.33 }],
  [0x17, [0x30, 0x3f], { threadsPerCore: 2, id: "epyc2_rome", idle: 0.44, max: 1.66 }],
  [0x19, [0x00, 0x0f], { threadsPerCore: 2, id: "epyc3_milan", idle: 0.42, max: 1.92 }],
  [0x19, [0x10, 0x1f], { threadsPerCore: 2, id: "epyc4_genoa", idle: 0.38, max: 1.85 }],
  [0x1a, [0x00, 0x1f], { threadsPerCore: 2, id: "epyc5_turin", idle: 0.22, max: 1.2 }],
];

/** Intel family 6 by model number; 0x55 is told apart by stepping. */
const INTEL: ReadonlyMap<number, CpuFamily> = new Map([
  [0x2d, { threadsPerCore: 2, id: "sandy_bridge", idle: 1.77, max: 7.9 }],
  [0x3e, { threadsPerCore: 2, id: "ivy_bridge", idle: 1.39, max: 5.46 }],
  [0x3f, { threadsPerCore: 2, id: "haswell", idle: 0.66, max: 3.83 }],
  [0x4f, { threadsPerCore: 2, id: "broadwell", idle: 0.53, max: 3.09 }],
  [0x5e, { threadsPerCore: 2, id: "skylake_client", idle: 1.9, max: 5.93 }],
  [0x6a, { threadsPerCore: 2, id: "ice_lake_sp", idle: 0.76, max: 3.88 }],
  [0x8f, { threadsPerCore: 2, id: "sapphire_rapids", idle: 0.9, max: 3.99 }],
  [0x9e, { threadsPerCore: 2, id: "coffee_lake_client", idle: 1.05, max: 5.98 }],
  [0xad, { threadsPerCore: 2, id: "granite_rapids", idle: 0.56, max: 2.69 }],
  [0xcf, { threadsPerCore: 2, id: "emerald_rapids", idle: 0.8, max: 3.57 }],
]);
const SKYLAKE_SP: CpuFamily = { threadsPerCore: 2, id: "skylake_sp", idle: 0.53, max: 4.15 };
const CASCADE_LAKE: CpuFamily = { threadsPerCore: 2, id: "cascade_lake", idle: 0.6, max: 4.05 };

/**
 * Ampere Altra servers, n = 7. No power of Graviton is public: it is taken for one of these, with a wide interval.
 * Parts: Neoverse N1, V1, N2, V2.
 */
const NEOVERSE: CpuFamily = { threadsPerCore: 1, id: "ampere_altra_n1", idle: 0.62, max: 1.92 };
const ARM = "0x41";
const NEOVERSE_PARTS: ReadonlySet<number> = new Set([0xd0c, 0xd40, 0xd49, 0xd4f]);

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
  if (vendor === ARM && model !== undefined && NEOVERSE_PARTS.has(model)) return NEOVERSE;
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
