import { present } from "../present.ts";
import { type CellSummary, type EnergyRatio, type EnergySummary, isJudged, type QuestionTotals } from "../report.ts";
import { type BootstrapOptions, pairedRatioInterval } from "../stats/bootstrap.ts";
import { clusterSums } from "../stats/clusters.ts";
import { combineFactors, type Estimate, type Interval, Z95 } from "../stats/interval.ts";
import { normalQuantile } from "../stats/samplesizenormal.ts";
import { groupBy } from "./group.ts";
import { noSurerThanAccuracies } from "./percorrectratio.ts";
import { scaled, timedPairs, windowExcess } from "./times.ts";

/**
 * Gives every cell its energy beside that of the cheapest cell per correct answer on its task. Paired: the same questions,
 * the same machine, one meter, so that the meter's common factor cancels. Cells of unlike grade, boundary or source are never set
 * beside each other: each kind has a cheapest of its own.
 */
export function withRatios(cells: readonly CellSummary[], seed: number): CellSummary[] {
  const groups = groupBy(cells, ({ cell, energy }) =>
    energy === undefined ? undefined : [cell.task, energy.grade, energy.boundary, energy.source].join("\n"),
  );
  const cheapest = new Map([...groups].map(([key, group]) => [key, key === undefined ? undefined : cheapestOf(group)]));
  const baseOf = new Map(
    [...groups].flatMap(([key, group]) => group.map((cell) => [cell, cheapest.get(key)] as const)),
  );
  return cells.map((cell) => {
    const base = isJudged(cell.cell) ? baseOf.get(cell) : undefined;
    return present({ ...cell, energyRatio: base && ratioTo(base, cell, { seed }) });
  });
}

function cheapestOf(cells: readonly CellSummary[]): CellSummary | undefined {
  const cost = (cell: CellSummary): number => cell.energy?.grossPerCorrect?.value ?? Infinity;
  return cells.reduce<CellSummary | undefined>(
    (best, cell) => (cost(cell) < (best === undefined ? Infinity : cost(best)) ? cell : best),
    undefined,
  );
}

/** As much of a cell as its energy is compared by. */
export type Metered = Pick<CellSummary, "cell" | "totals" | "energy" | "order" | "answers">;

/** Whether energies may be set beside each other at all. */
export function isMeteredAlike(
  { energy: a }: Pick<Metered, "energy">,
  { energy: b }: Pick<Metered, "energy">,
): boolean {
  return a !== undefined && a.grade === b?.grade && a.boundary === b.boundary && a.source === b.source;
}

export interface RatioOptions extends BootstrapOptions {
  /** What questions have in common, by their id: such are resampled together. */
  readonly clusterOf?: (question: string) => string | undefined;
}

/** How a cell's energy per correct answer and per answer stands to another's; absent for what it does not have. */
export function ratioTo(
  base: Metered,
  cell: Metered,
  { clusterOf = () => undefined, ...options }: RatioOptions,
): EnergyRatio | undefined {
  if (cell === base) return { to: base.cell, perCorrect: { value: 1 }, perAnswer: { value: 1 }, tie: true };
  const pairs = commonQuestions(cell, base);
  if (pairs.length === 0 || cell.energy === undefined || base.energy === undefined) return undefined;
  const open = [
    ...whatIsOpen(cell.energy, base.energy, options.confidence),
    // Joules grow with the seconds, and carry what befell one of the two and not the other for a while.
    ...[windowExcess(timedPairs(cell, base), options) ?? []].flat(),
  ];
  const by = (bottom: "credit" | "puts"): Estimate | undefined => {
    const [ours, theirs] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
    const clusters = ours.map(({ question }) => clusterOf(question));
    const drawn = (items: readonly QuestionTotals[]): [number[], number[]] => {
      const [tops, bottoms] = columns(items, bottom);
      return [clusterSums(tops, clusters), clusterSums(bottoms, clusters)];
    };
    const value = perUnit(ours, bottom) / perUnit(theirs, bottom);
    if (!Number.isFinite(value) || value <= 0) return undefined;
    const resampled = pairedRatioInterval(drawn(ours), drawn(theirs), options);
    const isPlain = bottom === "credit" && clusters.every((cluster) => cluster === undefined);
    const sampling =
      resampled && isPlain ? noSurerThanAccuracies(value, resampled, pairs, options.confidence) : resampled;
    return present({
      value,
      interval: sampling && combineFactors(value, sampling, ...open.map((factor) => scaled(value, factor))),
    });
  };
  const perAnswer = by("puts");
  if (perAnswer === undefined) return undefined;
  const perCorrect = by("credit");
  return present({ to: base.cell, perCorrect, perAnswer, tie: isTie(perCorrect) });
}

/** Of an interval that holds 1, or of a difference 0, nobody can say who is ahead; without an interval neither. */
export function isTie(ratio: Estimate | undefined, alike = 1): boolean {
  return ratio?.interval === undefined || (ratio.interval.low <= alike && ratio.interval.high >= alike);
}

/**
 * What each cell's windows leave open by themselves, and what a model leaves open between two programs. No number of questions
 * narrows the latter.
 */
function whatIsOpen(a: EnergySummary, b: EnergySummary, confidence?: number): Interval[] {
  const windows = [a, b].map(({ windowHalf }) => ({ low: Math.exp(-windowHalf), high: Math.exp(windowHalf) }));
  return [...windows, ...(a.workload === undefined ? [] : [a.workload])].map((factor) => at(factor, confidence));
}

/** A factor's 95 % interval at another confidence, as of a log-normal factor. */
function at({ low, high }: Interval, confidence = 0.95): Interval {
  const stretch = confidence === 0.95 ? 1 : normalQuantile((1 + confidence) / 2) / Z95;
  return { low: low ** stretch, high: high ** stretch };
}

function commonQuestions(a: Metered, b: Metered): [QuestionTotals, QuestionTotals][] {
  const theirs = new Map(b.totals.map((one) => [one.question, one]));
  return a.totals.flatMap((one): [QuestionTotals, QuestionTotals][] => {
    const other = theirs.get(one.question);
    return one.energy === undefined || other?.energy === undefined ? [] : [[one, other]];
  });
}

function columns(items: readonly QuestionTotals[], bottom: "credit" | "puts"): [number[], number[]] {
  return [items.map((item) => item.energy?.gross ?? NaN), items.map((item) => item[bottom] ?? 0)];
}

function perUnit(items: readonly QuestionTotals[], bottom: "credit" | "puts"): number {
  const [tops, bottoms] = columns(items, bottom);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return sum(tops) / sum(bottoms);
}
