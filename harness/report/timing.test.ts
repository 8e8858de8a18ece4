import { describe, expect, test } from "vitest";
import { sorted } from "../stats/quantile.ts";
import type { Timing, WindowObservation } from "../observation.ts";
import { answered, windowOf } from "./run.support.ts";
import { outputTokens, percentiles, speeds, timePerOutputToken } from "./timing.ts";

const milliseconds = (n: number): number[] => Array.from({ length: n }, (_, i) => (i + 1) * 1e6);

const timing = (tokens: number[], calls?: number[]): Timing => ({
  tokenized: 1,
  tokens,
  latency: 2_000,
  ...(calls && { calls: calls.map((written, i) => ({ tokenized: 1 + 1_000 * i, tokens: written })) }),
});

describe("timePerOutputToken", () => {
  test("is the mean gap after the first token", () => {
    expect(timePerOutputToken(timing([10, 20, 60]))).toBe(25);
    expect(timePerOutputToken(timing([7, 10]))).toBe(3);
  });

  test("is absent for one token or none, never 0", () => {
    expect(timePerOutputToken(timing([10]))).toBeUndefined();
    expect(timePerOutputToken(timing([]))).toBeUndefined();
    expect(timePerOutputToken(timing([10, 90], [1, 1]))).toBeUndefined();
  });

  test("does not reach across calls", () => {
    // Gaps of 10 and 10, a prompt read for 1000, a gap of 40.
    expect(timePerOutputToken(timing([10, 20, 30, 1_030, 1_070], [3, 2]))).toBe(20);
    expect(timePerOutputToken(timing([10, 20, 1_030], [2, 0, 1]))).toBe(10);
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

  test("leave out what lies between calls, and count the reading of every prompt", () => {
    const two = { tokenized: 1e6, tokens: 2 };
    const calls = [two, { tokenized: 11e6, tokens: 3 }];
    const several = answered("q0", { at: [2, 3, 15, 16, 17] });
    const rates = speeds([{ ...several, timing: { ...several.timing, calls } }], []);
    // Read in 1 ms and 4 ms; steps in 1 ms and 2 ms.
    expect(rates.prefillTokensPerSecond).toBeCloseTo(5 / 0.005, 6);
    expect(rates.decodeTokensPerSecond).toBeCloseTo(3 / 0.003, 6);
    // Nobody knows when the prompt of a call was read that wrote nothing.
    const silent = { ...several.timing, calls: [...calls, { tokenized: 18e6, tokens: 0 }] };
    expect(speeds([{ ...several, timing: silent }], [])).toEqual({ decodeTokensPerSecond: expect.closeTo(1_000, 6) });
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

  test("counts all calls", () => {
    const wrote = (n: number) => ({ text: "", tokens: Array<number>(n).fill(1), finish: "stop" as const });
    const tokensOf = (more: object): number => outputTokens({ output: { type: "generation", ...wrote(3), ...more } });
    expect(tokensOf({ before: [wrote(20), wrote(5)] })).toBe(28);
    // The first of the drafts is the answer.
    expect(tokensOf({ drafts: [wrote(3), wrote(4)] })).toBe(7);
  });
});
