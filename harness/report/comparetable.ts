import Table from "cli-table3";
import { type CellSummary, isJudged } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import type { Comparison } from "./compare.ts";
import type { ComparedRuns } from "./compareruns.ts";
import { difference, digits, multiple, share } from "./format.ts";
import { groupBy } from "./group.ts";
import { namesAmong, oneLine, withoutAccuracy } from "./naming.ts";
import { isTie } from "./ratio.ts";

/** A column of figures; left out where no row has any. */
interface Figure {
  readonly head: string;
  readonly of: (row: Comparison) => string;
}

const FIGURES: readonly Figure[] = [
  { head: "accuracy, a - b", of: differenceText },
  { head: "only a : b", of: ({ quality }) => (quality ? `${quality.onlyFirst} : ${quality.onlySecond}` : "") },
  { head: "changed", of: ({ quality }) => (quality ? share({ value: quality.flipRate.value }) : "") },
  { head: "latency", of: ({ latency }) => ratioText(latency) },
  { head: "J per answer", of: ({ energy }) => ratioText(energy?.perAnswer) },
  { head: "USD per correct", of: ({ paid }) => ratioText(paid?.usdPerCorrect) },
  { head: "p", of: ({ quality }) => pText(quality?.mcnemar) },
  { head: "Holm p", of: ({ holm }) => pText(holm) },
];

/** Pairs in blocks of a task, effects first; under them what was not compared, and what the figures mean. */
export function compareTable({ rows, refused }: ComparedRuns): string {
  const lines = refused.map(({ what, why }) => `${what}: not compared, ${why}.`);
  if (rows.length === 0)
    return ["Nothing to compare: no two cells of a task differ in one setting alone.", ...lines].join("\n");
  const shown = FIGURES.filter(({ of }) => rows.some((row) => of(row) !== ""));
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
function namesOfRows(rows: readonly Comparison[]): (cell: CellSummary) => string {
  const name = namesAmong(rows.flatMap(({ a, b }) => [a, b]));
  const runs = runsOf(rows);
  return (cell) => (runs.length === 1 ? name(cell) : `${name(cell)} @${runs.indexOf(cell.run) + 1}`);
}

function runsOf(rows: readonly Comparison[]): string[] {
  return [...new Set(rows.flatMap(({ a, b }) => [a.run, b.run]))];
}

function runLines(rows: readonly Comparison[]): string[] {
  const runs = runsOf(rows);
  return runs.length === 1 ? [] : [`${runs.map((run, i) => `@${i + 1} is ${oneLine(run)}`).join(", ")}.`];
}

function differenceText({ a, b, quality }: Comparison): string {
  if (quality === undefined) return absenceText(a.accuracy === undefined ? a : b);
  return `${difference(quality.difference)}${isTie(quality.difference, 0) ? " tie" : ""}`;
}

/** A perplexity is no share of right answers. */
function absenceText(cell: CellSummary): string {
  return isJudged(cell.cell) && cell.answers.length > 0 ? "earns no credit" : withoutAccuracy(cell);
}

function ratioText(ratio: Estimate | undefined): string {
  return ratio === undefined ? "" : `${multiple(ratio)}${isTie(ratio) ? " tie" : ""}`;
}

/** Two digits; what is less than a thousandth is said to be. */
function pText(p: number | undefined): string {
  if (p === undefined) return "";
  return p < 0.001 ? "< 0.001" : digits(p, 2);
}

function legend(rows: readonly Comparison[]): string[] {
  const tests = rows.filter(({ holm }) => holm !== undefined).length;
  const prices = new Set(rows.flatMap(({ paid }) => (paid ? `${paid.scenario.kind} ${paid.scenario.id}` : [])));
  const quality = [
    "a - b above 0: a is right more often, a failure being wrong. only a : b: questions that only one got right. changed: share of answers taken to be something else, right or wrong.",
    `p: of so uneven a split, were both equally good (McNemar's exact test). Holm p: the same, held to 5 % over ${tests === 1 ? "the one test" : `all ${tests} tests`} here together.`,
  ];
  return [
    "Each pair on the same questions, the one named first being a. Latency, joules and dollars are a / b: below 1 x a takes less.",
    "[low, high] hold the choice of questions at 95 %, of joules also what the meter leaves open between two programs; tie: they hold 0, or 1 x, so that nobody can say.",
    ...(tests > 0 ? quality : []),
    ...(prices.size === 0 ? [] : [`Dollars are of ${[...prices].join(", ")}.`]),
  ];
}
