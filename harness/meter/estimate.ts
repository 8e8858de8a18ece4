import type { Environment } from "../run.ts";
import { type Interval } from "../stats/interval.ts";
import type { Joules, Seconds, Share, Watts } from "../units.ts";
import { type CpuFamily, cpuFamily } from "./cpu.ts";

/**
 * The modelled meter: power from utilisation, for machines whose counters cannot be read. Grade C.
 * At equal utilisation its energy is time times an assumed power, so it ranks two programs by their processor time
 * and knows nothing of how hard each drives the chip.
 */
export interface PowerModel {
  readonly family: CpuFamily;
  readonly cpus: number;
  /** Power of memory beyond what the family's servers carried (2 GB a thread), at 0.38 W/GB. */
  readonly extraMemory: Watts;
  /**
   * Factors that hold the true whole-machine energy in about 90 % of cases: predicting each of 303 SPECpower servers from
   * the others of its family gave 0.79 to 1.63, widened here by judgement (a common log-sd of 0.20) because those servers
   * were tuned for efficiency and ran Java, not a model.
   */
  readonly grossFactor: Interval;
  /** The same for the energy above idle. */
  readonly marginalFactor: Interval;
  readonly boundary: "vm_share" | "whole_server";
  /** What stands in `energy_source`. */
  readonly source: string;
}

const GIB = 2 ** 30;
const MEMORY_PER_THREAD_IN_TABLE = 2 * GIB;
const WATTS_PER_GIB = 0.38;

const KNOWN_GROSS: Interval = { low: 0.65, high: 1.9 };
const KNOWN_MARGINAL: Interval = { low: 0.55, high: 1.8 };
const UNKNOWN_FAMILY: Interval = { low: 0.4, high: 3.5 };

/** Share of the range from idle to full power at 0, 10, ... 100 % utilisation: median of 184 SPECpower servers since 2018. */
const POWER_CURVE = [0, 0.174, 0.238, 0.303, 0.367, 0.433, 0.512, 0.604, 0.723, 0.861, 1] as const;

export function powerModel(environment: Environment): PowerModel {
  const family = cpuFamily(environment);
  const known = family.id !== "unknown";
  const spare = environment.memory_bytes - environment.cpus * MEMORY_PER_THREAD_IN_TABLE;
  return {
    family,
    cpus: environment.cpus,
    extraMemory: Math.max(0, spare / GIB) * WATTS_PER_GIB,
    grossFactor: known ? KNOWN_GROSS : UNKNOWN_FAMILY,
    marginalFactor: known ? KNOWN_MARGINAL : UNKNOWN_FAMILY,
    boundary: environment.virtualised === true ? "vm_share" : "whole_server",
    source: `spec:${family.id}@2026-03-09`,
  };
}

/** The power curve at a utilisation, linear between its eleven points. Outside [0, 1] the nearest end holds. */
export function loadShare(utilisation: Share): Share {
  const position = Math.min(1, Math.max(0, utilisation)) * (POWER_CURVE.length - 1);
  const below = Math.min(Math.floor(position), POWER_CURVE.length - 2);
  const left = POWER_CURVE[below] as number;
  const right = POWER_CURVE[below + 1] as number;
  return left + (right - left) * (position - below);
}

export interface ModelledEnergy {
  /** Everything the machine (or this virtual machine's share of it) drew. */
  readonly gross: Joules;
  /** What the work added to an idle machine. */
  readonly marginal: Joules;
}

/**
 * Energy of a stretch of work from its wall time and the processor time of its process tree; work of other processes
 * on the machine is outside.
 */
export function modelledEnergy(model: PowerModel, wall: Seconds, cpu: Seconds): ModelledEnergy {
  if (!(wall > 0)) return { gross: 0, marginal: 0 };
  const dynamic = model.cpus * loadShare(cpu / (wall * model.cpus)) * (model.family.max - model.family.idle);
  return {
    gross: (model.cpus * model.family.idle + model.extraMemory + dynamic) * wall,
    marginal: dynamic * wall,
  };
}
