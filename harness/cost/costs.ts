import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import { crossed, percentileInterval, ratios } from "../stats/bootstrap.ts";
import { combineFactors, type Estimate, type Interval } from "../stats/interval.ts";
import { atLeastWilson, mostCorrectWhenNone } from "../stats/percorrect.ts";
import { decompose, type Decomposition, type Shares, sharesOf, type TokenKind } from "./decomposition.ts";
import { frontierOf, type OnFrontier } from "./frontier.ts";
import { areComparable, type PairedCost, pairedCosts } from "./paired.ts";
import type { Ranged } from "./pue.ts";
import { costOf, costsOfResamples, type Rates, ratesOf } from "./rates.ts";
import { isEnergyPriced, type Scenario } from "./scenario.ts";
import { basesOf, type SummedCell } from "./sums.ts";

/** What the answers of a cell cost in a scenario, in USD; a row of `costs.csv`. */
export interface CostRow {
  readonly cell: CellSummary;
  readonly scenario: Scenario;
  /** Absent where nothing was put to the model, and where joules are paid for and there are none. */
  readonly cost?: Cost;
  /** Absent where the cells of the task cannot be compared, or have one question only. */
  readonly onFrontier?: OnFrontier;
  /** Against the cheapest per correct answer of its task and scenario; absent for that one itself. */
  readonly against?: Against;
}

export interface Against {
  readonly cheapest: CellSummary;
  /** How many times as dear per correct answer, over the same questions; what both share has cancelled. */
  readonly ratio?: Estimate;
  /** What each factor explains of it. */
  readonly shares: Shares;
}

export interface Cost {
  /** Per question put: one that failed was paid for as well. */
  readonly perAnswer: Estimate;
  /** Absent when nothing was correct; `perCorrectBound` then says what one costs at least (one-sided). Neither of random weights. */
  readonly perCorrect?: Estimate;
  readonly perCorrectBound?: number;
  /** Absent where none was written. */
  readonly perOutputToken?: number;
  readonly parts?: Decomposition;
  /** Of the site, where joules are paid for. */
  readonly pue?: Ranged;
}

/**
 * What every cell costs in every scenario. Intervals are of the questions (bootstrap); costs of joules also carry what the
 * meter leaves open and the range of the PUE. Rows are by task, scenario, and then as the cells come.
 *
 * @param seed of the run: the same as its energy's, so that both are resampled alike
 */
export function costsOf(cells: readonly CellSummary[], scenarios: readonly Scenario[], seed: number): CostRow[] {
  const tasks = [...new Set(cells.map(({ cell }) => cell.task))];
  return tasks.flatMap((task) =>
    costsOfTask(
      cells.filter(({ cell }) => cell.task === task),
      scenarios,
      seed,
    ),
  );
}

function costsOfTask(cells: readonly CellSummary[], scenarios: readonly Scenario[], seed: number): CostRow[] {
  const bases = basesOf(cells, seed);
  const tokenKind = cells.some((cell) => cell.totals.some((totals) => totals.outputTokens > 0)) ? "output" : "prompt";
  return scenarios.flatMap((scenario) => {
    const { own, shared } = isEnergyPriced(scenario) ? bases.metered : bases.all;
    const inAll = new Set(shared.map(({ cell }) => cell));
    const paired = pairedCosts(bases, scenario, seed);
    const comparable = areComparable(cells, scenario);
    const frontier = comparable ? frontierOf(paired, scenario) : new Map<CellSummary, OnFrontier>();
    const rows = cells.map((cell) => {
      const sums = own.get(cell);
      return { cell, scenario, cost: sums && costIn(scenario, sums, tokenKind) };
    });
    const contenders = comparable ? rows.filter((row) => inAll.has(row.cell)) : [];
    const cheapest = cheapestOf(contenders);
    return rows.map((row) =>
      present({
        ...row,
        onFrontier: frontier.get(row.cell),
        against: contenders.includes(row) ? distance(row, cheapest, paired) : undefined,
      }),
    );
  });
}

type Costed = Pick<CostRow, "cell"> & { readonly cost?: Cost | undefined };

/** The row with the least cost per correct answer. */
export function cheapestOf<Row extends Costed>(rows: readonly Row[]): Row | undefined {
  const usd = (row: Row): number => row.cost?.perCorrect?.value ?? Infinity;
  const [first] = [...rows].sort((a, b) => (usd(a) === usd(b) ? 0 : usd(a) - usd(b)));
  return first?.cost?.perCorrect === undefined ? undefined : first;
}

function distance(
  { cell, cost }: Costed,
  cheapest: Costed | undefined,
  paired: readonly PairedCost[],
): Against | undefined {
  const [parts, best] = [cost?.parts, cheapest?.cost?.parts];
  const shares = parts && best && sharesOf(parts, best);
  if (shares === undefined || cheapest === undefined) return undefined;
  const of = (which: CellSummary): PairedCost | undefined => paired.find((one) => one.cell === which);
  return present({ cheapest: cheapest.cell, ratio: ratioOf(of(cell), of(cheapest.cell)), shares });
}

function ratioOf(one: PairedCost | undefined, other: PairedCost | undefined): Estimate | undefined {
  if (one === undefined || other === undefined || one.credit === 0 || other.credit === 0) return undefined;
  const value = one.usd / one.credit / (other.usd / other.credit);
  const [a, b] = [one.resampled, other.resampled];
  const ratio = a && b && a.usd.map((usd, r) => crossed(usd, a.credit[r], b.usd[r], b.credit[r]));
  return present({ value, interval: ratio && percentileInterval(ratio, { items: one.questions }) });
}

function costIn(scenario: Scenario, sums: SummedCell, tokenKind: TokenKind): Cost | undefined {
  const { cell, total } = sums;
  const rates = ratesOf(scenario, cell.energy);
  const usd = rates && costOf(rates, total);
  if (rates === undefined || usd === undefined) return undefined;
  const open = openFactors(rates, cell);
  const sampled = sums.resampled && costsOfResamples(rates, sums.resampled);
  const over = (below: number, column: "puts" | "credit"): Estimate => {
    const resampled = sums.resampled?.[column];
    const columns = sampled && resampled && ratios(sampled, resampled);
    return present({
      value: usd / below,
      interval: columns && percentileInterval(columns, { items: sums.questions.length }),
    });
  };
  const perAnswer = over(total.puts, "puts");
  const credits = sums.questions.flatMap(({ credit, puts }) => (credit === undefined ? [] : credit / puts));
  const { credit } = total;
  const perCorrect = credit ? atLeastWilson(over(credit, "credit"), perAnswer.value, credits) : undefined;
  return present({
    perAnswer: withFactors(perAnswer, open),
    perCorrect: perCorrect && withFactors(perCorrect, open),
    perCorrectBound: credit === 0 ? leastPerCorrect(perAnswer.value, open, credits.length) : undefined,
    perOutputToken: total.outputTokens > 0 ? usd / total.outputTokens : undefined,
    parts: decompose(usd, total, tokenKind),
    pue: rates.of === "joules" ? rates.pue : undefined,
  });
}

/** What is left open of a cell beside the sample of questions: factors around 1. Seconds and tokens are counted, and leave nothing. */
function openFactors(rates: Rates, cell: CellSummary): Interval[] {
  const half = rates.of === "joules" ? (cell.energy?.windowHalf ?? 0) : 0;
  return [...commonFactors(rates, cell), { low: Math.exp(-half), high: Math.exp(half) }];
}

/** The part of it that all cells by one meter share: the meter's own factor and the PUE. */
export function commonFactors(rates: Rates, { energy }: CellSummary): Interval[] {
  if (rates.of !== "joules" || energy === undefined) return [];
  const { value, low, high } = rates.pue;
  return [energy.factor, { low: low / value, high: high / value }];
}

const scaled = (value: number, factors: readonly Interval[]): Interval[] =>
  factors.map(({ low, high }) => ({ low: value * low, high: value * high }));

/** One question shows no sampling error, so no interval. */
export function withFactors({ value, interval }: Estimate, factors: readonly Interval[]): Estimate {
  if (interval === undefined) return { value };
  return { value, interval: combineFactors(value, interval, ...scaled(value, factors)) };
}

function leastPerCorrect(perAnswer: number, factors: readonly Interval[], questions: number): number {
  return combineFactors(perAnswer, ...scaled(perAnswer, factors)).low / mostCorrectWhenNone(questions);
}
