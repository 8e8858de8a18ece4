import { isDeepStrictEqual } from "node:util";
import type { CellSummary, EnergySummary } from "../report.ts";
import type { Question } from "../task.ts";
import { type Comparison, qualityOf, withHolm } from "./compare.ts";
import { pairsAcross } from "./comparepairs.ts";
import type { Report } from "./derive.ts";
import { groupBy } from "./group.ts";
import { namesOf, oneLine } from "./naming.ts";
import { isMeteredAlike } from "./ratio.ts";

/** Something that was not compared, and why. */
export interface Refusal {
  readonly what: string;
  readonly why: string;
}

export interface ComparedRuns {
  /** By task, then as runs and cells come. */
  readonly rows: readonly Comparison[];
  readonly refused: readonly Refusal[];
}

/** The pairs of every run, and those of two: on the same questions, in quality only. */
export function compareRuns(reports: readonly Report[]): ComparedRuns {
  const found: ComparedRuns[] = reports.map(({ comparisons }) => ({
    rows: comparisons,
    refused: unlikeEnergies(comparisons),
  }));
  for (const [i, one] of reports.entries()) for (const other of reports.slice(i + 1)) found.push(between(one, other));
  const rows = found.flatMap((part) => part.rows);
  return {
    rows: withHolm(inOrder(rows, reports)),
    refused: found.flatMap(({ refused }) => refused),
  };
}

function inOrder(rows: readonly Comparison[], reports: readonly Report[]): Comparison[] {
  const cells = reports.flatMap((report) => report.cells);
  const tasks = [...new Set(cells.map(({ cell }) => cell.task))];
  const places = new Map(cells.map((cell, i) => [cell, i]));
  const keys = ({ a, b }: Comparison): number[] => [tasks.indexOf(a.cell.task), places.get(a) ?? 0, places.get(b) ?? 0];
  return rows.toSorted((one, other) => {
    const [ours, theirs] = [keys(one), keys(other)];
    const differences = ours.map((key, k) => key - (theirs[k] as number));
    return differences.find((difference) => difference !== 0) ?? 0;
  });
}

function between(one: Report, other: Report): ComparedRuns {
  const what = `${oneLine(one.run.id)} and ${oneLine(other.run.id)}`;
  const tasks = new Set(other.cells.map(({ cell }) => cell.task));
  const common = [...new Set(one.cells.map(({ cell }) => cell.task))].filter((task) => tasks.has(task));
  if (common.length === 0) return { rows: [], refused: [{ what, why: "they have no task in common" }] };
  const refused: Refusal[] = [];
  const rows = common.flatMap((task) => {
    const [ours, theirs] = [one, other].map(({ cells }) => cells.filter(({ cell }) => cell.task === task)) as [
      CellSummary[],
      CellSummary[],
    ];
    const pairs = pairsAcross(ours, theirs);
    const why = pairs.length === 0 ? UNLIKE_CELLS : unlikeQuestions(one, other, task, pairs[0] as Comparison);
    if (why !== undefined) refused.push({ what: `${oneLine(task)} of ${what}`, why });
    return why === undefined ? pairs.map((pair) => qualityOf(pair, one.run.plan.seed)) : [];
  });
  if (rows.length > 0) refused.push({ what: `latency, energy and dollars of ${what}`, why: DRIFT });
  return { rows, refused };
}

const DRIFT = "machines drift from one run to the next, so these stand beside each other only inside a run";
const UNLIKE_CELLS = "no two cells with stored weights differ in the model or the solver alone";

/** Why a task's questions were not the same in two runs; undefined where they were. */
function unlikeQuestions(
  one: Report,
  other: Report,
  task: string,
  { a, b }: Pick<Comparison, "a" | "b">,
): string | undefined {
  const [ours, theirs] = [one.run.tasks[task]?.sha256, other.run.tasks[task]?.sha256];
  if (ours !== theirs) return `the task's files or data are not the same (sha256 ${short(ours)} and ${short(theirs)})`;
  const ids = new Set(b.order);
  const shared = a.order.filter((id) => ids.has(id)).length;
  if (shared < a.order.length || shared < b.order.length) {
    return `the questions are not the same (${a.order.length} and ${b.order.length}, of which ${shared} are in both); run both with the same --limit`;
  }
  const unlike = otherWords(questionsOf(a), questionsOf(b));
  return unlike === 0
    ? undefined
    : `${unlike} questions have the same id but are not put in the same words; run both with the same examples (--num-fewshot, --fewshot-seed)`;
}

const short = (hash = "none"): string => `"${hash.slice(0, 12)}"`;

function questionsOf({ answers, failures }: CellSummary): Question[] {
  return [...answers, ...failures].map(({ question }) => question);
}

/** How many questions stand in both under one id and are not put in the same words. */
export function otherWords(ours: readonly Question[], theirs: readonly Question[]): number {
  const known = new Map(theirs.map((question) => [question.id, question]));
  return ours.filter((question) => !isDeepStrictEqual(known.get(question.id) ?? question, question)).length;
}

/** Pairs of a run whose joules were not set beside each other, by what is unlike. */
function unlikeEnergies(rows: readonly Comparison[]): Refusal[] {
  const unlike = rows.flatMap(({ a, b }) =>
    a.energy === undefined || b.energy === undefined || isMeteredAlike(a, b)
      ? []
      : { pair: `${namesOf(a, b).join(" beside ")} on ${oneLine(a.cell.task)}`, why: unlikenessOf(a.energy, b.energy) },
  );
  return [...groupBy(unlike, ({ why }) => why)].map(([why, of]) => {
    const more = of.length > SHOWN ? [`${of.length - SHOWN} other pairs`] : [];
    return { what: `energy of ${[...of.slice(0, SHOWN).map(({ pair }) => pair), ...more].join("; ")}`, why };
  });
}

const SHOWN = 3;

/** Why joules of unlike grade, boundary or source are not set beside each other. */
export function unlikenessOf(one: EnergySummary, other: EnergySummary): string {
  const facts = (["grade", "boundary", "source"] as const).filter((fact) => one[fact] !== other[fact]);
  return `joules of unlike ${facts.map((fact) => `${fact} ("${one[fact]}" and "${other[fact]}")`).join(", ")} make no ratio`;
}
