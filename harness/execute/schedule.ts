import type { Measured, Metering } from "../meter/metering.ts";
import { monotonic } from "../meter/stopwatch.ts";
import type { Observation } from "../observation.ts";
import { present } from "../present.ts";
import type { Cell, Plan } from "../run.ts";
import { type Random, seeded, shuffled } from "../stats/random.ts";
import type { Question } from "../task.ts";
import type { Bytes, Nanoseconds } from "../units.ts";
import { watchIdle } from "./idle.ts";
import type { Isolate } from "./isolate.ts";
import type { BlockResult, Opening } from "./messages.ts";

/** At least so many windows a pass, so that their spread can be seen. */
export const WINDOWS_PER_PASS = 5;
/** A crash loses one window at most, so no window is planned longer than this, unless the meter needs it. */
const LONGEST_WINDOW_NS = 30e9;
/** Idle windows before a run, and before and after every heat: enough to see their spread. */
const BARE_IDLE_WINDOWS = 5;
const LOADED_IDLE_WINDOWS = 3;
/** Idle power drifts with temperature: it is looked at again after so long. */
const IDLE_EVERY_NS = 300e9;

export interface Schedule {
  readonly plan: Pick<Plan, "trials" | "seed" | "warmup">;
  readonly cells: readonly Cell[];
  questionsOf(cell: Cell): readonly Question[];
  /** How often a trial asks each of its questions, each time in a fresh process. */
  repeatsOf(cell: Cell): number;
  openingOf(cell: Cell, trial: number): Omit<Opening, "type" | "warmup">;
  /** Memory that a cell's weights take; cells that would not fit side by side run one after another. */
  weightOf(cell: Cell): Bytes;
  readonly memory: Bytes;
  readonly metering: Metering;
  /** What the next measured window should last at least: a meter that was lost needs no long ones. */
  least(): Nanoseconds;
  start(): Isolate;
  /** Called between windows only. */
  record(observations: readonly Observation[]): void;
  onProgress(done: number, cell: Cell): void;
  readonly signal?: AbortSignal;
}

/**
 * Runs every cell, each pass in a fresh process. Cells on the same task stand side by side and answer window by window
 * in turn (A B C, C A B, ...), in an order that the seed decides, so that a drift of the machine meets all of them
 * alike. A cell that fails takes nothing with it.
 */
export async function runSchedule(schedule: Schedule): Promise<void> {
  const random = seeded(schedule.plan.seed);
  await watchIdle(schedule, { state: "bare", cells: [], trial: 0 }, BARE_IDLE_WINDOWS);
  const passesOf = (cell: Cell): number => schedule.plan.trials * schedule.repeatsOf(cell);
  const passes = Math.max(...schedule.cells.map(passesOf));
  for (let trial = 0; trial < passes; trial++) {
    const cells = schedule.cells.filter((cell) => trial < passesOf(cell));
    for (const heat of shuffled(heats({ ...schedule, cells }), random)) {
      // A generator of its own: how many windows a heat takes must not decide the order of the next one.
      await runHeat(schedule, heat, trial, seeded(Math.floor(random() * 2 ** 32)));
    }
  }
}

/** Cells that run side by side: the same task, and weights that fit in half of the memory together. */
export function heats(schedule: Pick<Schedule, "cells" | "weightOf" | "memory">): Cell[][] {
  const out: Cell[][] = [];
  const open = new Map<string, { cells: Cell[]; weight: number }>();
  for (const cell of schedule.cells) {
    const weight = schedule.weightOf(cell);
    const heat = open.get(cell.task);
    if (heat !== undefined && heat.weight + weight <= schedule.memory / 2) {
      heat.cells.push(cell);
      heat.weight += weight;
    } else {
      const fresh = { cells: [cell], weight };
      open.set(cell.task, fresh);
      out.push(fresh.cells);
    }
  }
  return out;
}

const watchLoaded = (schedule: Schedule, passes: readonly Pass[], trial: number, windows: number): Promise<void> =>
  watchIdle(schedule, { state: "loaded", cells: passes.map((pass) => pass.cell.key), trial }, windows);

/** One pass of one cell: its process and the questions it has not been asked yet. */
interface Pass {
  readonly cell: Cell;
  readonly process: Isolate;
  left: readonly Question[];
  /** Questions in its next window. */
  size: number;
  windows: number;
}

async function runHeat(schedule: Schedule, heat: readonly Cell[], trial: number, random: Random): Promise<void> {
  const stopped = (): boolean => schedule.signal?.aborted === true;
  const opened: Pass[] = [];
  try {
    for (const cell of shuffled(heat, random)) {
      if (stopped()) return;
      const pass = await openPass(schedule, cell, trial);
      if (pass !== undefined) opened.push(pass);
    }
    await watchLoaded(schedule, opened, trial, LOADED_IDLE_WINDOWS);
    let watched = monotonic();
    let running = opened;
    while (running.length > 0 && !stopped()) {
      const going: Pass[] = [];
      for (const pass of shuffled(running, random)) {
        if (!stopped() && (await askNext(schedule, pass, trial))) going.push(pass);
      }
      running = going;
      if (monotonic() - watched > IDLE_EVERY_NS) {
        await watchLoaded(schedule, opened, trial, 1);
        watched = monotonic();
      }
    }
    await watchLoaded(schedule, opened, trial, LOADED_IDLE_WINDOWS);
    for (const pass of opened) if (pass.left.length === 0) await closePass(schedule, pass, trial);
  } finally {
    for (const pass of opened) pass.process.kill();
  }
}

async function openPass(schedule: Schedule, cell: Cell, trial: number): Promise<Pass | undefined> {
  const questions = schedule.questionsOf(cell);
  const process = schedule.start();
  try {
    const opened = await process.request({
      type: "open",
      ...schedule.openingOf(cell, trial),
      warmup: warmupOf(questions, schedule.plan.warmup),
    });
    const { load, first_answer } = opened;
    schedule.record([present({ kind: "load" as const, cell: cell.key, trial, load, first_answer })]);
    return {
      cell,
      process,
      left: questions,
      size: windowSize(schedule, questions.length / WINDOWS_PER_PASS, first_answer),
      windows: 0,
    };
  } catch (error) {
    giveUp(schedule, cell, trial, process, error, questions.length);
    return undefined;
  }
}

/** So many questions as are wanted, but no more than fit in the longest window; at least one. */
function windowSize(schedule: Schedule, wanted: number, perAnswer: Nanoseconds = 0): number {
  const fitting = perAnswer > 0 ? Math.max(LONGEST_WINDOW_NS, schedule.least()) / perAnswer : Infinity;
  return Math.max(1, Math.floor(Math.min(wanted, fitting)));
}

/** Warm-up asks the task's last questions: the same shapes, and the ones that come longest after. */
function warmupOf(questions: readonly Question[], count: number): Question[] {
  return Array.from({ length: count }, (_, i) => questions.at(-1 - (i % questions.length)) as Question);
}

/** Asks the next window of a pass; false when the pass is over, well or badly. */
async function askNext(schedule: Schedule, pass: Pass, trial: number): Promise<boolean> {
  const questions = pass.left.slice(0, pass.size);
  try {
    const end = await schedule.metering.begin();
    const block = await pass.process.request({ type: "block", questions: [...questions], least: schedule.least() });
    schedule.record(observationsOf(block, await end(block.cpu), pass, trial));
    pass.windows++;
    pass.left = pass.left.slice(questions.length);
    pass.size = windowSize(schedule, pass.size, block.wall / block.rounds / questions.length);
    schedule.onProgress(questions.length, pass.cell);
    return pass.left.length > 0;
  } catch (error) {
    giveUp(schedule, pass.cell, trial, pass.process, error, pass.left.length);
    return false;
  }
}

/** Ends a pass that has asked everything. It is over already: that it would not end in good order costs its peak memory only. */
async function closePass(schedule: Schedule, { process, cell }: Pass, trial: number): Promise<void> {
  const closed = await process.request({ type: "close" }).catch(() => undefined);
  if (closed === undefined) return;
  const { peak_memory_bytes } = closed;
  schedule.record([present({ kind: "close" as const, cell: cell.key, trial, peak_memory_bytes })]);
}

function giveUp(
  schedule: Schedule,
  cell: Cell,
  trial: number,
  process: Isolate,
  error: unknown,
  unanswered: number,
): void {
  process.kill();
  const reason = error instanceof Error ? error.message : String(error);
  schedule.record([{ kind: "failure", cell: cell.key, trial, reason }]);
  schedule.onProgress(unanswered, cell);
}

function observationsOf(block: BlockResult, measured: Measured, pass: Pass, trial: number): Observation[] {
  const where = { cell: pass.cell.key, trial };
  const answers = block.answers.map((answer): Observation => {
    if (answer.outcome === "failed") {
      const { outcome: _, ...failure } = answer;
      return { kind: "failure", ...where, window: pass.windows, ...failure };
    }
    const { outcome: _, ...own } = answer;
    return { kind: "answer", ...where, window: pass.windows, ...own };
  });
  const { wall, cpu, rounds } = block;
  const window = present({
    kind: "window" as const,
    ...where,
    window: pass.windows,
    answers: block.answers.length,
    rounds: rounds > 1 ? rounds : undefined,
    wall,
    cpu,
    ...measured,
  });
  return [...answers, window];
}
