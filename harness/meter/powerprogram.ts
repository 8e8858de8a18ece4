import type { MeterRecord } from "../run.ts";
import type { Nanoseconds, Seconds, Watts } from "../units.ts";
import { sleepWatch, together } from "./counter.ts";
import type { Host } from "./host.ts";
import { integrator } from "./integrate.ts";
import { IMPLAUSIBLE_WATTS, type OpenMeter, type Reading } from "./meter.ts";

/** Power of one part of the machine in one line of a program's output; undefined where the program could not tell. */
export interface PowerSample {
  readonly part: string;
  readonly watts: Watts | undefined;
}

/** A program that tells power line by line until it is stopped. */
export interface PowerProgram {
  readonly program: string;
  readonly args: readonly string[];
  /** The parts whose sum is wanted; lines of other parts are left out. */
  readonly parts: readonly string[];
  /** Time between two samples that it was asked for. */
  readonly every: Seconds;
  /** How long ago its power was true, in the mean: half of the span that it averages over. */
  readonly lag: Seconds;
  /** Samples so soon after the first one are left out. */
  readonly settling: Seconds;
  /** Gives a function for the lines of one run of the program: lines may belong together. */
  parser(): (line: string) => PowerSample | undefined;
}

/** A program that reaches a driver first may take this long until its first line. */
const START: Seconds = 10;
const PROBE_SAMPLES = 4;

export type PowerTried =
  | {
      /** Mean power of the parts that tell one. */
      readonly watts: ReadonlyMap<string, Watts>;
      /** Time between two samples of a part as it really is: asking several boards takes longer. */
      readonly period: Seconds;
    }
  | { readonly reason: string };

/** Functional test: the program must tell a power, of a size that a machine draws, several times. */
export async function tryPowerProgram(host: Host, program: PowerProgram): Promise<PowerTried> {
  const seen = new Map(program.parts.map((part) => [part, [] as { watts: Watts | undefined; at: Nanoseconds }[]]));
  const parse = program.parser();
  const stream = host.stream(program.program, program.args, (line) => {
    const sample = parse(line);
    if (sample !== undefined) seen.get(sample.part)?.push({ watts: sample.watts, at: host.clock() });
  });
  const isEnough = (): boolean => [...seen.values()].every((samples) => samples.length >= PROBE_SAMPLES);
  await until(host, START, () => isEnough() || stream.ended() !== undefined);
  const ended = stream.ended();
  stream.stop();
  if (ended !== undefined) return { reason: ended };
  const watts = new Map<string, Watts>();
  for (const [part, samples] of seen) {
    const told = samples.flatMap(({ watts: power }) => (power !== undefined && power >= 0 ? power : []));
    const mean = told.reduce((sum, value) => sum + value, 0) / told.length;
    if (told.length >= 2 && mean > 0 && mean < IMPLAUSIBLE_WATTS) watts.set(part, mean);
  }
  if (watts.size === 0) return { reason: `${program.program} tells no power within ${START} s` };
  return { watts, period: Math.max(program.every, ...[...watts.keys()].map((part) => spacing(seen.get(part) ?? []))) };
}

function spacing(samples: readonly { at: Nanoseconds }[]): Seconds {
  const [first, last] = [samples[0], samples.at(-1)];
  return first === undefined || last === undefined || samples.length < 2
    ? 0
    : (last.at - first.at) / 1e9 / (samples.length - 1);
}

/** Opens such a program as a meter. It is ready when it gives readings, or will not: it ended or told nothing in time. */
export async function openPowerProgram(host: Host, record: MeterRecord, program: PowerProgram): Promise<OpenMeter> {
  const sums = new Map(
    program.parts.map((part) => [part, integrator({ period: record.period, most: IMPLAUSIBLE_WATTS })]),
  );
  const parse = program.parser();
  const slept = sleepWatch(host);
  let settled: Nanoseconds | undefined;
  const stream = host.stream(program.program, program.args, (line) => {
    const sample = parse(line);
    if (sample === undefined) return;
    const now = host.clock();
    settled ??= now + program.settling * 1e9;
    if (now < settled) return;
    if (slept()) for (const sum of sums.values()) sum.break();
    sums.get(sample.part)?.add(sample.watts, now - program.lag * 1e9);
  });
  // A program that hangs would otherwise give its last reading for ever.
  const longest = (Math.max(5 * record.period, 1) + program.lag) * 1e9;
  const read = (): Reading | undefined => {
    if (stream.ended() !== undefined) return undefined;
    const reading = together([...sums.values()].map((sum) => sum.read()));
    return reading === undefined || host.clock() - reading.at > longest ? undefined : reading;
  };
  await until(host, START + program.settling, () => read() !== undefined || stream.ended() !== undefined);
  return {
    record,
    read: () => Promise.resolve(read()),
    close() {
      stream.stop();
      return Promise.resolve();
    },
  };
}

async function until(host: Pick<Host, "clock" | "sleep">, longest: Seconds, isSo: () => boolean): Promise<void> {
  const end = host.clock() + longest * 1e9;
  while (!isSo() && host.clock() < end) await host.sleep(0.05);
}
