import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { integrator } from "./integrate.ts";

const S = 1e9;
const start = () => integrator({ period: 0.1, most: 1_000 });

describe("integrator", () => {
  test("has no reading before the first good sample", () => {
    const sum = start();
    expect(sum.read()).toBeUndefined();
    sum.add(undefined, 0);
    expect(sum.read()).toBeUndefined();
    sum.add(50, 0.1 * S);
    expect(sum.read()).toEqual({ at: 0.1 * S, edge: 0.1 * S, joules: 0, breaks: 0 });
  });

  test("integrates by the trapezoid rule, up to the last sample", () => {
    const sum = start();
    sum.add(100, 0);
    sum.add(200, 0.1 * S);
    sum.add(0, 0.3 * S);
    expect(sum.read()).toMatchObject({ at: 0.3 * S, breaks: 0 });
    expect(sum.read()?.joules).toBeCloseTo(15 + 20, 9);
  });

  test("is exact for power that changes evenly, however unevenly it is sampled", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 499 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), steps, (watts, milliseconds) => {
        const sum = start();
        sum.add(watts, 0);
        let t = 0;
        for (const ms of milliseconds) {
          t += ms / 1_000;
          sum.add(watts + 10 * t, Math.round(t * S));
        }
        expect(sum.read()?.joules).toBeCloseTo(watts * t + 5 * t * t, 6);
      }),
    );
  });

  test("leaves out a sample that failed: not zero, and its neighbours span it", () => {
    const sum = start();
    sum.add(100, 0);
    sum.add(undefined, 0.1 * S);
    sum.add(100, 0.2 * S);
    expect(sum.read()).toMatchObject({ breaks: 0 });
    expect(sum.read()?.joules).toBeCloseTo(20, 9);
  });

  test.each([Number.NaN, -5, 5_000, Infinity])("leaves out a sample of %d W", (watts) => {
    const sum = start();
    sum.add(100, 0);
    sum.add(watts, 0.1 * S);
    expect(sum.read()).toMatchObject({ at: 0, joules: 0 });
    sum.add(100, 0.2 * S);
    expect(sum.read()?.joules).toBeCloseTo(20, 9);
  });

  test("breaks over a gap of more than five periods", () => {
    const sum = start();
    sum.add(100, 0);
    sum.add(100, 0.5 * S);
    expect(sum.read()?.breaks).toBe(0);
    sum.add(100, 1.1 * S);
    expect(sum.read()).toMatchObject({ at: 1.1 * S, joules: 50, breaks: 1 });
  });

  test("breaks where it is told to, once, and counts on after it", () => {
    const sum = start();
    sum.add(100, 0);
    sum.break();
    expect(sum.read()).toMatchObject({ joules: 0, breaks: 0 });
    sum.add(100, 0.1 * S);
    sum.add(100, 0.2 * S);
    expect(sum.read()).toMatchObject({ breaks: 1 });
    expect(sum.read()?.joules).toBeCloseTo(10, 9);
  });

  test("counts a moment once, though it is reported twice", () => {
    const sum = start();
    sum.add(100, 0);
    sum.add(100, 0.1 * S);
    sum.add(900, 0.1 * S);
    sum.add(100, 0.2 * S);
    expect(sum.read()?.joules).toBeCloseTo(20, 9);
  });
});
