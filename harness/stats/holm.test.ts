import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mcnemar } from "./pairedproportions.ts";
import { holm } from "./holm.ts";
import { seeded } from "./random.ts";

const p = fc.double({ min: 0, max: 1, noNaN: true });

describe("holm", () => {
  // The examples of pingouin's documentation (pingouin.holm) and of the English Wikipedia's article on Holm's method; by hand.
  test.each([
    [
      [0.5, 0.003, 0.32, 0.054, 0.0003],
      [0.64, 0.012, 0.64, 0.162, 0.0015],
    ],
    [
      [0.01, 0.04, 0.03, 0.005],
      [0.03, 0.06, 0.06, 0.02],
    ],
    [
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [0.05, 0.08, 0.09, 0.09, 0.09],
    ],
    [
      [0.6, 0.7],
      [1, 1],
    ],
    [[0.2], [0.2]],
    [[], []],
  ])("of %j is %j", (pValues, expected) => {
    const adjusted = holm(pValues);
    expect(adjusted).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(adjusted[i]).toBeCloseTo(value, 12);
  });

  test("lies between a p-value and Bonferroni's, keeps their order, and does not depend on the order given", () => {
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 30 }), (pValues) => {
        const adjusted = holm(pValues);
        for (const [i, value] of adjusted.entries()) {
          expect(value).toBeGreaterThanOrEqual(pValues[i] as number);
          expect(value).toBeLessThanOrEqual(Math.min(1, pValues.length * (pValues[i] as number)));
        }
        const ascending = pValues.map((_, i) => i).sort((i, j) => (pValues[i] as number) - (pValues[j] as number));
        const inOrder = ascending.map((i) => adjusted[i] as number);
        expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
        expect(holm(pValues.toReversed())).toEqual(adjusted.toReversed());
      }),
    );
  });

  test("finds a difference among models that are alike in at most 5 % of families", () => {
    const random = seeded(7);
    let found = 0;
    for (let family = 0; family < 400; family++) {
      const models = Array.from({ length: 4 }, () => Array.from({ length: 60 }, () => random() < 0.6));
      const pValues = models.flatMap((a, i) =>
        models.slice(i + 1).map((b) => {
          const only = (one: boolean[], other: boolean[]): number => one.filter((is, q) => is && !other[q]).length;
          return mcnemar(only(a, b), only(b, a));
        }),
      );
      found += holm(pValues).some((value) => value < 0.05) ? 1 : 0;
    }
    expect(found / 400).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 400));
  });

  test.each([[[0.5, 1.1]], [[-0.1]], [[NaN]]])("refuses %j", (pValues) => {
    expect(() => holm(pValues)).toThrow(RangeError);
  });
});
