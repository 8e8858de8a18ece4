import type { ModelledEnergy } from "../meter/estimate.ts";
import type { Answer, Failure, IdleObservation, Metered, WindowObservation } from "../observation.ts";
import { present } from "../present.ts";
import type { Environment, MeterRecord } from "../run.ts";
import { t95 } from "../stats/student.ts";
import { type Joules, type Nanoseconds, type Seconds, secondsFrom, type Watts } from "../units.ts";
import { groupBy } from "./group.ts";

/** A question that was put inside a window, whatever came of it. Its failure takes time and energy too. */
export type Put = Answer | FailedPut;
type FailedPut = Failure & { readonly question: string; readonly window: number };

export function wasPut(failure: Failure): failure is FailedPut {
  return failure.question !== undefined && failure.window !== undefined;
}

export function timeOf(put: Put): Nanoseconds {
  return put.kind === "answer" ? put.timing.latency : (put.latency ?? 0);
}

/** A measured window and what was put in it, by trial and number. */
export interface Block {
  readonly window: WindowObservation;
  readonly puts: readonly Put[];
  /** Wall time of one round of its questions. */
  readonly seconds: Seconds;
}

export function blocksOf(windows: readonly WindowObservation[], puts: readonly Put[]): Block[] {
  const key = (at: { trial: number; window: number }): string => `${at.trial}/${at.window}`;
  const inWindow = groupBy(puts, key);
  return windows.flatMap((window) => {
    const inside = inWindow.get(key(window));
    return inside === undefined
      ? []
      : [{ window, puts: inside, seconds: secondsFrom(window.wall) / (window.rounds ?? 1) }];
  });
}

/** Each put's share of its window's wall time; the loop between questions is shared with them. */
export function shareOf(block: Block, put: Put): number {
  const busy = block.puts.reduce((sum, other) => sum + timeOf(other), 0);
  return busy > 0 ? timeOf(put) / busy : 1 / block.puts.length;
}

/** Energy of one round of a window's questions. */
export interface WindowEnergy {
  readonly block: Block;
  readonly gross: Joules;
  /** Above the power of the same machine with the same models loaded and nothing asked. Absent where that is not known. */
  readonly marginal?: Joules;
  /** One standard deviation of what the edges and the steps of the counter leave open. */
  readonly error: Joules;
}

/** Mean idle power, and half the width of its 95 % interval. */
export interface IdlePower {
  readonly watts: Watts;
  readonly half: Watts;
}

/** Shares of the machine's processor time above which a window is not the model's alone. */
const OTHERS = 0.05;
const STOLEN = 0.01;
/** Processor time is counted in hundredths of a second: two of them say nothing. */
const COUNTING_NS = 2e7;

/** Whether other programs, the hypervisor or the processor's own throttle took part in a window. */
export function isContaminated(
  at: Pick<WindowObservation, "wall" | "stolen" | "others" | "throttled">,
  cpus: number,
): boolean {
  const all = at.wall * cpus;
  return (
    at.throttled === true ||
    (at.stolen ?? 0) > STOLEN * all + COUNTING_NS ||
    (at.others ?? 0) > OTHERS * all + COUNTING_NS
  );
}

/** Whether the system told anything of what else went on. */
export function isWatched(at: Pick<WindowObservation, "stolen" | "others" | "throttled">): boolean {
  return at.stolen !== undefined || at.others !== undefined || at.throttled !== undefined;
}

/** Idle power by one meter; idle windows in which others worked are no idle windows. */
export function idlePower(
  idle: readonly IdleObservation[],
  meter: MeterRecord,
  environment: Environment,
): IdlePower | undefined {
  const clean = idle.flatMap((one) => (isContaminated(one, environment.cpus) ? [] : (one.energy?.[meter.id] ?? [])));
  const seconds = clean.reduce((sum, { wall }) => sum + secondsFrom(wall), 0);
  if (!(seconds > 0)) return undefined;
  const watts = clean.reduce((sum, { joules }) => sum + joules, 0) / seconds;
  const squares = clean.reduce((sum, { joules, wall }) => sum + (joules - watts * secondsFrom(wall)) ** 2, 0);
  const n = clean.length;
  const half =
    n > 1
      ? (t95(n - 1) * Math.sqrt((squares * n) / (n - 1))) / seconds
      : (2 * clean.reduce((sum, one) => sum + edgeError(one, meter), 0)) / seconds;
  return { watts, half };
}

/**
 * Energy of every block by a meter that was read. Readings bracket the work, so what lies between them and the work is
 * taken off at idle power, loaded or else bare; where neither is known at the mean power of the reading, which is too much. A block without a reading gives nothing, never 0.
 */
export function readEnergy(
  blocks: readonly Block[],
  meter: MeterRecord,
  { loaded: idle, bare }: { readonly loaded?: IdlePower | undefined; readonly bare?: IdlePower | undefined },
): WindowEnergy[] {
  return blocks.flatMap((block) => {
    const metered = block.window.energy?.[meter.id];
    if (metered === undefined) return [];
    const rounds = block.window.rounds ?? 1;
    const read = secondsFrom(metered.wall);
    const wall = secondsFrom(block.window.wall);
    const outside = (idle?.watts ?? bare?.watts ?? metered.joules / read) * Math.max(0, read - wall);
    const gross = Math.max(0, metered.joules - outside);
    return present({
      block,
      gross: gross / rounds,
      marginal: idle === undefined ? undefined : (gross - idle.watts * wall) / rounds,
      error: edgeError(metered, meter) / rounds,
    });
  });
}

/** Two independent edges, each uniform over its width, and two roundings to the counter's step. */
function edgeError({ joules, wall, edge }: Metered, { quantum }: MeterRecord): Joules {
  return Math.hypot((joules / wall) * edge, quantum) / Math.sqrt(6);
}

/** Energy of every block by a model of power, from wall and processor time. A block without processor time gives nothing. */
export function modelEnergy(
  blocks: readonly Block[],
  model: (wall: Seconds, cpu: Seconds) => ModelledEnergy,
): WindowEnergy[] {
  return blocks.flatMap((block) => {
    const { wall, cpu, rounds = 1 } = block.window;
    if (cpu === undefined) return [];
    const { gross, marginal } = model(secondsFrom(wall), secondsFrom(cpu));
    return [{ block, gross: gross / rounds, marginal: marginal / rounds, error: 0 }];
  });
}
