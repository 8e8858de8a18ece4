import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conditionNumber, nonNegativeFit } from "./leastsquares.ts";

/** Longley-like small example solved by hand: y = 1 + 2x through (0,1), (1,3), (2,5), (3,8). */
const LINE = [0, 1, 2, 3].map((x) => [1, x]);

describe("nonNegativeFit", () => {
  test("gives the textbook line with its standard errors", () => {
    const fit = nonNegativeFit(LINE, [1, 3, 5, 8]);
    // Slope 2.3, intercept 0.8; residuals 0.2, -0.1, -0.4, 0.3: 0.30 over two degrees of freedom.
    expect(fit?.coefficients[0]).toBeCloseTo(0.8, 12);
    expect(fit?.coefficients[1]).toBeCloseTo(2.3, 12);
    expect(fit?.degrees).toBe(2);
    expect(fit?.error([0, 1])).toBeCloseTo(Math.sqrt(0.15 / 5), 12);
    expect(fit?.error([1, 0])).toBeCloseTo(Math.sqrt(0.15 * (1 / 4 + 2.25 / 5)), 12);
    expect(fit?.r2).toBeCloseTo(1 - 0.3 / 26.75, 12);
  });

  test("drops a column that would be negative and fits the rest", () => {
    const fit = nonNegativeFit(LINE, [4, 3, 2, 1]);
    expect(fit?.coefficients[1]).toBe(0);
    expect(fit?.coefficients[0]).toBeCloseTo(2.5, 12);
    expect(fit?.error([0, 1])).toBe(0);
  });

  test("finds exact non-negative coefficients again", () => {
    const positive = fc.double({ min: 0.01, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(positive, { minLength: 3, maxLength: 3 }), (truth) => {
        const rows = Array.from({ length: 12 }, (_, i) => [1 + (i % 3), 1 + ((i * 7) % 5), 2 + ((i * i) % 7)]);
        const values = rows.map((row) => row.reduce((sum, cell, j) => sum + cell * (truth[j] as number), 0));
        const fit = nonNegativeFit(rows, values);
        for (const [j, value] of truth.entries()) expect(fit?.coefficients[j]).toBeCloseTo(value, 6);
      }),
    );
  });

  test("gives nothing when there are no more rows than columns", () => {
    expect(nonNegativeFit(LINE.slice(0, 2), [1, 2])).toBeUndefined();
  });
});

describe("conditionNumber", () => {
  test("is 1 for orthogonal columns whatever their scale, infinite for the same column twice", () => {
    expect(
      conditionNumber([
        [1, 0],
        [0, 1000],
      ]),
    ).toBeCloseTo(1, 9);
    expect(
      conditionNumber([
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
    ).toBe(Infinity);
  });

  test("of two columns with cosine c is sqrt((1 + c) / (1 - c))", () => {
    const c = 0.9;
    expect(
      conditionNumber([
        [1, c],
        [0, Math.sqrt(1 - c * c)],
      ]),
    ).toBeCloseTo(Math.sqrt(1.9 / 0.1), 9);
  });
});
