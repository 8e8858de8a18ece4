import type { Interval } from "./interval.ts";
import { normal } from "./normal.ts";
import type { Agreement } from "./proportionratio.ts";
import type { Random } from "./random.ts";
import { normalQuantile } from "./samplesizenormal.ts";

/** Two models on the same questions, the first and the second of every pair. */
export interface Workload {
  readonly items: number;
  readonly accuracy: readonly [number, number];
  /** Standard deviation of the logarithm of what an answer costs; its median is 1. */
  readonly spread: readonly [number, number];
}

/** By model, the columns of `items` questions. */
export interface Answers {
  readonly cost: readonly [number[], number[]];
  readonly credit: readonly [number[], number[]];
}

/** Correlation of how hard a question is for the one and for the other, and likewise of how long it is. */
const SHARED = 0.7;
/** Correlation of how hard a question is for a model with the logarithm of what its answer costs: the wrong ones are the dearer ones. */
const DEAR_WHEN_HARD = 0.4;

/** One run of both: given a question's difficulty and length, what two models make of it is independent, though they be the same model. */
export function drawAnswers({ items, accuracy, spread }: Workload, random: Random): Answers {
  const thresholds = accuracy.map(normalQuantile);
  const answers: Answers = { cost: [[], []], credit: [[], []] };
  for (let i = 0; i < items; i++) {
    const [difficulty, length] = [normal(random), normal(random)];
    for (const model of [0, 1] as const) {
      const hard = mixed(difficulty, normal(random), SHARED);
      const long = mixed(length, normal(random), SHARED);
      answers.credit[model].push(hard < (thresholds[model] as number) ? 1 : 0);
      answers.cost[model].push(Math.exp(spread[model] * mixed(hard, long, DEAR_WHEN_HARD ** 2)));
    }
  }
  return answers;
}

/** A standard normal number with this share of one's variance, the rest another's. */
function mixed(one: number, other: number, share: number): number {
  return Math.sqrt(share) * one + Math.sqrt(1 - share) * other;
}

/** The mean of a log-normal number whose logarithm has mean 0. */
export function meanCost(spread: number): number {
  return Math.exp(spread ** 2 / 2);
}

export function agreementOf({ credit: [first, second] }: Answers): Agreement {
  const count = (ours: number, theirs: number): number =>
    first.filter((one, i) => one === ours && second[i] === theirs).length;
  return { both: count(1, 1), first: count(1, 0), second: count(0, 1), items: first.length };
}

/** Twice 2,000: an observed share is within 0.7 % of the true one then (2 standard deviations). */
export const SIMULATIONS = 4_000;

/** In what share of the simulations the interval holds the truth; absent ones do not. */
export function shareHeld(truth: number, intervalOf: (simulation: number) => Interval | undefined): number {
  let held = 0;
  for (let s = 0; s < SIMULATIONS; s++) {
    const interval = intervalOf(s);
    if (interval !== undefined && interval.low <= truth && truth <= interval.high) held++;
  }
  return held / SIMULATIONS;
}
