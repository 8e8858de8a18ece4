import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mcnemar } from "./pairedproportions.ts";
import { binomialMass, binomialUpper } from "./samplesizebinomial.ts";

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe("binomialMass", () => {
  // By hand: C(4, 2) / 2^4, C(10, 3) 0.2^3 0.8^7.
  test.each([
    [2, 4, 0.5, 0.375],
    [3, 10, 0.2, 0.201326592],
    [0, 7, 0, 1],
    [1, 7, 0, 0],
    [7, 7, 1, 1],
    [8, 7, 0.5, 0],
  ])("of %i in %i at %d is %d", (k, trials, p, mass) => {
    expect(binomialMass(k, trials, p)).toBeCloseTo(mass, 12);
  });

  test("adds up to 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), share, (trials, p) => {
        let sum = 0;
        for (let k = 0; k <= trials; k++) sum += binomialMass(k, trials, p);
        expect(sum).toBeCloseTo(1, 10);
      }),
    );
  });
});

describe("binomialUpper", () => {
  test("is the sum of what lies at k and above, on either side of the mean", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        share,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trials, p, at) => {
          const k = Math.round(at * trials);
          let sum = 0;
          for (let i = k; i <= trials; i++) sum += binomialMass(i, trials, p);
          expect(binomialUpper(k, trials, p)).toBeCloseTo(sum, 10);
        },
      ),
    );
  });

  test("twice is McNemar's p-value of a count above half", () => {
    for (const [more, less] of [
      [7, 1],
      [16, 6],
      [1_050, 1_000],
    ] as const) {
      expect(2 * binomialUpper(more, more + less, 0.5)).toBeCloseTo(mcnemar(more, less), 9);
    }
  });

  test("is certain at 0, and nothing where nothing succeeds", () => {
    expect([
      binomialUpper(0, 5, 0.3),
      binomialUpper(6, 5, 0.3),
      binomialUpper(1, 5, 0),
      binomialUpper(5, 5, 1),
    ]).toEqual([1, 0, 0, 1]);
  });
});
