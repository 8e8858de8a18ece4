import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Estimate } from "../stats/interval.ts";
import { axisOf, linearTicks, logTicks, placeOf, tickText } from "./axis.ts";

const estimate = (value: number, low: number, high: number): Estimate => ({ value, interval: { low, high } });

describe("linearTicks", () => {
  test("are round, few, and exact", () => {
    expect(linearTicks(-0.72, 0.7)).toEqual([-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]);
    expect(linearTicks(-0.05, 0.31)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearTicks(-0.011, 0.012)).toEqual([-0.01, -0.005, 0, 0.005, 0.01]);
    expect(linearTicks(0.97, 1.06)).toEqual([0.98, 1, 1.02, 1.04, 1.06]);
    expect(linearTicks(-30, 250)).toEqual([0, 50, 100, 150, 200, 250]);
  });
});

describe("logTicks", () => {
  test.each([
    [0.08, 9.5, [0.1, 0.2, 0.5, 1, 2, 5]],
    [0.35, 3, [0.5, 0.7, 1, 1.5, 2, 3]],
    [0.02, 60, [0.03, 0.1, 0.3, 1, 3, 10, 30]],
    [0.001, 1000, [0.001, 0.01, 0.1, 1, 10, 100, 1000]],
    [0.95, 1.12, [0.95, 1, 1.05, 1.1]],
  ])("of %d to %d", (low, high, ticks) => {
    expect(logTicks(low, high)).toEqual(ticks);
  });

  test("of very many decades are every so many of them, 1 among them", () => {
    expect(logTicks(1e-12, 1e9)).toEqual([1e-12, 1e-8, 1e-4, 1, 1e4, 1e8]);
  });
});

describe("axisOf", () => {
  test("holds every value, its bounds, and the value of no difference", () => {
    const { low, high } = axisOf([estimate(0.4, 0.35, 0.45), estimate(0.1, 0.05, 0.2)], "linear", 0);
    expect(low).toBeLessThan(0);
    expect(low).toBeGreaterThan(-0.05);
    expect(high).toBeGreaterThan(0.45);
    expect(high).toBeLessThan(0.5);
  });

  test("cuts an interval that would squeeze the others", () => {
    const axis = axisOf([estimate(2, 1.8, 2.2), estimate(1.5, 0.01, 900)], "log", 1);
    expect(placeOf(axis, 900)).toBeGreaterThan(1);
    expect(placeOf(axis, 0.01)).toBeLessThan(0);
    expect(axis.high).toBeGreaterThan(2.2);
  });

  test("takes bounds that are nowhere: 0 of a ratio, and infinity", () => {
    const axis = axisOf([estimate(2, 0, Infinity)], "log", 1);
    expect(placeOf(axis, 0)).toBe(-Infinity);
    expect(placeOf(axis, Infinity)).toBe(Infinity);
    expect(axis.ticks.length).toBeGreaterThan(1);
  });

  test("has a span where all are alike", () => {
    const axis = axisOf([{ value: 1 }], "log", 1);
    expect(placeOf(axis, 1)).toBeCloseTo(0.5, 6);
    expect(axis.ticks).toContain(1);
  });

  test("has few ticks in order inside its ends, and every value inside, whatever they are", () => {
    const ratio = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const factor = fc.double({ min: 1, max: 1e4, noNaN: true });
    const rows = fc.array(fc.tuple(ratio, factor), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom("linear", "log"), (pairs, scale) => {
        const estimates = pairs.map(([value, by]) => estimate(value, value / by, value * by));
        const axis = axisOf(estimates, scale, 1);
        const ends = [axis.low, ...axis.ticks, axis.high];
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
        expect(axis.ticks.length).toBeGreaterThan(0);
        expect(axis.ticks.length).toBeLessThanOrEqual(7);
        for (const { value } of estimates) {
          expect(placeOf(axis, value)).toBeGreaterThan(0);
          expect(placeOf(axis, value)).toBeLessThan(1);
        }
      }),
    );
  });
});

test("tickText is as short as can be", () => {
  expect([0, 1, 1.5, 0.05, -0.2, 0.15, 20, 1000, 0.001].map(tickText)).toEqual([
    "0",
    "1",
    "1.5",
    "0.05",
    "-0.2",
    "0.15",
    "20",
    "1000",
    "0.001",
  ]);
});
