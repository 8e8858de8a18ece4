import type { Columns } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";
import { studentQuantile } from "./student.ts";

/**
 * Interval of the ratio of two ratios of sums over stretches of a run, `(a0 / a1) / (b0 / b1)`, from how far the stretches lie apart: the
 * linearised variance of its logarithm (Cochran 1977, Sampling Techniques, 6.3) with Student's t on one degree of freedom less than
 * there are stretches. It holds what befell one of two and not the other for a while, such as other work on the machine, which no
 * resampling of questions shows. Absent of fewer than two stretches.
 */
export function blockRatioInterval(a: Columns, b: Columns, confidence = 0.95): Interval | undefined {
  const lengths = [...a, ...b].map((column) => column.length);
  if (new Set(lengths).size > 1)
    throw new RangeError(`blockRatioInterval: columns of unlike length: ${lengths.join(", ")}`);
  const n = a[0].length;
  const sums = [...a, ...b].map(sum) as [number, number, number, number];
  const ratio = sums[0] / sums[1] / (sums[2] / sums[3]);
  if (n < 2 || !(ratio > 0) || !Number.isFinite(ratio)) return undefined;
  const share = (column: readonly number[], i: number, all: number): number => (column[i] as number) / all;
  // What each stretch moves the logarithm by; the moves add up to 0.
  const moves = a[0].map(
    (_, i) => share(a[0], i, sums[0]) - share(a[1], i, sums[1]) - share(b[0], i, sums[2]) + share(b[1], i, sums[3]),
  );
  const error = Math.sqrt((n / (n - 1)) * sum(moves.map((move) => move ** 2)));
  const half = studentQuantile((1 + confidence) / 2, n - 1) * error;
  return { low: ratio * Math.exp(-half), high: ratio * Math.exp(half) };
}

/** The wider of two intervals to either side; the first where there is no other. */
export function wider(one: Interval, other: Interval | undefined): Interval {
  if (other === undefined) return one;
  return { low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
