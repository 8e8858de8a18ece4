import { expect, test } from "vitest";
import { normal } from "./normal.ts";
import { seeded } from "./random.ts";

test("normal has mean 0, standard deviation 1 and 5 % beyond 1.96", () => {
  const random = seeded(12);
  const n = 100_000;
  const draws = Array.from({ length: n }, () => normal(random));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / n;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / n;
  // Four standard errors each.
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  const beyond = draws.filter((draw) => Math.abs(draw) > 1.96).length / n;
  expect(Math.abs(beyond - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / n));
});

test("normal is finite for the ends of its source", () => {
  expect(normal(() => 0)).toBeCloseTo(0, 12);
  expect(Number.isFinite(normal(() => 1 - 2 ** -32))).toBe(true);
});
