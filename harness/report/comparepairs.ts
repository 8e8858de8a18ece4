import { type CellSummary, isJudged } from "../report.ts";
import type { Cell } from "../run.ts";
import { groupBy } from "./group.ts";

/** Two cells of one task to set beside each other; `a` comes first. */
export interface CellPair {
  readonly a: CellSummary;
  readonly b: CellSummary;
}

type Setting = keyof Cell;

/** What two cells may differ by. */
interface Rule {
  /** One of these at a time. */
  readonly varied: readonly Setting[];
  /** Whether they must differ by one of them. */
  readonly differs: boolean;
  /** By these only where it cannot be helped: a dense model has no lowering, a graph built elsewhere a precision of its own. */
  readonly free: readonly Setting[];
}

/** Two models, or one under two settings. Precisions of one have a table of their own. */
const INSIDE: Rule = {
  varied: ["model", "device", "threads", "batch", "solver"],
  differs: true,
  free: ["precision", "lowering"],
};

/** Of two runs only quality is compared, so that a model is a pair with itself, and the machine no setting to hold fast. */
const ACROSS: Rule = {
  varied: ["model", "solver"],
  differs: false,
  free: ["device", "threads", "batch", "precision", "lowering"],
};

/** Every unordered pair, by task and then as the cells come. */
export function pairsOf(cells: readonly CellSummary[]): CellPair[] {
  return everyPair(cells, (a, b) => isPair(a, b, cells, cells, INSIDE));
}

/** Pairs of a cell of one run with a cell of another, likewise. Random weights have no quality to compare. */
export function pairsAcross(ours: readonly CellSummary[], theirs: readonly CellSummary[]): CellPair[] {
  const isOurs = new Set(ours);
  const isTheirs = new Set(theirs);
  return everyPair(
    [...ours, ...theirs].filter(({ cell }) => isJudged(cell)),
    (a, b) => isOurs.has(a) && isTheirs.has(b) && isPair(a, b, ours, theirs, ACROSS),
  );
}

function everyPair(cells: readonly CellSummary[], is: (a: CellSummary, b: CellSummary) => boolean): CellPair[] {
  return [...groupBy(cells, ({ cell }) => cell.task).values()].flatMap((ofTask) =>
    ofTask.flatMap((a, i) => ofTask.slice(i + 1).flatMap((b) => (is(a, b) ? { a, b } : []))),
  );
}

function isPair(
  a: CellSummary,
  b: CellSummary,
  besideA: readonly CellSummary[],
  besideB: readonly CellSummary[],
  { varied, differs, free }: Rule,
): boolean {
  const unlike = varied.filter((setting) => a.cell[setting] !== b.cell[setting]);
  if (a.cell.weights !== b.cell.weights || unlike.length > 1 || (differs && unlike.length === 0)) return false;
  const all = [...varied, ...free];
  // Where either has a better match, that one is the pair.
  return !free.some(
    (setting) =>
      a.cell[setting] !== b.cell[setting] &&
      (hasVariant(b, setting, a.cell[setting], besideB, all) || hasVariant(a, setting, b.cell[setting], besideA, all)),
  );
}

/** Whether a cell is there again with one setting changed to this value. */
function hasVariant(
  one: CellSummary,
  changed: Setting,
  value: Cell[Setting],
  cells: readonly CellSummary[],
  settings: readonly Setting[],
): boolean {
  return cells.some(
    ({ cell }) =>
      cell[changed] === value &&
      cell.task === one.cell.task &&
      settings.every((setting) => setting === changed || cell[setting] === one.cell[setting]),
  );
}
