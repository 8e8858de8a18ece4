import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { CheckedPlan } from "./checkplan.ts";
import { openingOf } from "./opening.ts";
import { booksWith, priceHash } from "../cost/book.ts";
import { computingVariables } from "../engine/runtime.ts";
import { isolate } from "../execute/isolate.ts";
import { runSchedule } from "../execute/schedule.ts";
import { busyShare, environment } from "../meter/environment.ts";
import { loadCalibration } from "../meter/calibrationfile.ts";
import { type Host, thisHost } from "../meter/host.ts";
import { metering, type Metering, secondsLeast } from "../meter/metering.ts";
import { allMeters } from "../meter/meters.ts";
import { selectMeters, type Selection } from "../meter/select.ts";
import { withoutSecrets } from "../meter/wall/wall.ts";
import { present } from "../present.ts";
import { seedFrom } from "../stats/random.ts";
import { KEPT_CLAIMS } from "../report/claimsofrun.ts";
import { deriveReport, type Report } from "../report/derive.ts";
import { writeLmEval } from "../report/lmeval.ts";
import type { ReportFormat } from "../report/lmevalformat.ts";
import { describeMeters } from "../report/meternotes.ts";
import type { Cell, ClaimsRecord, Environment, Run } from "../run.ts";
import { createRunFolder, requireFreshFolder, type RunFolder, timestamp } from "../store/folder.ts";
import type { PreparedModel } from "../store/prepare.ts";
import { prepareCells, type PreparedCells } from "../store/preparecells.ts";
import { versions } from "../store/root.ts";
import { type Question, repeatsOf, type Task } from "../task.ts";

export interface RunOptions {
  /** The run's folder, new or empty. By default `results/<utc>-<name>` where the caller stands. */
  readonly out?: string;
  readonly name?: string;
  /** The command that repeats this run, for the record. */
  readonly command?: string;
  /** Another program's files, written besides the tables. */
  readonly format?: ReportFormat;
  /** The claims that it is made for, and the text of their file, which the run keeps. */
  readonly claims?: { readonly record: ClaimsRecord; readonly text: string };
  readonly onNote?: (note: string) => void;
  readonly onStart?: (answers: number, folder: string) => void;
  readonly onProgress?: (answers: number, cell: Cell) => void;
  /** Stops the run after the window under way. What was answered is kept and reported. */
  readonly signal?: AbortSignal;
}

export interface RunResult extends Report {
  readonly state: Run["state"];
}

/** Runs a plan and derives its report. A cell that fails is a row that says so; only what stops every cell throws. */
export async function run(checked: CheckedPlan, options: RunOptions = {}): Promise<RunResult> {
  const { plan } = checked;
  const created = new Date();
  const folder = options.out ?? path.join("results", `${timestamp(created)}-${options.name ?? "run"}`);
  requireFreshFolder(folder);
  const here = environment(versions());
  const host = thisHost();
  const meters = await selectMeters(plan, allMeters(present({ wall: plan.wall })), host, here);
  const reading = metering(meters.opened, host);
  try {
    return await runWith(checked, { ...options, out: folder }, { created, here, host, meters, reading });
  } finally {
    await reading.close();
  }
}

/** What a run was found to have before anything was written. */
interface Found {
  readonly created: Date;
  readonly here: Environment;
  readonly host: Host;
  readonly meters: Selection;
  readonly reading: Metering;
}

async function runWith(
  checked: CheckedPlan,
  options: RunOptions & { readonly out: string },
  { created, here, host, meters, reading }: Found,
): Promise<RunResult> {
  const { plan, tasks, cells } = checked;
  const folder = options.out;
  options.onNote?.(describeMeters(meters, plan, cells.length));
  const ready = await prepareCells(checked.models, checked.cells, options.onNote ?? (() => {}));

  const store = createRunFolder(folder);
  const recorded = present({ ...plan, wall: plan.wall && withoutSecrets(plan.wall) });
  const start: Run = {
    schema: 1,
    id: path.basename(path.resolve(folder)),
    created: created.toISOString(),
    state: "running",
    command: options.command ?? "",
    plan: recorded,
    cells: [...ready.cells],
    models: { ...ready.records },
    tasks: Object.fromEntries(
      [...tasks.values()].map(({ id, definition, sha256, questions, data, aggregates, absent }) => [
        id,
        present({
          definition,
          sha256,
          questions: questions.length,
          data: [...data],
          aggregates:
            aggregates && Object.fromEntries(Object.entries(aggregates).map(([name, list]) => [name, [...list]])),
          absent: absent && [...absent],
        }),
      ]),
    ),
    environment: present({ ...here, onnxruntime_env: computingVariables(), busy_before: await busyShare(0.5) }),
    meters: [...meters.records],
    ...calibrationFor(meters, host, here, options),
    ...present({ claims: options.claims?.record }),
    prices_sha256: priceHash(await booksWith(plan.prices)),
  };
  if (options.claims !== undefined) writeFileSync(path.join(folder, KEPT_CLAIMS), options.claims.text);
  store.save(start);
  const state = await measure(checked, ready, store, reading, options);
  store.save({ ...start, state, finished: new Date().toISOString() });
  const report = await deriveReport(folder, plan.prices);
  if (options.format !== undefined) for (const note of writeAs(options.format, report)) options.onNote?.(note);
  return { ...report, state };
}

/**
 * Writes a run's report into its folder in the format of another program, besides the tables that are there.
 *
 * @returns what a reader must know
 */
export function writeAs(format: ReportFormat, report: Report): readonly string[] {
  switch (format) {
    case "lm-eval":
      return writeLmEval(report);
  }
}

async function measure(
  { plan, tasks }: CheckedPlan,
  { cells, prepared }: PreparedCells,
  store: RunFolder,
  reading: Metering,
  options: RunOptions,
): Promise<Run["state"]> {
  for (const [task, { questions }] of tasks)
    store.append(questions.map((question) => ({ kind: "question", task, question })));
  const questionsOf = (cell: Cell): readonly Question[] => tasks.get(cell.task)?.questions ?? [];
  const repeats = (cell: Cell): number => repeatsOf((tasks.get(cell.task) as Task).definition);
  const told = new Set<string>();
  const onLost = (source: string): void => {
    if (!told.has(source))
      options.onNote?.(`${source} gives no usable reading; its windows will have none, and are no longer lengthened`);
    told.add(source);
  };
  const answers = cells.reduce((sum, cell) => sum + plan.trials * repeats(cell) * questionsOf(cell).length, 0);
  options.onStart?.(answers, store.path);
  await runSchedule({
    plan,
    cells,
    questionsOf,
    repeatsOf: repeats,
    openingOf: (cell, trial) =>
      openingOf(
        cell,
        prepared.get(cell.key) as PreparedModel,
        tasks.get(cell.task) as Task,
        seedFrom(plan.seed, `${trial}`),
      ),
    weightOf: (cell) => prepared.get(cell.key)?.record.graphs?.[0]?.weight_bytes ?? 0,
    memory: os.totalmem(),
    metering: reading,
    least: () => secondsLeast(plan, reading) * 1e9,
    start: () => isolate(),
    record(observations) {
      store.append(observations);
      for (const { source } of reading.lost()) onLost(source);
    },
    onProgress: options.onProgress ?? (() => {}),
    ...present({ signal: options.signal }),
  });
  return options.signal?.aborted === true ? "interrupted" : "finished";
}

/** The stored calibration of one of the run's meters, if it holds here and now; one that does not is spoken of. */
function calibrationFor(
  { records }: Selection,
  host: Host,
  here: Environment,
  { onNote }: RunOptions,
): Pick<Run, "calibration"> {
  const stored = loadCalibration(host, here, new Date());
  if (stored === undefined || records.length === 0) return {};
  if ("ignored" in stored) {
    onNote?.(`the stored calibration is not used: ${stored.ignored}`);
    return {};
  }
  const isUsed = records.some(({ id, source }) => id === stored.meter && source === stored.source);
  onNote?.(
    `the calibration of ${stored.meter} is ${isUsed ? "used: joules are at the wall" : "of a meter not used here"}`,
  );
  return isUsed ? { calibration: stored } : {};
}
