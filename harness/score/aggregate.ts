import type { Aggregation } from "../metric.ts";

/** One question's part of a metric. */
export interface Score {
  /** Credit, a loss, a log-likelihood in nats, or the index of the label that was taken. */
  readonly value: number;
  /** Words, bytes or tokens behind a log-likelihood. */
  readonly weight?: number;
  /** Index of the right label. */
  readonly gold?: number;
}

/**
 * What questions' scores are together, in lm-eval's arithmetic. Absent of no scores, where nothing can be divided by, and where
 * a perplexity is too large for a number.
 */
export function aggregate(aggregation: Aggregation, scores: readonly Score[]): number | undefined {
  const value = scores.length === 0 ? undefined : together(aggregation, scores);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function together(aggregation: Aggregation, scores: readonly Score[]): number | undefined {
  switch (aggregation) {
    case "mean":
    case "brier_score":
      return sumOf(scores) / scores.length;
    case "perplexity":
      return Math.exp(-sumOf(scores) / scores.length);
    case "weighted_perplexity":
      return Math.exp(-sumOf(scores) / weightOf(scores));
    case "bits_per_byte":
      return -sumOf(scores) / weightOf(scores) / Math.LN2;
    case "f1":
      return binaryF1(scores);
    case "bypass":
      return undefined;
  }
}

function sumOf(scores: readonly Score[]): number {
  return scores.reduce((sum, { value }) => sum + value, 0);
}

function weightOf(scores: readonly Score[]): number {
  return scores.reduce((sum, { weight }) => {
    if (weight === undefined) throw new TypeError("cannot weigh a log-likelihood: its score has no weight");
    return sum + weight;
  }, 0);
}

/**
 * scikit-learn's `f1_score` of two labels: of label 1, and 0 where neither the answers nor the truth hold one. Absent of other
 * labels, which a task with this metric is refused for before it runs.
 */
function binaryF1(scores: readonly Score[]): number | undefined {
  let [both, either] = [0, 0];
  for (const { value, gold } of scores) {
    if ([value, gold].some((label) => label !== 0 && label !== 1)) return undefined;
    either += value + (gold as number);
    both += value * (gold as number);
  }
  return either === 0 ? 0 : (2 * both) / either;
}
