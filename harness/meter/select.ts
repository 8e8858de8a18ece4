import type { Environment, MeterRecord, Plan } from "../run.ts";
import type { Host } from "./host.ts";
import { modelRecord, statedRecord } from "./estimate.ts";
import type { EnergyMeter, OpenMeter, Probe } from "./meter.ts";

/** Meters of a run: what is read while it runs, and, best first, everything its energy can be derived from. */
export interface Selection {
  readonly opened: readonly OpenMeter[];
  readonly records: readonly MeterRecord[];
}

type Working = Extract<Probe, { works: true }>;

/**
 * Opens the best meter of each domain that works here: a wall meter that was named, the processor's, and the device's if
 * the plan uses one. The power model always stands behind them, and the user's own watts in front of it. A meter that was asked for
 * by name must work.
 */
export async function selectMeters(
  plan: Pick<Plan, "meter" | "device" | "cpu_watts" | "wall">,
  candidates: readonly EnergyMeter[],
  host: Host,
  environment: Environment,
): Promise<Selection> {
  const stated = plan.cpu_watts === undefined ? [] : [statedRecord(plan.cpu_watts)];
  const model = modelRecord(environment);
  if (plan.wall !== undefined && ["none", "model", "constant"].includes(plan.meter)) {
    throw new Error(`--wall: is not read with --meter ${plan.meter}; leave out one of them`);
  }
  if (plan.meter === "none") return { opened: [], records: [] };
  if (plan.meter === "model") return { opened: [], records: [model] };
  if (plan.meter === "constant") {
    if (stated.length === 0) throw new Error("--meter constant: say the watts with --cpu-watts IDLE,MAX");
    return { opened: [], records: stated };
  }
  const isWall = plan.wall !== undefined || plan.meter === "wall";
  // Whoever says where the wall meter is wants it read, whatever else is.
  const wall = isWall ? [await named("wall", candidates, host)] : [];
  if (plan.meter === "wall") return opening(wall, [...stated, model]);
  const working =
    plan.meter === "auto"
      ? await bestOfEach(plan, candidates, host, wall)
      : [...wall, await named(plan.meter, candidates, host)];
  return opening(working, [...stated, model]);
}

async function opening(working: readonly Working[], derived: readonly MeterRecord[]): Promise<Selection> {
  const opened: OpenMeter[] = [];
  for (const probe of working) opened.push(await probe.open());
  return { opened, records: [...opened.map((meter) => meter.record), ...derived] };
}

/** What is known to work already, and the best for every domain that it leaves open. */
async function bestOfEach(
  { device }: Pick<Plan, "device">,
  candidates: readonly EnergyMeter[],
  host: Host,
  known: readonly Working[],
): Promise<Working[]> {
  const needed = new Set<MeterRecord["domain"]>(["system", "cpu"]);
  if (device.some((name) => name !== "cpu")) needed.add("gpu");
  const best = new Map(known.map((probe) => [probe.record.domain, probe]));
  const isOpen = (domain: MeterRecord["domain"]): boolean => needed.has(domain) && !best.has(domain);
  for (const meter of candidates) {
    const probe = isOpen(meter.domain) ? await tried(meter, host) : undefined;
    if (probe?.works === true && isOpen(probe.record.domain)) best.set(probe.record.domain, probe);
  }
  return [...best.values()];
}

async function named(id: string, candidates: readonly EnergyMeter[], host: Host): Promise<Working> {
  const meter = candidates.find((candidate) => candidate.id === id);
  if (meter === undefined) throw new Error(`--meter ${id}: say where it is with --wall FILE or URL`);
  const probe = await tried(meter, host);
  if (probe.works) return probe;
  const remedy = probe.remedy === undefined ? "" : `; ${probe.remedy}`;
  throw new Error(`--meter ${id}: does not work here: ${probe.reason}${remedy}`);
}

/** A probe that throws is a meter that does not work. */
export async function tried(meter: EnergyMeter, host: Host): Promise<Probe> {
  try {
    return await meter.probe(host);
  } catch (error) {
    return { works: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
