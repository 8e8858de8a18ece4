import { type CellSummary, isJudged } from "../report.ts";

/** A folder may be called anything; a row or a sentence has one line. Part of a model never stands under the model's name alone. */
export function nameOf({ cell: { model, layers } }: CellSummary): string {
  return layers === undefined ? oneLine(model) : `${oneLine(model)} (${layers} ${layers === 1 ? "layer" : "layers"})`;
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
    ({ cell }) => cell.solver,
  ];
  const telling = settings.filter((of) => new Set(cells.flatMap((cell) => of(cell) ?? [])).size > 1);
  return (cell) => [nameOf(cell), ...telling.flatMap((of) => of(cell) ?? [])].join(" ");
}

/**
 * Two cells for a sentence that stands alone: of one model by the settings in which they differ, of two by their precision and solver
 * where they are not the usual ones.
 */
export function namesOf(one: CellSummary, other: CellSummary): [string, string] {
  if (one.cell.model !== other.cell.model) return [nameAlone(one), nameAlone(other)];
  const name = namesAmong([one, other]);
  return [name(one), name(other)];
}

/** Of a graph that was built elsewhere nobody knows the precision. */
const USUAL: ReadonlySet<string> = new Set(["fp32", "exported", "none", "direct"]);

export function nameAlone(cell: CellSummary): string {
  const { precision, solver } = cell.cell;
  const telling = [precision, solver].filter((setting) => !USUAL.has(setting));
  return [nameOf(cell), ...telling].join(" ");
}

/** What stands in place of an accuracy where there is none. */
export function withoutAccuracy({ cell, answers, failures }: CellSummary): string {
  const hasFailed = answers.length === 0 && failures.length > 0;
  return isJudged(cell) || hasFailed ? "failed" : "random weights";
}
