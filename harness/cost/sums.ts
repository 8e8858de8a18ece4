import { present } from "../present.ts";
import type { CellSummary, QuestionTotals } from "../report.ts";
import { resampledSums } from "../stats/bootstrap.ts";

/** Sums over questions of what costs are made of and of what they are divided by. */
export interface Sums<T> {
  readonly puts: T;
  /** Absent where answers are not judged. */
  readonly credit?: T;
  readonly seconds: T;
  readonly promptTokens: T;
  readonly outputTokens: T;
  /** Gross, of the meter's boundary. Absent where one of the questions has no energy: a sum over part is not the sum. */
  readonly joules?: T;
}

export interface SummedCell {
  readonly cell: CellSummary;
  readonly questions: readonly QuestionTotals[];
  readonly total: Sums<number>;
  /** Over resamples of the questions. Absent with fewer than two, which show no spread. */
  readonly resampled?: Sums<Float64Array>;
}

/** Cells of one task, each over its own questions and over those that all share. */
export interface Basis {
  readonly own: ReadonlyMap<CellSummary, SummedCell>;
  readonly shared: readonly SummedCell[];
}

/**
 * All questions, for what is paid by the second or token, and those with energy, for what is paid by the joule: windows that
 * could not be read, or had others' work in them, have none.
 */
export function basesOf(cells: readonly CellSummary[], seed: number): Record<"all" | "metered", Basis> {
  const all = basis(cells, seed, ({ totals }) => totals);
  const isMetered = cells.every(({ energy, totals }) => energy !== undefined && totals.every(hasEnergy));
  return {
    all,
    metered: isMetered
      ? all
      : basis(cells, seed, ({ energy, totals }) => (energy === undefined ? [] : totals.filter(hasEnergy))),
  };
}

const hasEnergy = ({ energy }: QuestionTotals): boolean => energy !== undefined;

type Questions = (cell: CellSummary) => readonly QuestionTotals[];

function basis(cells: readonly CellSummary[], seed: number, of: Questions): Basis {
  const own = cells.flatMap((cell) => summed(cell, of(cell), seed) ?? []);
  return { own: new Map(own.map((one) => [one.cell, one])), shared: paired(own, seed) };
}

/** A cell's sums over some of its questions. Absent over none: that is no cost, not a cost of zero. */
function summed(cell: CellSummary, questions: readonly QuestionTotals[], seed: number): SummedCell | undefined {
  if (questions.length === 0) return undefined;
  const columns = columnsOf(questions);
  return present({
    cell,
    questions,
    total: each(columns, (column) => column.reduce((sum, value) => sum + value, 0)),
    resampled: questions.length < 2 ? undefined : resample(columns, seed),
  });
}

/**
 * The same over the questions that all share: one resample draws the same questions in every cell. A cell with fewer than
 * half as many questions as the fullest is left out, for it would take the others' with it.
 */
function paired(cells: readonly SummedCell[], seed: number): SummedCell[] {
  const fullest = Math.max(0, ...cells.map(({ questions }) => questions.length));
  const full = cells.filter(({ questions }) => 2 * questions.length >= fullest);
  const ids = full.map(({ questions }) => questions.map(({ question }) => question));
  const [first = [], ...rest] = ids;
  if (rest.every((other) => other.join("\n") === first.join("\n"))) return full;
  const others = rest.map((other) => new Set(other));
  const shared = first.filter((id) => others.every((other) => other.has(id)));
  return full.flatMap(({ cell, questions }) => {
    const byId = new Map(questions.map((one) => [one.question, one]));
    return (
      summed(
        cell,
        shared.map((id) => byId.get(id) as QuestionTotals),
        seed,
      ) ?? []
    );
  });
}

function columnsOf(questions: readonly QuestionTotals[]): Sums<readonly number[]> {
  const column = (of: (totals: QuestionTotals) => number): number[] => questions.map(of);
  const whole = (of: (totals: QuestionTotals) => number | undefined): number[] | undefined => {
    const known = questions.flatMap((totals) => of(totals) ?? []);
    return known.length < questions.length ? undefined : known;
  };
  return present({
    puts: column((totals) => totals.puts),
    credit: whole((totals) => totals.credit),
    seconds: column((totals) => totals.seconds),
    promptTokens: column((totals) => totals.promptTokens),
    outputTokens: column((totals) => totals.outputTokens),
    joules: whole((totals) => totals.energy?.gross),
  });
}

function resample(columns: Sums<readonly number[]>, seed: number): Sums<Float64Array> {
  const names = Object.keys(columns) as (keyof Sums<unknown>)[];
  const sums = resampledSums(
    names.map((name) => columns[name] ?? []),
    { seed },
  );
  return Object.fromEntries(names.map((name, i) => [name, sums[i]])) as unknown as Sums<Float64Array>;
}

function each<A, B>(sums: Sums<A>, change: (value: A) => B): Sums<B> {
  return Object.fromEntries(
    Object.entries(sums).map(([name, value]) => [name, change(value as A)]),
  ) as unknown as Sums<B>;
}
