import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { CheckedPlan, Report, RunOptions, RunResult } from "../api.ts";
import { recordOf } from "../report/column.ts";
import type { ReportFormat } from "../report/lmevalformat.ts";
import { ACTIVITY_COLUMNS } from "../report/activitycolumns.ts";
import { activityTable } from "../report/activitytable.ts";
import { METRIC_COLUMNS } from "../report/metriccolumns.ts";
import { PRECISION_COLUMNS } from "../report/precisioncolumns.ts";
import { precisionTable } from "../report/precisiontable.ts";
import { SUMMARY_COLUMNS } from "../report/summarycolumns.ts";
import { runTable } from "../report/table.ts";
import { withoutSecrets } from "../meter/wall/wall.ts";
import { present } from "../present.ts";
import { Depth, Precision, WeightSource } from "../model.ts";
import { type Cell, Device, LoweringChoice, MeterChoice, Plan, SolverName } from "../run.ts";
import { repeatsOf, type Task } from "../task.ts";
import { progressOn, type Screen, silent } from "./progress.ts";

/** The flags of `run` after parsing; lists are split at commas. Absent flags are absent keys. */
export interface RunFlags {
  readonly plan?: string;
  readonly settings: Partial<Plan>;
  readonly out?: string;
  readonly format?: ReportFormat;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What the command needs from outside: the functions it calls and the two streams. */
export interface RunContext {
  checkPlan(plan: Partial<Plan>, onNote?: (note: string) => void): Promise<CheckedPlan>;
  run(plan: CheckedPlan, options: RunOptions): Promise<RunResult>;
  readonly stdout: (text: string) => void;
  readonly stderr: Screen;
  /** Aborted when the user wants the run to stop. */
  readonly signal: AbortSignal;
  /** Called when everything is built and the first cell is about to start. */
  readonly onMeasuring?: () => void;
}

/** Runs a plan. Exit code 3 when some answer failed, 1 when the run was interrupted. */
export async function runCommand(flags: RunFlags, context: RunContext): Promise<number> {
  const progress = flags.quiet ? silent : progressOn(context.stderr);
  const plan = { ...(flags.plan === undefined ? undefined : readPlan(flags.plan)), ...flags.settings };
  const checked = await context.checkPlan(plan, progress.note);
  for (const note of checked.notes) progress.note(note);
  if (flags.dryRun) {
    context.stdout(
      flags.json ? `${JSON.stringify({ plan: checked.plan, cells: checked.cells }, null, 2)}\n` : describePlan(checked),
    );
    return 0;
  }
  context.signal.addEventListener("abort", () =>
    progress.note("stopping after the window under way; Ctrl-C again stops at once"),
  );
  const running = context.run(
    checked,
    present({
      out: flags.out,
      name: flags.plan && path.parse(flags.plan).name,
      format: flags.format,
      command: commandOf(checked.plan),
      onNote: progress.note,
      onStart: (answers: number, folder: string) => {
        progress.note(`${counted(checked.cells.length, "cell")}, ${counted(answers, "answer")}; writing ${folder}`);
        progress.start(answers);
        context.onMeasuring?.();
      },
      onProgress: (answers: number, cell: Cell) => progress.advance(answers, `${cell.model} ${cell.task}`),
      signal: context.signal,
    }),
  );
  const result = await running.finally(progress.end);
  context.stdout(flags.json ? `${JSON.stringify(document(result), null, 2)}\n` : tableOf(result));
  if (result.state === "interrupted") return 1;
  return result.cells.some((cell) => cell.failures.length > 0) ? 3 : 0;
}

/** Reads a plan file: the keys of a plan, each of them optional. A single value may stand where a list is expected. */
export function readPlan(file: string): Partial<Plan> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`cannot read the plan "${file}": ${(cause as Error).message}`, { cause });
  }
  const result = PlanFile.safeParse(content);
  if (!result.success) {
    throw new Error(`the plan "${file}" is not usable: ${z.prettifyError(result.error).replaceAll("\n", " ")}`);
  }
  return present(result.data);
}

const listOf = <T extends z.ZodType>(item: T): z.ZodType<z.infer<T>[]> =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item).min(1));

const PlanFile = z
  .strictObject({
    models: listOf(z.string()),
    tasks: listOf(z.string()),
    device: listOf(Device),
    threads: listOf(Plan.shape.threads.unwrap().element),
    precision: listOf(Precision),
    lowering: listOf(LoweringChoice),
    weights: WeightSource,
    // YAML reads 0.125 as a number, and 1/8 as text.
    depth: z.preprocess((value) => (typeof value === "number" ? String(value) : value), Depth),
    solver: listOf(SolverName),
    limit: Plan.shape.limit.unwrap(),
    data: Plan.shape.data.unwrap(),
    num_fewshot: Plan.shape.num_fewshot.unwrap(),
    fewshot_seed: Plan.shape.fewshot_seed.unwrap(),
    trials: Plan.shape.trials.unwrap(),
    warmup: Plan.shape.warmup.unwrap(),
    seed: Plan.shape.seed.unwrap(),
    meter: MeterChoice,
    wall: z.string(),
    cpu_watts: Plan.shape.cpu_watts.unwrap(),
    min_duration: Plan.shape.min_duration.unwrap(),
    prices: z.string(),
  })
  .partial();

/** The whole grid, so that what will run can be seen before anything does. */
function describePlan({ plan, cells, tasks }: CheckedPlan): string {
  const ofTask = ({ task }: Pick<Cell, "task">): Task => tasks.get(task) as Task;
  const passes = (task: Task): number => plan.trials * repeatsOf(task.definition);
  const answers = cells.map(ofTask).reduce((sum, task) => sum + task.questions.length * passes(task), 0);
  const lines = cells.map((cell) => {
    const task = ofTask(cell);
    return `${cell.key}  ${task.questions.length} questions x ${passes(task)}`;
  });
  return `${lines.join("\n")}\n${counted(cells.length, "cell")}, ${counted(answers, "answer")}; nothing was run (--dry-run)\n`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A command line that asks for the same plan, whatever mixture of file and flags it came from. */
export function commandOf(plan: Plan): string {
  const flags = [
    ["-m", listed(plan.models)],
    ["-t", listed(plan.tasks)],
    ["--device", plan.device.join(",")],
    ["--threads", plan.threads.join(",")],
    ["--precision", plan.precision.join(",")],
    ["--lowering", plan.lowering.join(",")],
    ["--weights", plan.weights],
    ...(plan.depth === undefined ? [] : [["--depth", plan.depth]]),
    ["--solver", plan.solver.join(",")],
    ...(plan.limit === undefined ? [] : [["--limit", String(plan.limit)]]),
    ...(plan.num_fewshot === undefined ? [] : [["--num-fewshot", String(plan.num_fewshot)]]),
    ...(plan.fewshot_seed === undefined ? [] : [["--fewshot-seed", String(plan.fewshot_seed)]]),
    ...Object.entries(plan.data ?? {}).map(([task, place]) => ["--data", listed([`${task}=${place}`])]),
    ["--trials", String(plan.trials)],
    ["--warmup", String(plan.warmup)],
    ["--seed", String(plan.seed)],
    ["--meter", plan.meter],
    ...(plan.wall === undefined ? [] : [["--wall", withoutSecrets(plan.wall)]]),
    ...(plan.cpu_watts === undefined ? [] : [["--cpu-watts", `${plan.cpu_watts.idle},${plan.cpu_watts.max}`]]),
    ...(plan.min_duration === undefined ? [] : [["--min-duration", String(plan.min_duration)]]),
    ...(plan.prices === undefined ? [] : [["--prices", plan.prices]]),
  ];
  return `perjoule run ${flags.flat().map(quoted).join(" ")}`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(",", "\\,")).join(",");
}

/** A word of a command line as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./,:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A run as it is printed: its table, and where the rest is. */
export function tableOf({ folder, cells, metrics, precisions, activity, costs }: Report): string {
  const scenarios = new Set(costs.map((row) => row.scenario)).size;
  const tables = [runTable(cells, metrics), precisionTable(precisions), activityTable(activity)].flatMap(
    (text) => text ?? [],
  );
  return `${tables.join("\n")}\nresults: ${folder}; \`perjoule costs ${folder}\` shows what they cost under ${scenarios} dated prices\n`;
}

/** A run as `--json` shows it. */
export type ReportedRun = Pick<Report, "folder" | "cells" | "metrics" | "precisions" | "activity">;

/** The rows of summary.csv, every caveat in full, and those of metrics.csv, precisions.csv and activity.csv; missing values left out. */
export function document({ folder, cells, metrics, precisions, activity }: ReportedRun): object {
  return {
    folder,
    cells: cells.map((cell) => ({ ...recordOf(SUMMARY_COLUMNS, cell), caveats: cell.caveats })),
    metrics: metrics.map((row) => recordOf(METRIC_COLUMNS, row)),
    precisions: precisions.map((row) => recordOf(PRECISION_COLUMNS, row)),
    activity: activity.map((row) => recordOf(ACTIVITY_COLUMNS, row)),
  };
}
