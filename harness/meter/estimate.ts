import type { Environment, MeterRecord } from "../run.ts";
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
  /** Hardware threads of the family's servers that this machine's processors stand for. */
  readonly threads: number;
  /** Processors this machine shows: what utilisation is a share of. */
  readonly cpus: number;
  /** Power of memory beyond what the family's servers carried (2 GB a thread), at 0.38 W/GB. */
  readonly extraMemory: Watts;
  /**
   * Factors that hold the true whole-machine energy in about 90 % of cases: predicting each of 303 SPECpower servers from
   * the others of its family gave 0.79 to 1.63, widened here by judgement (a common log-sd of 0.20) because those servers
   * were tuned for efficiency and ran Java, not a model. Extra memory lowers its lower bound: published rules say 0.2 to 0.5 W/GB.
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
/** Between 0.284 (Boavizta) and 0.408 (Micron by way of Cloud Carbon Footprint); a DIMM of a machine may well draw half of it. */
const WATTS_PER_GIB = 0.38;
const LEAST_WATTS_PER_GIB = 0.2;

const KNOWN_GROSS: Interval = { low: 0.65, high: 1.9 };
const KNOWN_MARGINAL: Interval = { low: 0.55, high: 1.8 };
/** Judgement: one table row of seven servers stands for every maker of such processors. */
const NEOVERSE_FAMILY: Interval = { low: 0.4, high: 1.6 };
const UNKNOWN_FAMILY: Interval = { low: 0.4, high: 3.5 };

/** Share of the range from idle to full power at 0, 10, ... 100 % utilisation: median of 184 SPECpower servers since 2018. */
const POWER_CURVE = [0, 0.174, 0.238, 0.303, 0.367, 0.433, 0.512, 0.604, 0.723, 0.861, 1] as const;

export function powerModel(environment: Environment): PowerModel {
  const family = cpuFamily(environment);
  const threads = environment.cpus * threadsPerProcessor(family, environment);
  const spare = environment.memory_bytes - threads * MEMORY_PER_THREAD_IN_TABLE;
  const extraMemory = Math.max(0, spare / GIB) * WATTS_PER_GIB;
  return {
    family,
    threads,
    cpus: environment.cpus,
    extraMemory,
    ...factorsOf(family, threads, extraMemory),
    boundary: environment.virtualised === true ? "vm_share" : "whole_server",
    source: `spec:${family.id}@2026-03-09${extraMemory > 0 ? `+memory:${extraMemory.toFixed(1)}W` : ""}`,
  };
}

/**
 * Memory beyond the table's has an error of its own, which no leave-one-out over servers knows. Its lower bound counts by its
 * share of the power at half load; upwards the servers' bound is the wider one and holds for both.
 */
function factorsOf(
  family: CpuFamily,
  threads: number,
  extraMemory: Watts,
): { grossFactor: Interval; marginalFactor: Interval } {
  const { gross, marginal } = processorFactors(family);
  const processors = threads * (family.idle + loadShare(0.5) * (family.max - family.idle));
  const memory = extraMemory / (extraMemory + processors);
  const low = Math.min(gross.low, (1 - memory) * gross.low + (memory * LEAST_WATTS_PER_GIB) / WATTS_PER_GIB);
  return { grossFactor: { low, high: gross.high }, marginalFactor: marginal };
}

function processorFactors({ id }: CpuFamily): { gross: Interval; marginal: Interval } {
  if (id === "unknown") return { gross: UNKNOWN_FAMILY, marginal: UNKNOWN_FAMILY };
  if (id === "ampere_altra_n1") return { gross: NEOVERSE_FAMILY, marginal: NEOVERSE_FAMILY };
  return { gross: KNOWN_GROSS, marginal: KNOWN_MARGINAL };
}

/** Amazon's AMD instances of the seventh generation on: a virtual processor is a core. */
const WHOLE_CORES = /^[a-z]+([7-9]|\d\d)a[a-z]*\./;

/**
 * The table is per hardware thread, and a processor may be a whole core: with simultaneous multithreading off, or on
 * instances that sell cores. A virtual machine's own word on its cores is not taken: most show one thread a core and run on half of one.
 */
function threadsPerProcessor(family: CpuFamily, { virtualised, threads_per_core, instance }: Environment): number {
  const isWholeCore =
    virtualised === true ? instance !== undefined && WHOLE_CORES.test(instance) : threads_per_core === 1;
  return isWholeCore ? family.threadsPerCore : 1;
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
  const dynamic = model.threads * loadShare(cpu / (wall * model.cpus)) * (model.family.max - model.family.idle);
  return {
    gross: (model.threads * model.family.idle + model.extraMemory + dynamic) * wall,
    marginal: dynamic * wall,
  };
}

/** Watts of the whole machine as its user states them. */
export interface StatedPower {
  readonly idle: Watts;
  readonly max: Watts;
}

/** Energy at stated power: a straight line from idle to full load over the share of the processors in use. */
export function statedEnergy(power: StatedPower, cpus: number, wall: Seconds, cpu: Seconds): ModelledEnergy {
  if (!(wall > 0)) return { gross: 0, marginal: 0 };
  const marginal = Math.min(1, cpu / (wall * cpus)) * (power.max - power.idle) * wall;
  return { gross: power.idle * wall + marginal, marginal };
}

const NO_COUNTER = { period: 0, quantum: 0, error: 0, shortest: 0, flags: [] };

/** The power model as a meter among others. It sees processors: of a device beside them it knows nothing. */
export function modelRecord(environment: Environment): MeterRecord {
  const { source, boundary } = powerModel(environment);
  return { id: "model", source, domain: "cpu", boundary, grade: "C", ...NO_COUNTER };
}

/** Stated watts as a meter among others. */
export function statedRecord({ idle, max }: StatedPower): MeterRecord {
  const source = `stated:${idle}-${max}W`;
  return { id: "constant", source, domain: "cpu", boundary: "stated", grade: "D", ...NO_COUNTER };
}
