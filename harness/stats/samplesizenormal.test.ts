import { expect, test } from "vitest";
import { Z95 } from "./interval.ts";
import { normalCdf, normalQuantile } from "./samplesizenormal.ts";

// As in any table of the normal distribution; the last is 1 - 0.9999997133484281.
test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1.959963984540054, 0.025],
  [-5, 2.866515718791933e-7],
])("normalCdf of %d is %d", (z, probability) => {
  expect(normalCdf(z)).toBeCloseTo(probability, 14);
});

test("normalCdf is 0 and 1 far out", () => {
  expect([normalCdf(-40), normalCdf(40)]).toEqual([0, 1]);
});

test("normalQuantile gives the known quantiles, and undoes normalCdf", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(Z95, 12);
  expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 12);
  for (const z of [-3, -0.4, 0, 2.2]) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 10);
});

test.each([0, 1, -0.1, NaN])("normalQuantile refuses %d", (probability) => {
  expect(() => normalQuantile(probability)).toThrow(RangeError);
});
