import type { Interval } from "./interval.ts";
import { quantile } from "./quantile.ts";
import { normalCdf } from "./samplesizenormal.ts";
import { studentQuantile } from "./student.ts";

/** What replicates were drawn from, and how sure their interval is to be. */
export interface Drawn {
  /** Items that a resample draws; clusters where those are drawn whole. Without it the interval is not expanded. */
  readonly items?: number;
  /** 0.95 unless told. */
  readonly confidence?: number;
}

/** Beyond what Student's t asks for: see `percentileInterval`. */
const MARGIN = 1.03;

/**
 * Percentile-bootstrap interval, expanded for the number of items: resamples of n items vary by a factor (n - 1) / n too little, and
 * Student's t allows for how little n items tell of their spread (Hesterberg 2015, What teachers should know about the bootstrap, arXiv
 * 1411.5279); and 3 % wider still. A bound that falls among infinite replicates is `Infinity`, which a report shows as absent.
 *
 * Measured in 4,000 simulations of each of 26 settings: ratios of costs per correct answer, ratios of mean costs and costs per correct
 * answer; costs log-normal with a standard deviation of 0.3 or 0.8 of the logarithm, dearer where the answer is wrong; accuracies of 10
 * to 97 %; two models correlated through the question. With 400 items (2,000 simulations) the truth is held in 94.5 to 96.7 %, with 100
 * in 94.3 to 95.9 %, with 50 in 94.2 to 96.0 % of 22 settings. Without the 3 % that is 93.6 to 95.4 % with 100 items and with 50, and by
 * percentiles as they are 93.2 to 95.0 and 92.5 to 94.4 %: a model beside itself would be told apart too often. BCa (Efron 1987) holds
 * it in 92.4 to 96.0 and 90.8 to 95.9 %.
 *
 * It falls short in the other four: with 50 items of which 10 % are right (92.7 and 93.9 %), and where few dear answers make most of a mean
 * (deviation 0.8, 90 % right: 93.5 %; beside one of 0.3: 92.5 %). What was not seen cannot be drawn. A model's mean cost beside its own is
 * told apart in 5.4 % of cases with 50 items of deviation 0.8, and in 5.0 % with 100.
 */
export function percentileInterval(replicates: Iterable<number>, drawn: Drawn = {}): Interval {
  const ordered = Float64Array.from(replicates).sort();
  const last = ordered.length - 1;
  // The k-th of R replicates is their k / (R + 1) quantile (Davison and Hinkley 1997, Bootstrap Methods and their Application, 5.2).
  const bound = (probability: number): number => {
    const place = Math.min(Math.max((ordered.length + 1) * probability - 1, 0), last);
    const value = quantile(ordered, place / Math.max(1, last));
    return Number.isNaN(value) ? Infinity : value;
  };
  const tail = tailOf(drawn);
  return { low: bound(tail), high: bound(1 - tail) };
}

/** The share of the replicates to leave out on either side. */
function tailOf({ items, confidence = 0.95 }: Drawn): number {
  const tail = (1 - confidence) / 2;
  if (items === undefined) return tail;
  if (items < 2) return 0;
  // Beyond 1,000 degrees of freedom t is within 0.12 % of the normal quantile, and takes long to find.
  const t = studentQuantile(1 - tail, Math.min(items - 1, 1_000));
  return normalCdf(-MARGIN * t * Math.sqrt(items / (items - 1)));
}
