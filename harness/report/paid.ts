import { costOf, ratesOf } from "../cost/rates.ts";
import type { Scenario } from "../cost/scenario.ts";
import { present } from "../present.ts";
import type { QuestionTotals } from "../report.ts";
import { type Columns, pairedRatioInterval } from "../stats/bootstrap.ts";
import { clusterSums } from "../stats/clusters.ts";
import { combineFactors, type Estimate } from "../stats/interval.ts";
import { noSurerThanAccuracies } from "./percorrectratio.ts";
import type { Compared } from "./pool.ts";
import type { RatioOptions } from "./ratio.ts";
import { scaled, timedPairs, windowExcess } from "./times.ts";

/** Two sides of a comparison. */
export interface ComparedPair {
  readonly a: Compared;
  readonly b: Compared;
}

/** What something is counted by: each put of a question, or what it earned. */
export type Unit = "puts" | "credit";

/**
 * Where seconds or tokens are paid for. Joules by one meter have one price and one PUE: their dollars stand to each other as they do.
 * Seconds also carry what befalls one and not the other for a while.
 */
export function paidRatio(
  pair: ComparedPair,
  scenario: Scenario,
  unit: Unit,
  options: RatioOptions,
): Estimate | undefined {
  const rates = ratesOf(scenario, undefined);
  const cost = (one: QuestionTotals): number => (rates && costOf(rates, one)) ?? NaN;
  const ratio = amountRatio(pair, { a: cost, b: cost }, unit, options);
  if (ratio?.interval === undefined || rates?.of !== "seconds") return ratio;
  const { value, interval } = ratio;
  const excess = windowExcess(timedPairs(pair.a, pair.b), options);
  return { value, interval: combineFactors(value, interval, scaled(value, excess)) };
}

/** An amount of each side per put or per correct answer, a over b, over the questions that were put to both. Clusters are drawn whole. */
export function amountRatio(
  { a, b }: ComparedPair,
  amount: { readonly [side in "a" | "b"]: (one: QuestionTotals) => number },
  unit: Unit,
  { clusterOf = () => undefined, ...options }: RatioOptions,
): Estimate | undefined {
  const theirs = new Map(b.totals.map((one) => [one.question, one]));
  const shared = a.totals.flatMap((one) => {
    const other = theirs.get(one.question);
    return other === undefined ? [] : [{ a: one, b: other }];
  });
  const clusters = shared.map((one) => clusterOf(one.a.question));
  const columns = (side: "a" | "b"): Columns => [
    clusterSums(
      shared.map((one) => amount[side](one[side])),
      clusters,
    ),
    clusterSums(
      shared.map((one) => one[side][unit] ?? 0),
      clusters,
    ),
  ];
  const [ours, others] = [columns("a"), columns("b")];
  const value = perUnit(ours) / perUnit(others);
  if (!Number.isFinite(value) || value <= 0) return undefined;
  const interval = pairedRatioInterval(ours, others, options);
  const isPlain = unit === "credit" && clusters.every((cluster) => cluster === undefined);
  const pairs = shared.map((one) => [one.a, one.b] as const);
  return present({
    value,
    interval: interval && isPlain ? noSurerThanAccuracies(value, interval, pairs, options.confidence) : interval,
  });
}

function perUnit([tops, bottoms]: Columns): number {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return total(tops) / total(bottoms);
}
