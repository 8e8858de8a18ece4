import { modelledEnergy, modelRecord, powerModel, statedEnergy } from "../meter/estimate.ts";
import type { IdleObservation } from "../observation.ts";
import { present } from "../present.ts";
import type { Calibration, Cell, Grade, MeterRecord, Run } from "../run.ts";
import { type Interval, logNormal95 } from "../stats/interval.ts";
import { calibrated } from "./calibrated.ts";
import type { EnergySource } from "./source.ts";
import { type Block, idlePower, type IdlePower, modelEnergy, readEnergy, type WindowEnergy } from "./windows.ts";

/**
 * Two programs at equal utilisation need not draw equal power: what a model of utilisation leaves open between them, as a
 * factor on the ratio of their energies. A judgement.
 */
export const WORKLOAD: Interval = { low: 0.75, high: 1.33 };

/** Every source of a cell's energy that covers the device it ran on, best first. */
export function sourcesOf(run: Run, cell: Cell, idle: readonly IdleObservation[]): EnergySource[] {
  const all = metersOf(run).map((meter) => sourceOf(run, meter, cell, idle));
  const of = (domain: MeterRecord["domain"]): EnergySource[] =>
    all.flatMap(({ source, meter }) => (meter.domain === domain ? [source] : []));
  if (cell.device === "cpu") return [...of("system"), ...atTheWall(all, run.calibration), ...of("cpu")];
  const counted = of("cpu").filter((source) => source.counts);
  const together = of("gpu").flatMap((gpu) => counted.map((cpu) => sumOf(gpu, cpu)));
  return [...of("system"), ...together, ...of("gpu")];
}

/** Sources that a calibration takes to the wall. It was made with the processor's load, so it says nothing of a device. */
function atTheWall(
  all: readonly { readonly meter: MeterRecord; readonly source: EnergySource }[],
  calibration: Calibration | undefined,
): EnergySource[] {
  if (calibration === undefined) return [];
  return all.flatMap(({ meter, source }) =>
    meter.id === calibration.meter && meter.source === calibration.source ? [calibrated(source, calibration)] : [],
  );
}

/** Runs older than the meters had the model, or nothing. */
function metersOf(run: Run): readonly MeterRecord[] {
  if (run.meters !== undefined) return run.meters;
  return run.plan.meter === "none" ? [] : [modelRecord(run.environment)];
}

function sourceOf(
  run: Run,
  meter: MeterRecord,
  cell: Cell,
  idle: readonly IdleObservation[],
): { meter: MeterRecord; source: EnergySource } {
  const { grade, boundary, source, shortest, flags } = meter;
  const known = { meter: meter.id, grade, boundary, source, shortest, flags };
  if (meter.id === "model") {
    const model = powerModel(run.environment);
    const { grossFactor: factor, marginalFactor } = model;
    const energyOf = (blocks: readonly Block[]): WindowEnergy[] =>
      modelEnergy(blocks, (wall, cpu) => modelledEnergy(model, wall, cpu));
    return { meter, source: { ...known, counts: false, factor, marginalFactor, workload: WORKLOAD, energyOf } };
  }
  const stated = run.plan.cpu_watts;
  if (meter.id === "constant" && stated !== undefined) {
    const certain = { low: 1, high: 1 };
    const energyOf = (blocks: readonly Block[]): WindowEnergy[] =>
      modelEnergy(blocks, (wall, cpu) => statedEnergy(stated, run.environment.cpus, wall, cpu));
    return {
      meter,
      source: { ...known, counts: false, factor: certain, marginalFactor: certain, workload: WORKLOAD, energyOf },
    };
  }
  const factor = logNormal95(meter.error);
  const power = (state: IdleObservation["state"]): IdlePower | undefined =>
    idlePower(
      idle.filter((one) => one.state === state && (state === "bare" || one.cells.includes(cell.key))),
      meter,
      run.environment,
    );
  const [idleLoaded, idleBare] = [power("loaded"), power("bare")];
  return {
    meter,
    source: present({
      ...known,
      counts: true,
      factor,
      marginalFactor: factor,
      idleBare,
      idleLoaded,
      energyOf: (blocks: readonly Block[]) => readEnergy(blocks, meter, { loaded: idleLoaded, bare: idleBare }),
    }),
  };
}

/** A device and the processors beside it, whose boundaries do not meet. */
function sumOf(device: EnergySource, cpu: EnergySource): EnergySource {
  const wider = (a: Interval, b: Interval): Interval => ({
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
  });
  const power = (a: IdlePower | undefined, b: IdlePower | undefined): IdlePower | undefined =>
    a && b && { watts: a.watts + b.watts, half: Math.hypot(a.half, b.half) };
  return present({
    meter: `${cpu.meter}+${device.meter}`,
    grade: worse(device.grade, cpu.grade),
    boundary: `${cpu.boundary}+${device.boundary}`,
    source: `${cpu.source} ${device.source}`,
    counts: true,
    factor: wider(device.factor, cpu.factor),
    marginalFactor: wider(device.marginalFactor, cpu.marginalFactor),
    shortest: Math.max(device.shortest, cpu.shortest),
    flags: [...cpu.flags, ...device.flags],
    idleBare: power(device.idleBare, cpu.idleBare),
    idleLoaded: power(device.idleLoaded, cpu.idleLoaded),
    energyOf(blocks: readonly Block[]) {
      const ofCpu = new Map(cpu.energyOf(blocks).map((window) => [window.block, window]));
      return device.energyOf(blocks).flatMap((window) => {
        const other = ofCpu.get(window.block);
        return other === undefined ? [] : [sumOfWindows(window, other)];
      });
    },
  });
}

function sumOfWindows(a: WindowEnergy, b: WindowEnergy): WindowEnergy {
  const marginal = a.marginal === undefined || b.marginal === undefined ? undefined : a.marginal + b.marginal;
  return present({ block: a.block, gross: a.gross + b.gross, marginal, error: Math.hypot(a.error, b.error) });
}

function worse(a: Grade, b: Grade): Grade {
  return a > b ? a : b;
}
