import { type CellSummary, isJudged } from "../report.ts";

/** A folder may be called anything; a row or a sentence has one line. */
export function nameOf({ cell }: CellSummary): string {
  return oneLine(cell.model);
}

export function oneLine(name: string): string {
  return name.replaceAll(/\s+/g, " ");
}

/** Names cells by their model, and by those settings that are not the same for all of them. */
export function namesAmong(cells: readonly CellSummary[]): (cell: CellSummary) => string {
  const settings: ((cell: CellSummary) => string | undefined)[] = [
    ({ cell }) => `${cell.device} ${cell.threads}t`,
    ({ cell }) => cell.precision,
    ({ cell }) => cell.lowering,
  ];
  const telling = settings.filter((of) => new Set(cells.flatMap((cell) => of(cell) ?? [])).size > 1);
  return (cell) => [nameOf(cell), ...telling.flatMap((of) => of(cell) ?? [])].join(" ");
}

/**
 * Two cells for a sentence that stands alone: of one model by the settings in which they differ, of two by their precision where
 * it is not the usual one.
 */
export function namesOf(one: CellSummary, other: CellSummary): [string, string] {
  if (one.cell.model !== other.cell.model) return [nameAlone(one), nameAlone(other)];
  const name = namesAmong([one, other]);
  return [name(one), name(other)];
}

/** Of a graph that was built elsewhere nobody knows the precision. */
export function nameAlone(cell: CellSummary): string {
  const { precision } = cell.cell;
  return ["fp32", "exported", "none"].includes(precision) ? nameOf(cell) : `${nameOf(cell)} ${precision}`;
}

/** What stands in place of an accuracy where there is none. */
export function withoutAccuracy({ cell, answers, failures }: CellSummary): string {
  const hasFailed = answers.length === 0 && failures.length > 0;
  return isJudged(cell) || hasFailed ? "failed" : "random weights";
}
