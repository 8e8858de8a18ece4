import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { varianceAt, weightedLine } from "./line.ts";

const points = (xs: readonly number[], ys: readonly number[], weights: readonly number[] = xs.map(() => 1)) =>
  xs.map((x, i) => ({ x, y: ys[i] as number, weight: weights[i] as number }));

/** The line itself; a missing one fails the test. */
function line(...of: Parameters<typeof points>) {
  const found = weightedLine(points(...of));
  if (found === undefined) throw new Error("no line");
  return found;
}

describe("weightedLine", () => {
  test("agrees with the first of Anscombe's quartet (The American Statistician 27, 1973)", () => {
    const found = line(
      [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
      [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
    );
    expect(found.slope).toBeCloseTo(0.5001, 4);
    expect(found.offset).toBeCloseTo(3.0001, 4);
    expect(Math.sqrt(found.covariance.slope)).toBeCloseTo(0.1179, 4);
    expect(Math.sqrt(found.covariance.offset)).toBeCloseTo(1.1247, 4);
    // Mean of x: 9.
    expect(found.covariance.both).toBeCloseTo(-9 * found.covariance.slope, 12);
    expect(found.degrees).toBe(9);
  });

  test("solves three unequal weights as by hand", () => {
    // Weights 1, 2, 1 at x = 0, 1, 2: mean 1, spread 2; mean of y 11/4; slope (-1 * 1 + 1 * 4) / 2.
    const found = line([0, 1, 2], [1, 3, 4], [1, 2, 1]);
    expect(found.slope).toBeCloseTo(1.5, 12);
    expect(found.offset).toBeCloseTo(1.25, 12);
    // Residuals -1/4, 1/4, -1/4: weighted squares 1/4 over one degree of freedom.
    expect(found.covariance.slope).toBeCloseTo(0.125, 12);
    expect(found.covariance.both).toBeCloseTo(-0.125, 12);
    expect(found.covariance.offset).toBeCloseTo(0.25 * (1 / 4 + 1 / 2), 12);
  });

  test("does not depend on the unit of the weights", () => {
    const one = line([0, 1, 2, 5], [1, 3, 4, 9], [1, 2, 1, 3]);
    const other = line([0, 1, 2, 5], [1, 3, 4, 9], [180, 360, 180, 540]);
    expect(other.slope).toBeCloseTo(one.slope, 12);
    expect(other.covariance.offset).toBeCloseTo(one.covariance.offset, 12);
  });

  test("finds any line on which the points lie, without error", () => {
    const value = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(value, value, (slope, offset) => {
        const xs = [10, 20, 35, 60];
        const found = line(
          xs,
          xs.map((x) => slope * x + offset),
          [1, 2, 3, 4],
        );
        expect(found.slope).toBeCloseTo(slope, 9);
        expect(found.offset).toBeCloseTo(offset, 7);
        expect(found.covariance.slope).toBeCloseTo(0, 9);
      }),
    );
  });

  test("gives none through two points, or through points above one another", () => {
    expect(weightedLine(points([1, 2], [1, 2]))).toBeUndefined();
    expect(weightedLine(points([3, 3, 3], [1, 2, 3]))).toBeUndefined();
  });
});

test("varianceAt is least at the weighted mean, where only the scatter is left", () => {
  const found = line([0, 1, 2], [1, 3, 4], [1, 2, 1]);
  expect(varianceAt(found, 1)).toBeCloseTo(0.25 / 4, 12);
  expect(varianceAt(found, 0)).toBeCloseTo(found.covariance.offset, 12);
  expect(varianceAt(found, 2)).toBeCloseTo(varianceAt(found, 0), 12);
});
