import { expect, test } from "vitest";
import { studentCdf, t95 } from "./student.ts";

test.each([
  [1, 12.706],
  [2, 4.303],
  [4, 2.776],
  [5, 2.571],
  [10, 2.228],
  [30, 2.042],
  [120, 1.98],
])("t95 of %i degrees of freedom is the tables' %f", (degrees, value) => {
  expect(t95(degrees)).toBeCloseTo(value, 3);
});

test("t95 falls towards the normal's quantile", () => {
  expect(t95(10_000)).toBeCloseTo(1.96, 3);
});

test("studentCdf of one degree of freedom is Cauchy's, of two has its closed form", () => {
  expect(studentCdf(1, 1)).toBeCloseTo(0.75, 12);
  expect(studentCdf(1.5, 2)).toBeCloseTo(0.5 + 1.5 / (2 * Math.sqrt(2 + 1.5 ** 2)), 12);
});

test("t95 refuses what has no degree of freedom", () => {
  expect(() => t95(0)).toThrow("studentQuantile: needs at least one degree of freedom, got 0");
});
