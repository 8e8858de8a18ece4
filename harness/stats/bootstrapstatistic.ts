import { percentileInterval } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";
import { type Random, seeded } from "./random.ts";

export interface StatisticOptions {
  readonly seed: number;
  /** The cluster of each item: clusters are then drawn whole. */
  readonly clusters?: readonly string[];
  readonly resamples?: number;
}

export interface Resampled extends Interval {
  /** Standard deviation of the replicates. It is the error already: over the root of their number it would shrink with patience. */
  readonly standardError: number;
}

const DEFAULT_RESAMPLES = 1_000;

/**
 * Percentile-bootstrap interval and standard error of any statistic of whole items (Efron and Tibshirani 1993). Absent of fewer
 * than two things to draw, and where the statistic is absent of a resample: leaving those out would narrow the interval.
 */
export function bootstrapStatistic<T>(
  items: readonly T[],
  statistic: (resample: readonly T[]) => number | undefined,
  { seed, clusters, resamples = DEFAULT_RESAMPLES }: StatisticOptions,
): Resampled | undefined {
  const drawn = clusters === undefined ? items.map((item) => [item]) : groupsOf(items, clusters);
  if (drawn.length < 2) return undefined;
  const random = seeded(seed);
  const replicates = Array.from({ length: resamples }, () => statistic(resampleOf(drawn, random)));
  const values = replicates.filter((value) => value !== undefined);
  if (values.length < 2 || values.length < resamples) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    ...percentileInterval(values, { items: drawn.length }),
    standardError: Math.sqrt(squares / (values.length - 1)),
  };
}

function groupsOf<T>(items: readonly T[], clusters: readonly string[]): T[][] {
  if (items.length !== clusters.length)
    throw new RangeError(`bootstrapStatistic: ${items.length} items but ${clusters.length} clusters`);
  const groups = new Map<string, T[]>();
  for (const [i, cluster] of clusters.entries()) {
    const group = groups.get(cluster) ?? [];
    group.push(items[i] as T);
    groups.set(cluster, group);
  }
  return [...groups.values()];
}

/** As many groups as there are, drawn with replacement; of uneven groups the number of items varies. */
function resampleOf<T>(groups: readonly (readonly T[])[], random: Random): T[] {
  const out: T[] = [];
  for (let i = 0; i < groups.length; i++)
    for (const item of groups[Math.floor(random() * groups.length)] as readonly T[]) out.push(item);
  return out;
}
