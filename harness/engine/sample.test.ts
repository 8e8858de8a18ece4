import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argmax } from "./decode.ts";
import type { Sampling } from "./engine.ts";
import { sampler, weights } from "./sample.ts";

/** As probabilities, which is what they are proportional to. */
function probabilities(logits: readonly number[], sampling: Omit<Sampling, "seed">): number[] {
  const all = weights(Float32Array.from(logits), sampling);
  const total = all.reduce((sum, weight) => sum + weight, 0);
  return Array.from(all, (weight) => weight / total);
}

const softmax = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
  return logits.map((value) => Math.exp(value) / total);
};

/** ln of 0.1, 0.4, 0.2, 0.3: their softmax. */
const KNOWN = [0.1, 0.4, 0.2, 0.3].map(Math.log);

/** The logits are single precision. */
const close = (expected: readonly number[]): unknown[] => expected.map((value) => expect.closeTo(value, 6) as unknown);

const logitRows = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("weights", () => {
  test("are the softmax at temperature 1, logits that overflow alone and all", () => {
    expect(probabilities(KNOWN, { temperature: 1 })).toEqual(close([0.1, 0.4, 0.2, 0.3]));
    expect(probabilities([1000, 1001, -1000], { temperature: 1 })).toEqual(close(softmax([0, 1, -2000])));
  });

  test("divide the logits by the temperature", () => {
    expect(probabilities(KNOWN, { temperature: 0.5 })).toEqual(close([1 / 30, 16 / 30, 4 / 30, 9 / 30]));
    expect(probabilities([0, 2, 4], { temperature: 2 })).toEqual(close(softmax([0, 1, 2])));
  });

  test("keep the k largest, and all of fewer", () => {
    expect(probabilities(KNOWN, { temperature: 1, topK: 2 })).toEqual(close([0, 4 / 7, 0, 3 / 7]));
    expect(probabilities(KNOWN, { temperature: 1, topK: 3 })).toEqual(close([0, 4 / 9, 2 / 9, 3 / 9]));
    expect(probabilities(KNOWN, { temperature: 1, topK: 50 })).toEqual(close([0.1, 0.4, 0.2, 0.3]));
  });

  test.each([
    [0, [0, 1, 0, 0]],
    [0.39, [0, 1, 0, 0]],
    [0.41, [0, 4 / 7, 0, 3 / 7]],
    [0.69, [0, 4 / 7, 0, 3 / 7]],
    [0.71, [0, 4 / 9, 2 / 9, 3 / 9]],
    [0.91, [0.1, 0.4, 0.2, 0.3]],
    [1, [0.1, 0.4, 0.2, 0.3]],
  ])("keep the fewest that reach a mass of %d", (topP, expected) => {
    expect(probabilities(KNOWN, { temperature: 1, topP })).toEqual(close(expected));
  });

  test("take the mass at the temperature, and of what top-k left", () => {
    // 16/30 alone reach it at 0.5, where at 1 it takes two.
    expect(probabilities(KNOWN, { temperature: 0.5, topP: 0.5 })).toEqual(close([0, 1, 0, 0]));
    expect(probabilities(KNOWN, { temperature: 1, topP: 0.5 })).toEqual(close([0, 4 / 7, 0, 3 / 7]));
    // 0.4 of 0.7 reach 0.55, 0.4 of 1 do not.
    expect(probabilities(KNOWN, { temperature: 1, topK: 2, topP: 0.55 })).toEqual(close([0, 1, 0, 0]));
    expect(probabilities(KNOWN, { temperature: 1, topP: 0.55 })).toEqual(close([0, 4 / 7, 0, 3 / 7]));
  });

  test("keep the first of equals at the edge", () => {
    expect(probabilities([1, 3, 1, 1], { temperature: 1, topK: 2 })).toEqual(
      close(softmax([1, 3, -Infinity, -Infinity])),
    );
    expect(probabilities([0, -0, 0], { temperature: 1, topK: 2 })).toEqual(close([0.5, 0.5, 0]));
    expect(probabilities([2, 2, 2, 2], { temperature: 1, topP: 0.5 })).toEqual(close([0.5, 0.5, 0, 0]));
  });

  test("keep as many as top-k says, and none below one they drop", () => {
    fc.assert(
      fc.property(logitRows, fc.integer({ min: 1, max: 60 }), (logits, topK) => {
        const all = probabilities(logits, { temperature: 1, topK });
        const keptLogits = logits.filter((_, i) => all[i] !== 0);
        const dropped = logits.filter((_, i) => all[i] === 0);
        expect(keptLogits).toHaveLength(Math.min(topK, logits.length));
        expect(Math.max(...dropped)).toBeLessThanOrEqual(Math.min(...keptLogits));
      }),
    );
  });

  test("keep the fewest that reach top-p, near the top or far from it", () => {
    const spread = fc.constantFrom(0.1, 1, 10);
    fc.assert(
      fc.property(logitRows, spread, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (logits, temperature, topP) => {
        const unfiltered = probabilities(logits, { temperature });
        const all = probabilities(logits, { temperature, topP });
        const mine = unfiltered.filter((_, i) => all[i] !== 0);
        const mass = mine.reduce((sum, p) => sum + p, 0);
        expect(mass).toBeGreaterThan(topP - 1e-9);
        expect(mass - Math.min(...mine)).toBeLessThan(topP + 1e-9);
      }),
    );
  });

  test("count the mass of many unlikely tokens too", () => {
    const many = Array.from({ length: 100 }, () => -5);
    const keptOf = (logits: readonly number[], topP: number): number =>
      probabilities(logits, { temperature: 1, topP }).filter((p) => p > 0).length;
    // 1 + 100 exp(-5) = 1.674: 0.7 of it is 1.172, the first and 26 more.
    expect(keptOf([0, ...many], 0.7)).toBe(27);
    // 1 + exp(-3) = 1.050 reach 0.6 of 1.724; 1 alone does not.
    expect(keptOf([0, -3, ...many], 0.6)).toBe(2);
  });

  test.each([[[NaN, 1]], [[Infinity, 1]], [[-Infinity, -Infinity]], [[NaN, NaN]]])("refuse logits of %j", (logits) => {
    expect(() => weights(Float32Array.from(logits), { temperature: 1 })).toThrow(
      new RangeError("cannot sample: the model's logits are not all numbers, its weights or its graph are broken"),
    );
  });
});

describe("sampler", () => {
  const draws = (logits: readonly number[], sampling: Sampling, n: number): number[] => {
    const pick = sampler(sampling);
    const row = Float32Array.from(logits);
    return Array.from({ length: n }, () => pick(row));
  };

  test.each([
    [{ temperature: 1, seed: 1 }, [0.1, 0.4, 0.2, 0.3]],
    [{ temperature: 0.5, seed: 2 }, [1 / 30, 16 / 30, 4 / 30, 9 / 30]],
    [{ temperature: 1, topK: 3, seed: 3 }, [0, 4 / 9, 2 / 9, 3 / 9]],
    [{ temperature: 1, topP: 0.6, seed: 4 }, [0, 4 / 7, 0, 3 / 7]],
  ])("draws tokens as often as %j makes them likely (chi-square)", (sampling, expected) => {
    const n = 50_000;
    const seen = expected.map(() => 0);
    for (const token of draws(KNOWN, sampling, n)) (seen[token] as number)++;
    const possible = expected.flatMap((p, i) => (p > 0 ? [[seen[i] as number, p * n] as const] : []));
    expect(possible.reduce((sum, [count]) => sum + count, 0)).toBe(n);
    const chiSquare = possible.reduce((sum, [count, mean]) => sum + (count - mean) ** 2 / mean, 0);
    // 99.99 % quantile of chi-square with 3 degrees of freedom, the most there are here.
    expect(chiSquare).toBeLessThan(21.1);
  });

  test("is greedy with top-k of 1, with a tiny top-p, and at a tiny temperature", () => {
    fc.assert(
      fc.property(logitRows, fc.double({ min: 0.01, max: 1e9, noNaN: true }), fc.nat(), (logits, temperature, seed) => {
        const best = argmax(Float32Array.from(logits));
        expect(draws(logits, { temperature, topK: 1, seed }, 3)).toEqual([best, best, best]);
        expect(draws(logits, { temperature, topP: 1e-12, seed }, 3)).toEqual([best, best, best]);
      }),
    );
    expect(new Set(draws(KNOWN, { temperature: 1e-3, seed: 5 }, 1_000))).toEqual(new Set([1]));
  });

  test("draws the same from the same seed, and something else from another", () => {
    const sampling = { temperature: 1, topK: 3, topP: 0.99 };
    expect(draws(KNOWN, { ...sampling, seed: 8 }, 50)).toEqual(draws(KNOWN, { ...sampling, seed: 8 }, 50));
    expect(draws(KNOWN, { ...sampling, seed: 8 }, 50)).not.toEqual(draws(KNOWN, { ...sampling, seed: 9 }, 50));
  });

  test("never draws a token of probability 0", () => {
    const logits = [-Infinity, 0, -Infinity, 0, -Infinity];
    expect(new Set(draws(logits, { temperature: 1, seed: 6 }, 1_000))).toEqual(new Set([1, 3]));
  });

  test.each([
    [{ temperature: 0 }, 'cannot sample at temperature "0": give one above 0, or decode greedily'],
    [{ temperature: NaN }, 'cannot sample at temperature "NaN": give one above 0, or decode greedily'],
    [{ topK: 0 }, 'cannot sample from the "0" likeliest tokens: give a positive integer, or leave it out'],
    [{ topK: 1.5 }, 'cannot sample from the "1.5" likeliest tokens: give a positive integer, or leave it out'],
    [{ topP: 1.1 }, 'cannot sample from the likeliest "1.1" of the mass: give a share from 0 to 1'],
    [{ topP: NaN }, 'cannot sample from the likeliest "NaN" of the mass: give a share from 0 to 1'],
    [{ seed: 0.5 }, 'cannot sample with the seed "0.5": give an integer'],
  ])("refuses %j", (wrong, message) => {
    expect(() => sampler({ temperature: 1, seed: 0, ...wrong })).toThrow(new RangeError(message));
  });
});
