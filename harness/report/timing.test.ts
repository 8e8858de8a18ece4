import { describe, expect, test } from "vitest";
import { sorted } from "../stats/quantile.ts";
import type { WindowObservation } from "../observation.ts";
import { answered, windowOf } from "./run.support.ts";
import { outputTokens, percentiles, speeds, timePerOutputToken } from "./timing.ts";

const milliseconds = (n: number): number[] => Array.from({ length: n }, (_, i) => (i + 1) * 1e6);

describe("timePerOutputToken", () => {
  test("is the mean gap after the first token", () => {
    expect(timePerOutputToken([10, 20, 60])).toBe(25);
    expect(timePerOutputToken([7, 10])).toBe(3);
  });

  test("is absent for one token or none, never 0", () => {
    expect(timePerOutputToken([10])).toBeUndefined();
    expect(timePerOutputToken([])).toBeUndefined();
  });
});

describe("percentiles", () => {
  test("are in seconds, by linear interpolation", () => {
    const { p50, p90, p99 } = percentiles(milliseconds(100).reverse(), 100);
    expect(p50?.value).toBeCloseTo(0.0505, 12);
    expect(p90?.value).toBeCloseTo(0.0901, 12);
    expect(p99?.value).toBeCloseTo(0.09901, 12);
  });

  test("p99 is absent below 100 values and p90 below 10", () => {
    expect(percentiles(milliseconds(99), 99)).not.toHaveProperty("p99");
    expect(percentiles(milliseconds(10), 10)).toHaveProperty("p90");
    expect(percentiles(milliseconds(9), 9)).not.toHaveProperty("p90");
    expect(percentiles(milliseconds(1), 1)).toEqual({ p50: { value: 0.001 } });
    expect(percentiles([], 0)).toEqual({});
  });

  test("have an interval where the questions are enough for one", () => {
    expect(percentiles(milliseconds(20), 20).p50?.interval).toEqual({ low: 0.006, high: 0.015 });
    expect(percentiles(milliseconds(100), 100).p99).not.toHaveProperty("interval");
  });

  test("do not get sharper by asking the same questions again", () => {
    const once = percentiles(milliseconds(20), 20);
    const again = percentiles(sorted([...milliseconds(20), ...milliseconds(20)]), 20);
    expect(again.p50?.interval).toEqual(once.p50?.interval);
  });
});

describe("speeds", () => {
  test("are ratios of sums, not means of ratios", () => {
    const answers = [
      // 5 prompt tokens in 1 ms; 1 step in 1 ms.
      answered("q0", { at: [2, 3] }),
      // 5 prompt tokens in 9 ms; 2 steps in 20 ms.
      answered("q1", { at: [10, 20, 30] }),
    ];
    const rates = speeds(answers, [windowOf(2, { wallS: 0.5 }), windowOf(2, { wallS: 1.5 })] as WindowObservation[]);
    expect(rates.prefillTokensPerSecond).toBeCloseTo(10 / 0.01, 6);
    expect(rates.decodeTokensPerSecond).toBeCloseTo(3 / 0.021, 6);
    expect(rates.answersPerSecond).toBeCloseTo(1, 12);
  });

  test("of answers without tokens, or with one each, have no decode rate", () => {
    expect(speeds([answered("q0", { at: [2] })], [])).not.toHaveProperty("decodeTokensPerSecond");
    expect(speeds([answered("q0", { at: [] })], [])).toEqual({});
    expect(speeds([], [])).toEqual({});
  });
});

describe("outputTokens", () => {
  test("counts what was written", () => {
    expect(outputTokens(answered("q0", { at: [1, 2, 3] }))).toBe(3);
    expect(outputTokens(answered("q0", { output: { type: "likelihoods", choices: [] } }))).toBe(0);
  });
});
