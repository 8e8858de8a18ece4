import type { Columns } from "./columns.ts";
import type { Interval } from "./interval.ts";
import { studentQuantile } from "./student.ts";

/** Beyond what Student's t asks for, so that two alike are told apart in less than the stated share of cases. */
const MARGIN = 1.05;

/**
 * Interval of the ratio of two ratios of sums over stretches of a run, `(a0 / a1) / (b0 / b1)`, from how far the stretches lie apart: the
 * linearised variance of its logarithm (Cochran 1977, Sampling Techniques, 6.3) with Student's t, of stretches that are alike on one
 * degree of freedom less than there are. Unlike ones tell less: their squares are scaled, and their degrees of freedom counted, by what
 * share of the whole each is (Satterthwaite 1946, Biometrics Bulletin 2:110). A margin of 5 % keeps two alike from being told apart in
 * more cases than stated (`claimsimulation.test.ts`). It holds what befell one of two and not the other for a while, such as other work
 * on the machine, which no resampling of questions shows. Absent of fewer than two stretches.
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
  const shares = a[0].map((_, i) => (share(a[0], i, sums[0]) + share(b[0], i, sums[2])) / 2);
  const squares = sum(shares.map((one) => one ** 2));
  const error = Math.sqrt(sum(moves.map((move, i) => move ** 2 / (1 - 2 * (shares[i] as number) + squares))));
  const degrees = Math.max(1, Math.round(squares ** 2 / sum(shares.map((one) => one ** 4)) - 1));
  const half = MARGIN * studentQuantile((1 + confidence) / 2, degrees) * error;
  return { low: ratio * Math.exp(-half), high: ratio * Math.exp(half) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
