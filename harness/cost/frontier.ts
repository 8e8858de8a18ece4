import type { CellSummary } from "../report.ts";
import type { Share } from "../units.ts";
import { areComparable, type PairedCost } from "./paired.ts";
import type { Scenario } from "./scenario.ts";

/** Whether nothing else in the run is at least as good and at least as cheap; `perhaps` where the questions asked do not tell. */
export type OnFrontier = "yes" | "no" | "perhaps";

/** Share of the resamples that settles it, from either side. */
const SURE: Share = 0.95;

/** Which cells of a task are on the frontier of accuracy and cost per answer. Absent where they cannot be compared. */
export function frontierOf(costs: readonly PairedCost[], scenario: Scenario): Map<CellSummary, OnFrontier> {
  const cells = costs.map(({ cell }) => cell);
  if (!areComparable(cells, scenario)) return new Map();
  const points = costs.flatMap(({ resampled }) => {
    if (resampled === undefined) return [];
    const perPut = (sums: Float64Array): Float64Array => sums.map((sum, r) => sum / (resampled.puts[r] as number));
    return { accuracy: perPut(resampled.credit), cost: perPut(resampled.usd) };
  });
  if (points.length < costs.length) return new Map();
  const shares = frontierShares(points);
  return new Map(cells.map((cell, i) => [cell, verdict(shares[i] as Share)]));
}

/** Accuracy and cost of one contender in every resample. */
export interface Contender {
  readonly accuracy: ArrayLike<number>;
  readonly cost: ArrayLike<number>;
}

/**
 * In which share of the resamples each contender is on the frontier: no other has at least its accuracy at no more than its
 * cost, one of the two strictly.
 */
export function frontierShares(contenders: readonly Contender[]): Share[] {
  const resamples = contenders[0]?.cost.length ?? 0;
  return contenders.map((one) => {
    let on = 0;
    for (let r = 0; r < resamples; r++) on += contenders.some((other) => dominates(other, one, r)) ? 0 : 1;
    return on / resamples;
  });
}

function dominates(other: Contender, one: Contender, r: number): boolean {
  const [better, good] = [other.accuracy[r] as number, one.accuracy[r] as number];
  const [cheaper, dear] = [other.cost[r] as number, one.cost[r] as number];
  return better >= good && cheaper <= dear && (better > good || cheaper < dear);
}

export function verdict(share: Share): OnFrontier {
  if (share >= SURE) return "yes";
  return share <= 1 - SURE + Number.EPSILON ? "no" : "perhaps";
}
