import type { QuestionTotals } from "../report.ts";
import type { Interval } from "../stats/interval.ts";
import { proportionRatio } from "../stats/proportionratio.ts";
import { normalQuantile } from "../stats/samplesizenormal.ts";

/** Fewer questions on which two differ than these show resampling too little of what they might differ on. */
const ENOUGH = 10;

/**
 * A ratio of costs per correct answer is no surer than that of the accuracies below it: of questions on which next to none differ, every
 * resample says the same, and the score interval of the ratio of accuracies (`proportionRatio`) takes its place where it is wider.
 * Only of questions that stand alone and are right or wrong.
 */
export function noSurerThanAccuracies(
  value: number,
  interval: Interval,
  pairs: readonly (readonly [ours: QuestionTotals, theirs: QuestionTotals])[],
  confidence = 0.95,
): Interval {
  const credits = pairs.map((pair) => pair.map(({ credit = 0, puts }) => credit / puts) as [number, number]);
  const isPlain = credits.flat().every((credit) => credit === 0 || credit === 1);
  const count = (of: (ours: number, theirs: number) => boolean): number =>
    credits.filter(([ours, theirs]) => of(ours, theirs)).length;
  const [first, second] = [count((ours, theirs) => ours > theirs), count((ours, theirs) => ours < theirs)];
  if (!isPlain || first + second >= ENOUGH) return interval;
  const both = count((ours, theirs) => ours === 1 && theirs === 1);
  const counts = { both, first, second, items: pairs.length };
  const ratio = (both + first) / (both + second);
  const { low, high } = proportionRatio(counts, normalQuantile((1 + confidence) / 2));
  // More right answers make each cheaper: the accuracies' upper bound is the cost's lower one.
  return { low: Math.min(interval.low, (value * ratio) / high), high: Math.max(interval.high, (value * ratio) / low) };
}
