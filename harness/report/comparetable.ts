import Table from "cli-table3";
import type { CellSummary } from "../report.ts";
import type { Comparison } from "./compare.ts";
import { figuresOf } from "./comparefigures.ts";
import type { ComparedRuns } from "./compareruns.ts";
import { groupBy } from "./group.ts";
import { namesAmong, oneLine } from "./naming.ts";

export const NOTHING_TO_COMPARE = "Nothing to compare: no two cells of a task differ in one setting alone.";

/** Pairs in blocks of a task, effects first; under them what was not compared, and what the figures mean. */
export function compareTable({ rows, refused }: ComparedRuns): string {
  const lines = refused.map(({ what, why }) => `${what}: not compared, ${why}.`);
  if (rows.length === 0) return [NOTHING_TO_COMPARE, ...lines].join("\n");
  const shown = figuresOf(rows);
  const head = ["a beside b", ...shown.map((figure) => figure.head)];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  const name = namesOfRows(rows);
  for (const [task, ofTask] of groupBy(rows, ({ a }) => a.cell.task)) {
    table.push([{ colSpan: head.length, content: oneLine(task) }]);
    for (const row of ofTask)
      table.push([`  ${name(row.a)} beside ${name(row.b)}`, ...shown.map((figure) => figure.of(row))]);
  }
  return [table.toString(), ...runLines(rows), ...lines, ...legend(rows)].join("\n");
}

/** Of several runs each name says which. */
export function namesOfRows(rows: readonly Comparison[]): (cell: CellSummary) => string {
  const name = namesAmong(rows.flatMap(({ a, b }) => [a, b]));
  const mark = runMarks(rows);
  return (cell) => {
    const run = mark.get(cell.run);
    return run === undefined ? name(cell) : `${name(cell)} ${run}`;
  };
}

/** `@1`, `@2`, ... by run; empty where all rows are of one. */
export function runMarks(rows: readonly Comparison[]): ReadonlyMap<string, string> {
  const runs = [...new Set(rows.flatMap(({ a, b }) => [a.run, b.run]))];
  return new Map(runs.length === 1 ? [] : runs.map((run, i) => [run, `@${i + 1}`]));
}

function runLines(rows: readonly Comparison[]): string[] {
  const marks = [...runMarks(rows)];
  return marks.length === 0 ? [] : [`${marks.map(([run, mark]) => `${mark} is ${oneLine(run)}`).join(", ")}.`];
}

/** What the figures mean, as sentences. */
export function legend(rows: readonly Comparison[]): string[] {
  const tests = rows.filter(({ holm }) => holm !== undefined).length;
  const prices = new Set(rows.flatMap(({ paid }) => (paid ? `${paid.scenario.kind} ${paid.scenario.id}` : [])));
  const quality = [
    "a - b above 0: a is right more often, a failure being wrong. only a : b: questions that only one got right. changed: share of answers taken to be something else, right or wrong.",
    `p: of so uneven a split, were both equally good (McNemar's exact test). Holm p: the same, held to 5 % over ${tests === 1 ? "the one test" : `all ${tests} tests`} here together.`,
  ];
  return [
    "Each pair on the same questions, the one named first being a. Latency, joules and dollars are a / b: below 1 x a takes less.",
    "[low, high] hold the choice of questions at 95 %, of joules also what the meter leaves open between two programs; tie: they hold 0, or 1 x, so that nobody can say; of accuracies also where p is above 0.05.",
    ...(tests > 0 ? quality : []),
    ...(prices.size === 0 ? [] : [`Dollars are of ${[...prices].join(", ")}.`]),
  ];
}
