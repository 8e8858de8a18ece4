import { type Estimate, wilson } from "./interval.ts";
import { present } from "../present.ts";
import type { Share } from "../units.ts";

/**
 * Resampling cannot draw a wrong answer where all were right, so what one correct answer takes is given at least the width
 * that Wilson's interval of the accuracy gives it. Only for questions that are right or wrong.
 *
 * @param perAnswer what one answer takes, right or wrong
 * @param credits credit per question, each the mean of its repeats
 */
export function atLeastWilson({ value, interval }: Estimate, perAnswer: number, credits: readonly Share[]): Estimate {
  const isBinary = credits.every((credit) => credit === 0 || credit === 1);
  if (interval === undefined || !isBinary) return present({ value, interval });
  const accuracy = wilson(credits.reduce((sum, credit) => sum + credit, 0) / credits.length, credits.length);
  const low = Math.min(interval.low, perAnswer / accuracy.high);
  return { value, interval: { low, high: Math.max(interval.high, perAnswer / accuracy.low) } };
}

/** With none of n questions correct, the one-sided 95 % upper bound of the accuracy (exact; about 3 / n, the rule of three). */
export function mostCorrectWhenNone(n: number): Share {
  return 1 - 0.05 ** (1 / n);
}
