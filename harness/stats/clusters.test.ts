import { expect, test } from "vitest";
import { clusterSums } from "./clusters.ts";

test("clusterSums adds up clusters in order of appearance, and leaves alone what stands alone", () => {
  expect(clusterSums([1, 2, 4, 8, 16], ["x", undefined, "y", "x", undefined])).toEqual([9, 2, 4, 16]);
  expect(clusterSums([0.1, 0.2], [undefined, undefined])).toEqual([0.1, 0.2]);
});

test("clusterSums refuses columns of unlike length", () => {
  expect(() => clusterSums([1, 2], ["x"])).toThrow(RangeError);
});
