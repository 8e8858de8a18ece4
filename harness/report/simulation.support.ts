import { metering, type Metering } from "../meter/metering.ts";
import type { OpenMeter } from "../meter/meter.ts";
import type { Answer, Observation } from "../observation.ts";
import type { MeterRecord, Run } from "../run.ts";
import { normal } from "../stats/normal.ts";
import type { Random } from "../stats/random.ts";
import type { Joules, Seconds, Watts } from "../units.ts";
import { asked, cellOf, runOf } from "./run.support.ts";

/** A machine whose power is known at every moment, and a counter of it that ticks, jitters and has a gain of its own. */
export interface SimulatedMachine {
  pass(seconds: Seconds, watts: Watts): void;
  now(): number;
  readonly metering: Metering;
}

export const COUNTER: MeterRecord = {
  id: "nvml",
  source: "simulated",
  domain: "cpu",
  boundary: "cpu_package",
  grade: "A",
  period: 0.1,
  quantum: 1e-3,
  error: 0.05,
  shortest: 0,
  flags: [],
};

export const IDLE: Watts = 60;

/** `jitter` is the share of its period by which each tick may come early or late. */
export function simulatedMachine(record: MeterRecord, random: Random, jitter = 0.2): SimulatedMachine {
  let time = 1_000;
  let joules: Joules = 0;
  let counted: Joules = 0;
  let tick = time + record.period * random();
  const gain = Math.exp(record.error * normal(random));
  const pass = (seconds: Seconds, watts: Watts): void => {
    const end = time + seconds;
    while (tick <= end) {
      joules += watts * (tick - time);
      time = tick;
      counted = Math.floor((gain * joules) / record.quantum) * record.quantum;
      tick += record.period * (1 + jitter * (2 * random() - 1));
    }
    joules += watts * (end - time);
    time = end;
  };
  const now = (): number => Math.round(time * 1e9);
  const edge = record.period * 1e9;
  const meter: OpenMeter = {
    record,
    read: () => Promise.resolve({ at: now() - edge / 2, edge, joules: counted, breaks: 0 }),
    close: () => Promise.resolve(),
  };
  const host = {
    clock: now,
    sleep(seconds: Seconds) {
      // A timer never fires on the dot.
      pass(seconds * (1 + 0.1 * random()), IDLE);
      return Promise.resolve();
    },
    read(): string {
      throw new Error("no such file");
    },
    list: () => [],
  };
  return { pass, now, metering: metering([meter], host as never) };
}

/** Power above idle while a prompt is read, while tokens are written, and around each question. */
const PREFILL: Watts = 80;
const DECODE: Watts = 40;
const AROUND: Watts = 30;
const PER_PROMPT_TOKEN: Seconds = 5e-4;
const PER_OUTPUT_TOKEN: Seconds = 18e-3;
const PER_QUESTION: Seconds = 5e-4;

/** Joules of one more prompt token, output token and question: what a regression should find. */
export const TRUE_COEFFICIENTS = {
  promptToken: PREFILL * PER_PROMPT_TOKEN,
  outputToken: DECODE * PER_OUTPUT_TOKEN,
  question: AROUND * PER_QUESTION,
};

interface SimulatedQuestion {
  readonly prompt: number;
  readonly output: number;
  readonly right: boolean;
}

/** Answers of 2 ms to 2 s: 3 to 400 prompt tokens and 1 to 100 output tokens, short ones more often. Long ones are more often wrong. */
export function drawQuestion(random: Random): SimulatedQuestion {
  const logUniform = (low: number, high: number): number => Math.round(low * (high / low) ** random());
  const output = logUniform(1, 100);
  return { prompt: logUniform(3, 400), output, right: random() < 0.9 - 0.004 * output };
}

export const marginalOf = ({ prompt, output }: SimulatedQuestion): Joules =>
  TRUE_COEFFICIENTS.promptToken * prompt + TRUE_COEFFICIENTS.outputToken * (output - 1) + TRUE_COEFFICIENTS.question;

export const secondsOf = ({ prompt, output }: SimulatedQuestion): Seconds =>
  PER_PROMPT_TOKEN * prompt + PER_OUTPUT_TOKEN * (output - 1) + PER_QUESTION;

/** A whole run on such a machine, recorded as the harness records it: idle, then windows of questions, then idle. */
export async function simulatedRun(
  record: MeterRecord,
  random: Random,
  windows: number,
  perWindow: number,
): Promise<{ run: Run; observations: Observation[] }> {
  const machine = simulatedMachine(record, random);
  const cell = cellOf("a").key;
  const observations: Observation[] = [];
  const idle = async (state: "bare" | "loaded", count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const end = await machine.metering.begin();
      const start = machine.now();
      machine.pass(4, IDLE);
      const wall = machine.now() - start;
      observations.push({ kind: "idle", state, cells: [cell], trial: 0, wall, ...(await end(0)) });
    }
  };
  await idle("bare", 5);
  await idle("loaded", 3);
  for (let window = 0; window < windows; window++) {
    const end = await machine.metering.begin();
    machine.pass(0.002 * random(), IDLE);
    const start = machine.now();
    const answers: Answer[] = [];
    for (let i = 0; i < perWindow; i++) answers.push(answer(machine, drawQuestion(random), `q${window}-${i}`, window));
    const wall = machine.now() - start;
    machine.pass(0.002 * random(), IDLE);
    observations.push(...asked(answers.map(({ question: id }) => ({ id, prompt: "?", target: "yes" }))));
    const measured = await end(undefined);
    observations.push(...answers, { kind: "window", cell, trial: 0, window, answers: perWindow, wall, ...measured });
  }
  await idle("loaded", 3);
  return { run: runOf({ meters: [record] }), observations };
}

function answer(machine: SimulatedMachine, drawn: SimulatedQuestion, question: string, window: number): Answer {
  const start = machine.now();
  machine.pass(PER_QUESTION, IDLE + AROUND);
  machine.pass(PER_PROMPT_TOKEN * drawn.prompt, IDLE + PREFILL);
  machine.pass(PER_OUTPUT_TOKEN * (drawn.output - 1), IDLE + DECODE);
  const latency = machine.now() - start;
  return {
    kind: "answer",
    cell: cellOf("a").key,
    trial: 0,
    window,
    question,
    output: {
      type: "generation",
      text: drawn.right ? "yes" : "no",
      tokens: Array.from({ length: drawn.output }, () => 0),
      finish: "stop",
    },
    prompt_tokens: drawn.prompt,
    timing: { tokenized: 0, tokens: Array.from({ length: drawn.output }, () => latency), latency },
  };
}
