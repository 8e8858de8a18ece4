import { type CellSummary, type EnergySummary, isJudged } from "../report.ts";
import { present } from "../present.ts";
import type { Question } from "../task.ts";

/** As much of a cell as it is compared by. */
export type Compared = Pick<
  CellSummary,
  "run" | "cell" | "model" | "order" | "answers" | "failures" | "totals" | "accuracy" | "energy" | "caveats"
>;

/**
 * The same model under the same settings on several tasks, as if their questions were those of one: each question counts alike, so a
 * task weighs by how many it has. Resampled as one, which leaves open how many of each task are drawn: wider rather than narrower.
 */
export function pooled(cells: readonly CellSummary[]): Compared {
  const [first] = cells;
  if (first === undefined) throw new RangeError("pooled: no cells");
  if (cells.length === 1) return first;
  const flat = <T>(of: (cell: CellSummary, rename: (id: string) => string) => readonly T[]): T[] =>
    cells.flatMap((cell) => of(cell, (id) => `${cell.cell.task}\n${id}`));
  const { run, cell, model } = first;
  return present({
    run,
    cell,
    model,
    order: flat(({ order }, rename) => order.map(rename)),
    answers: flat(({ answers }, rename) => answers.map((one) => ({ ...one, question: renamed(one.question, rename) }))),
    failures: flat(({ failures }, rename) =>
      failures.map((one) => ({ ...one, question: renamed(one.question, rename) })),
    ),
    totals: flat(({ totals }, rename) => totals.map((one) => ({ ...one, question: rename(one.question) }))),
    accuracy: accuracyOf(cells),
    energy: energyOf(cells),
    caveats: [...new Map(cells.flatMap(({ caveats }) => caveats.map((caveat) => [caveat.id, caveat]))).values()],
  });
}

/** Questions of two tasks may have the same id and their clusters the same name. */
function renamed(question: Question, rename: (id: string) => string): Question {
  const { id, cluster } = question;
  return Object.assign({}, question, { id: rename(id) }, cluster === undefined ? {} : { cluster: rename(cluster) });
}

/** Known where it is known of every task. Of pooled questions the interval is that of a comparison. */
function accuracyOf(cells: readonly CellSummary[]): CellSummary["accuracy"] {
  if (!cells.every(({ cell, accuracy }) => isJudged(cell) && accuracy !== undefined)) return undefined;
  const questions = cells.reduce((sum, cell) => sum + cell.questions, 0);
  return { value: cells.reduce((sum, { correct = 0 }) => sum + correct, 0) / questions };
}

/** Absent where one of them has none, or by another meter. What the windows leave open adds up as independent joules. */
function energyOf(cells: readonly CellSummary[]): EnergySummary | undefined {
  const energies = cells.flatMap(({ energy }) => energy ?? []);
  const [first] = energies;
  const isAlike = energies.every(
    ({ grade, boundary, source }) => grade === first?.grade && boundary === first.boundary && source === first.source,
  );
  if (first === undefined || energies.length < cells.length || !isAlike) return undefined;
  const joules = cells.map(({ totals }) => totals.reduce((sum, { energy }) => sum + (energy?.gross ?? 0), 0));
  const all = joules.reduce((sum, one) => sum + one, 0);
  const windowHalf = Math.hypot(...energies.map((energy, i) => energy.windowHalf * (joules[i] as number))) / all;
  return { ...first, windowHalf };
}
