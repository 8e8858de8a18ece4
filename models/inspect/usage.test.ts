import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedDistinct } from "./distinct.ts";
import { largestOfRows } from "./routeroutput.ts";
import { summariseUsage } from "./usage.ts";

describe("expectedDistinct", () => {
  it("is k for one row, and E (1 - (1 - k/E)^B) for more", () => {
    expect(expectedDistinct(8, 2, 1)).toBeCloseTo(2, 12);
    expect(expectedDistinct(8, 2, 2)).toBeCloseTo(2 + 2 * (6 / 8), 12);
    expect(expectedDistinct(8, 8, 5)).toBe(8);
  });

  it("grows with rows and stays below E", () => {
    const sizes = fc.tuple(fc.integer({ min: 2, max: 256 }), fc.nat(), fc.integer({ min: 1, max: 64 }));
    fc.assert(
      fc.property(sizes, ([experts, pick, rows]) => {
        const perToken = 1 + (pick % experts);
        const distinct = expectedDistinct(experts, perToken, rows);
        expect(distinct).toBeGreaterThanOrEqual(perToken - 1e-9);
        expect(distinct).toBeLessThanOrEqual(Math.min(experts, rows * perToken) + 1e-9);
        expect(expectedDistinct(experts, perToken, rows + 1)).toBeGreaterThanOrEqual(distinct);
      }),
      { seed: 1 },
    );
  });
});

describe("summariseUsage", () => {
  it("gives the entropy of even use as log2 of the experts", () => {
    const steps = [
      { counts: [1, 1, 0, 0], distinct: 2 },
      { counts: [0, 0, 1, 1], distinct: 2 },
    ];
    expect(summariseUsage(steps, { experts: 4, perToken: 1, batch: 2 })).toEqual({
      meanDistinct: 2,
      evenDistinct: 4 * (1 - (3 / 4) ** 2),
      entropyBits: 2,
      largestShare: 0.25,
    });
  });

  it("tells a router that always takes the same", () => {
    const steps = [{ counts: [0, 6], distinct: 1 }];
    expect(summariseUsage(steps, { experts: 2, perToken: 1, batch: 6 })).toMatchObject({
      entropyBits: 0,
      largestShare: 1,
    });
  });
});

describe("largestOfRows", () => {
  it("picks the largest of each row, of equals the first", () => {
    expect(largestOfRows([1, 3, 2, 3, /**/ 5, 5, 5, 5, /**/ -Infinity, -1, -Infinity, -2], 4, 2)).toEqual([
      1, 3, 0, 1, 1, 3,
    ]);
  });
});
