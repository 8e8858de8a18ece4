import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clusteredStandardError,
  meanStandardError,
  pooledStandardError,
  unweightedStandardError,
} from "./standarderror.ts";

const binary = (right: number, n: number): number[] => Array.from({ length: n }, (_, i) => (i < right ? 1 : 0));
const credits = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 40 });

describe("meanStandardError", () => {
  test("is lm-eval's of 1173 right answers of 1319", () => {
    expect(1173 / 1319).toBeCloseTo(0.88931, 6);
    expect(meanStandardError(binary(1173, 1319))).toBeCloseTo(0.00864217, 8);
  });

  test("is the root of p (1 - p) / (n - 1) of right and wrong", () => {
    expect(meanStandardError(binary(2, 10))).toBeCloseTo(Math.sqrt((0.2 * 0.8) / 9), 12);
  });

  test("is absent of one item", () => {
    expect(meanStandardError([1])).toBeUndefined();
    expect(meanStandardError([])).toBeUndefined();
  });
});

describe("clusteredStandardError", () => {
  test("is what numpy gives of five clusters", () => {
    const values = [1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1];
    const clusters = Array.from("aaabbcccddee");
    expect(clusteredStandardError(values, clusters)).toBeCloseTo(0.07607257743127306, 12);
  });

  test("of items that are their own clusters is that of independent ones", () => {
    fc.assert(
      fc.property(credits, (values) => {
        const clustered = clusteredStandardError(
          values,
          values.map((_, i) => String(i)),
        );
        expect(clustered).toBeCloseTo(meanStandardError(values) as number, 10);
      }),
    );
  });

  test("learns nothing from copies: every item k times in its cluster is worth the item once", () => {
    fc.assert(
      fc.property(credits, fc.integer({ min: 1, max: 5 }), (values, k) => {
        const copies = values.flatMap((value, i) => Array.from({ length: k }, () => [value, String(i)] as const));
        const clustered = clusteredStandardError(
          copies.map(([value]) => value),
          copies.map(([, cluster]) => cluster),
        );
        expect(clustered).toBeCloseTo(meanStandardError(values) as number, 10);
      }),
    );
  });

  test("is absent of one cluster, of unequal lists an error", () => {
    expect(clusteredStandardError([1, 0], ["a", "a"])).toBeUndefined();
    expect(clusteredStandardError([], [])).toBeUndefined();
    expect(() => clusteredStandardError([1, 0], ["a"])).toThrow("2 values but 1 clusters");
  });
});

describe("pooledStandardError", () => {
  test("is what lm-eval's formula gives of three sets", () => {
    expect(pooledStandardError([0.02, 0.03, 0.015], [100, 50, 400])).toBeCloseTo(0.011825977664227513, 12);
  });

  test("of one set is its own", () => {
    expect(pooledStandardError([0.02], [100])).toBeCloseTo(0.02, 12);
  });

  test("of sets alike is that of all their items but for the degrees of freedom", () => {
    const one = meanStandardError(binary(30, 100)) as number;
    const all = meanStandardError(binary(60, 200)) as number;
    expect(pooledStandardError([one, one], [100, 100])).toBeCloseTo(all * Math.sqrt(199 / 198), 12);
  });

  test("is absent where no set has two items, of unequal lists an error", () => {
    expect(pooledStandardError([0, 0], [1, 1])).toBeUndefined();
    expect(() => pooledStandardError([0.1], [1, 1])).toThrow("1 standard errors but 2 sizes");
  });
});

describe("unweightedStandardError", () => {
  test("is that of a mean of independent means, and the pooled one where all are of a size", () => {
    expect(unweightedStandardError([0.3, 0.4])).toBeCloseTo(0.25, 15);
    expect(unweightedStandardError([0.02, 0.05, 0.03])).toBeCloseTo(
      pooledStandardError([0.02, 0.05, 0.03], [200, 200, 200]) as number,
      12,
    );
    expect(unweightedStandardError([])).toBeUndefined();
  });
});
