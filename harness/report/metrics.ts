import { aggregationOf, factsOf, isCredit, type MetricName } from "../metric.ts";
import { present } from "../present.ts";
import { type CellSummary, type FailedAnswer, isJudged, type JudgedAnswer } from "../report.ts";
import type { Run } from "../run.ts";
import { extractedOf, scoreOf } from "../score/score.ts";
import { pipelinesOf } from "../score/filters.ts";
import { type Estimate, Z95 } from "../stats/interval.ts";
import { pooledStandardError, unweightedStandardError } from "../stats/standarderror.ts";
import { type FilterStep, type Metric, metricsOf, type TaskDefinition } from "../task.ts";
import { itemsOf, type Put, type Quality, qualityOf, siblingsOf } from "./quality.ts";

/** A row of `metrics.csv`. */
export interface MetricRow {
  readonly cell: CellSummary;
  /** The cell's task, or of a group one of those in it. */
  readonly task: string;
  readonly metric: MetricName;
  readonly filter: string;
  readonly estimate?: Estimate;
  readonly standardError?: number;
  readonly questions: number;
  readonly better: "higher" | "lower";
  /** The group that the row's task is in, where the cell's task is a group. */
  readonly group?: string;
  readonly definition: TaskDefinition;
}

/** Every metric of every task under every filter; of a group also of each task in it. */
export function metricRows(run: Run, cells: readonly CellSummary[]): MetricRow[] {
  return cells.filter(({ cell }) => isJudged(cell)).flatMap((cell) => rowsOf(run, cell));
}

type Asked = JudgedAnswer | FailedAnswer;

function rowsOf(run: Run, cell: CellSummary): MetricRow[] {
  const record = run.tasks[cell.cell.task];
  if (record === undefined) throw new Error(`run.json of "${run.id}" does not record the task "${cell.cell.task}"`);
  const { definition } = record;
  const asked: Asked[] = [...cell.answers, ...cell.failures];
  const siblings = siblingsOf(cell.answers);
  return metricsOf(definition).flatMap((metric) =>
    pipelinesOf(definition).flatMap(({ name: filter, steps }): MetricRow[] => {
      const scored = asked.map((one) => putOf(metric, definition, steps, one, siblings));
      const quality = (puts: readonly Scored[]): Quality | undefined =>
        qualityUnder(metric, definition, puts, run.plan.seed);
      const facts = { cell, metric: metric.metric, filter, better: factsOf(metric.metric).better, definition };
      const { task: group } = cell.cell;
      const row = (figure: Figure): MetricRow => ({ ...facts, ...figure, ...(figure.task !== group && { group }) });
      const weightBySize = (name: string): boolean | undefined =>
        record.aggregates?.[name]?.find((one) => one.metric === metric.metric)?.weight_by_size;
      const weighting = { weightBySize, isLoss: facts.better === "lower" };
      return figuresOf(cell, scored, quality, weighting).map(row);
    }),
  );
}

/** What is particular to a row of one metric under one filter. */
type Figure = Pick<MetricRow, "task" | "estimate" | "standardError" | "questions">;

/** How the figures of a group's tasks come together. */
interface Weighting {
  /** Of a group by its name. Absent of one that has no score of its own, and of metrics that it says nothing of. */
  weightBySize(name: string): boolean | undefined;
  readonly isLoss: boolean;
}

/** Of the cell's task and, in a group, of everything inside it, in the task's order. */
function figuresOf(
  cell: CellSummary,
  scored: readonly Scored[],
  quality: (puts: readonly Scored[]) => Quality | undefined,
  weighting: Weighting,
): Figure[] {
  const membersOf = new Map(scored.map(({ question, members }) => [question.id, members]));
  const inside = [...new Set(cell.order.flatMap((id) => membersOf.get(id) ?? []))];
  const figure = (task: string, puts: readonly Scored[], own: Quality | undefined): Figure => ({
    task,
    ...own,
    questions: new Set(puts.map(({ question }) => question.id)).size,
  });
  const putsIn = (task: string): Scored[] => scored.filter((one) => one.members.includes(task));
  const isTask = (task: string): boolean => scored.some((one) => one.members.at(-1) === task);
  const ofTasks = new Map(
    inside.filter(isTask).map((task) => [task, figure(task, putsIn(task), quality(putsIn(task)))]),
  );
  const ofGroup = (name: string, puts: readonly Scored[]): Figure => {
    const tasks = new Set(puts.map((one) => one.members.at(-1)));
    const figures = [...ofTasks.values()].filter(({ task }) => tasks.has(task));
    return figure(name, puts, groupQuality(quality(puts), figures, weighting.weightBySize(name), weighting.isLoss));
  };
  return [ofGroup(cell.cell.task, scored), ...inside.map((name) => ofTasks.get(name) ?? ofGroup(name, putsIn(name)))];
}

interface Scored extends Put {
  readonly members: readonly string[];
}

function putOf(
  metric: Metric,
  definition: TaskDefinition,
  steps: readonly FilterStep[],
  one: Asked,
  siblings: (answer: JudgedAnswer) => readonly JudgedAnswer[],
): Scored {
  const { question } = one;
  const { members = [] } = question;
  if (!("answer" in one)) return { question, members };
  const { answer } = one;
  const outputs = siblings(one).map((sibling) => sibling.answer.output);
  const extracted = extractedOf(definition, steps, answer.output, outputs);
  return present({ question, members, score: scoreOf(metric, definition, question, answer.output, extracted) });
}

function qualityUnder(
  { metric }: Metric,
  { output_type }: TaskDefinition,
  puts: readonly Put[],
  seed: number,
): Quality | undefined {
  // A cell without a single answer says nothing of the model.
  if (puts.every(({ score }) => score === undefined)) return undefined;
  const items = itemsOf(puts, isCredit(metric, output_type));
  return items && qualityOf(items, aggregationOf(metric, output_type), seed);
}

/** A group's figure: its tasks' mean, each counting by its questions or the same, with the error that lm-eval makes of theirs. */
function groupQuality(
  own: Quality | undefined,
  tasks: readonly Figure[],
  weightBySize: boolean | undefined,
  isLoss: boolean,
): Quality | undefined {
  if (own === undefined || weightBySize === undefined || tasks.length === 0) return own;
  // A task without a figure is one of failures only, which earn no credit; a loss of it is not known, nor then the group's.
  if (isLoss && tasks.some(({ estimate }) => estimate === undefined)) return undefined;
  const sizes = tasks.map((task) => task.questions);
  const errors = tasks.flatMap((task) => task.standardError ?? []);
  const pool = weightBySize ? pooledStandardError : unweightedStandardError;
  // Of a task of one question the error is not known, and so neither is the group's.
  const standardError = errors.length < tasks.length ? undefined : pool(errors, sizes);
  const weights = weightBySize ? sizes : sizes.map(() => 1);
  const sum = tasks.reduce((total, { estimate }, i) => total + (estimate?.value ?? 0) * (weights[i] as number), 0);
  const value = sum / weights.reduce((total, weight) => total + weight, 0);
  const isSame = Math.abs(value - own.estimate.value) < 1e-12;
  return present({ estimate: isSame ? own.estimate : plainMean(value, standardError, isLoss), standardError });
}

/** A mean of means with its normal interval; a credit lies between 0 and 1. */
function plainMean(value: number, standardError: number | undefined, isLoss: boolean): Estimate {
  if (standardError === undefined || isLoss) return { value };
  const half = Z95 * standardError;
  return { value, interval: { low: Math.max(0, value - half), high: Math.min(1, value + half) } };
}
