import path from "node:path";
import type { Load } from "../execute/load.ts";
import type { StageLoads } from "../execute/stages.ts";
import { fakeHost } from "../meter/host.support.ts";
import type { EnergyMeter, OpenMeter, Reading } from "../meter/meter.ts";
import type { Environment, MeterRecord } from "../run.ts";
import type { Joules, Nanoseconds, Seconds, Watts } from "../units.ts";
import type { CalibrateContext, CalibrateFlags } from "./calibrate.ts";

/** Watts of the processor by what keeps the machine busy, and the share of its four processors in use. */
const WATTS = { nothing: 10, half: 35, full: 60, model: 48 };
const BUSY = { nothing: 0, half: 0.5, full: 1, model: 0.25 };
type Work = keyof typeof WATTS;

export const CPUS = 4;
export const environment: Environment = {
  perjoule: "0",
  node: "v20",
  platform: "linux",
  arch: "x64",
  kernel: "6.1",
  cpu_model: "A Processor",
  cpus: CPUS,
  memory_bytes: 2 ** 30,
};

export const recordOf = (id: MeterRecord["id"], more: Partial<MeterRecord> = {}): MeterRecord => ({
  id,
  source: `${id}:fake`,
  domain: "cpu",
  boundary: "cpu_package",
  grade: "A",
  period: 0.001,
  quantum: 61e-6,
  error: 0.05,
  shortest: 0.5,
  flags: [],
  ...more,
});

export interface FakeMachine {
  readonly context: CalibrateContext;
  /** Where its calibration is stored. */
  readonly config: string;
  /** What was printed, and what was said meanwhile. */
  readonly printed: string[];
  readonly notes: string[];
  /** What was done, in order: loads, meters. */
  readonly log: string[];
}

export interface FakeMachineOptions {
  /** Watts at the wall at so many watts of the processor. */
  readonly wall?: (watts: Watts) => Watts;
  /** What works on it; by default a counter of the processor. */
  readonly meters?: readonly MeterRecord[];
  /** What the user types, by stage; without it nobody can be asked. */
  readonly typing?: (question: string) => string;
  /** Called with every span that passes. */
  readonly whilePassing?: (now: Seconds, work: Work) => void;
  readonly signal?: AbortSignal;
  readonly isBroken?: (id: string, work: Work) => boolean;
  readonly withModel?: boolean;
}

/** A machine whose power is a straight line from the processor's to the wall's, on a clock that moves when it is told to. */
export function fakeMachine(options: FakeMachineOptions = {}): FakeMachine {
  const wall = options.wall ?? ((watts) => 1.2 * watts + 18);
  const log: string[] = [];
  const printed: string[] = [];
  const notes: string[] = [];
  let work: Work = "nothing";
  let [cpuJoules, wallJoules, used, now]: [Joules, Joules, Nanoseconds, Seconds] = [0, 0, 0, 0];
  const host = fakeHost({
    whilePassing(seconds) {
      cpuJoules += WATTS[work] * seconds;
      wallJoules += wall(WATTS[work]) * seconds;
      used += BUSY[work] * CPUS * seconds * 1e9;
      now += seconds;
      options.whilePassing?.(now, work);
    },
  });
  host.write("/etc/machine-id", "0123456789abcdef0123456789abcdef");
  const config = path.join(host.root, "config");
  const withConfig = { ...host, env: { PERJOULE_CONFIG: config } };

  const load = (kind: Work) => (): Promise<Load> => {
    log.push(`start ${kind}`);
    work = kind;
    return Promise.resolve({
      cpu: () => Promise.resolve(used),
      stop() {
        log.push(`stop ${kind}`);
        work = "nothing";
        return Promise.resolve();
      },
    });
  };
  const loads: StageLoads = {
    half: load("half"),
    full: load("full"),
    ...(options.withModel === false ? {} : { model: load("model") }),
  };
  const meterOf = (record: MeterRecord): EnergyMeter => ({
    id: record.id,
    about: "fake",
    domain: record.domain,
    probe: () => Promise.resolve({ works: true, record, open: () => Promise.resolve(open(record)) }),
  });
  const open = (record: MeterRecord): OpenMeter => ({
    record,
    read(): Promise<Reading | undefined> {
      if (options.isBroken?.(record.id, work) === true) return Promise.resolve(undefined);
      const joules = record.id === "wall" ? wallJoules : cpuJoules;
      return Promise.resolve({ at: host.clock(), edge: record.period * 1e9, joules, breaks: 0 });
    },
    close() {
      log.push(`close ${record.id}`);
      return Promise.resolve();
    },
  });
  const context: CalibrateContext = {
    meters: (options.meters ?? [recordOf("rapl")]).map(meterOf),
    wallMeter: (address) =>
      meterOf(recordOf("wall", { source: `wall:${address}`, domain: "system", boundary: "wall", error: 0.01 })),
    host: withConfig,
    environment,
    loads,
    now: () => new Date("2026-03-01T12:00:00Z"),
    ...(options.typing === undefined
      ? {}
      : { ask: (question: string) => Promise.resolve().then(() => options.typing?.(question) ?? "") }),
    stdout: (text) => void printed.push(text),
    note: (text) => void notes.push(text),
    signal: options.signal ?? new AbortController().signal,
  };
  return { context, config, printed, notes, log };
}

export const flags = (more: Partial<CalibrateFlags> = {}): CalibrateFlags => ({
  seconds: 20,
  meter: "auto",
  model: true,
  json: false,
  ...more,
});
