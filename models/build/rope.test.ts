import { describe, expect, it } from "vitest";
import { ropeKeys, rotary, yarnMagnitude } from "./rope.ts";

const stated = (rope: object, more: object = {}) => ({
  max_position_embeddings: 4096,
  rope_theta: 10_000,
  rope_scaling: ropeKeys.parse(rope),
  ...more,
});

/** Frequencies that theta 10,000 and four pairs have by themselves: 10,000^(-i / 4). */
const plain = [1, 0.1, 0.01, 0.001];

/** The largest relative difference of two lists of frequencies. */
function apart(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((frequency, i) => Math.abs(frequency / expected[i]! - 1)));
}

describe("rotary", () => {
  it("turns pair i by theta^(-2i / dimension)", () => {
    const { frequencies, scale, pairs } = rotary({ max_position_embeddings: 64 }, 8);
    expect(apart(frequencies, plain)).toBeLessThan(1e-10);
    expect([scale, pairs]).toEqual([1, "halves"]);
    expect(apart(rotary({ max_position_embeddings: 64 }, 4, { theta: 100 }).frequencies, [1, 0.1])).toBeLessThan(1e-10);
  });

  it("finds theta under every name, the config's own first", () => {
    const second = (config: object) =>
      rotary({ max_position_embeddings: 64, ...config }, 4, { theta: 100 }).frequencies[1]!;
    const rope_parameters = ropeKeys.parse({ rope_theta: 2500 });
    expect(second({ rope_theta: 400 })).toBeCloseTo(1 / 20, 12);
    expect(second({ rope_parameters })).toBeCloseTo(1 / 50, 12);
    expect(second({ rope_theta: 400, rope_parameters })).toBeCloseTo(1 / 20, 12);
    expect(second({ rope_scaling: null, rope_parameters: null })).toBeCloseTo(1 / 10, 12);
  });

  it("linear: all frequencies divided, under the old spelling too", () => {
    for (const rope of [
      { rope_type: "linear", factor: 4 },
      { type: "linear", factor: 4 },
    ]) {
      const { frequencies, scale } = rotary(stated(rope), 8);
      expect(apart(frequencies, [0.25, 0.025, 0.0025, 0.00025])).toBeLessThan(1e-10);
      expect(scale).toBe(1);
    }
  });

  it("llama3: short waves kept, long ones slowed, between them a blend", () => {
    // In 2 pi x 1000 positions the pairs turn 1000, 100, 10 and 1 times; 10 is a quarter of the way from 4 to 28.
    const rope = { rope_type: "llama3", factor: 8, low_freq_factor: 4, high_freq_factor: 28 };
    const { frequencies } = rotary(stated({ ...rope, original_max_position_embeddings: 2000 * Math.PI }), 8);
    expect(apart(frequencies, [1, 0.1, 0.01 * (0.25 + 0.75 / 8), 0.001 / 8])).toBeLessThan(1e-10);
  });

  it("llama3: the frequencies of Llama 3.2 1B at the ends of its blend", () => {
    const rope = {
      rope_type: "llama3",
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    };
    const { frequencies } = rotary(stated(rope, { rope_theta: 500_000 }), 64);
    const own = Array.from({ length: 32 }, (_, i) => 500_000 ** (-i / 32));
    // A wave of 8192 / 4 positions is that of pair 14.1, one of 8192 of pair 17.5.
    expect(apart(frequencies.slice(0, 15), own.slice(0, 15))).toBeLessThan(1e-10);
    expect(
      apart(
        frequencies.slice(18),
        own.slice(18).map((frequency) => frequency / 32),
      ),
    ).toBeLessThan(1e-10);
    for (const i of [15, 16, 17]) {
      expect(frequencies[i]!).toBeLessThan(own[i]!);
      expect(frequencies[i]!).toBeGreaterThan(own[i]! / 32);
    }
  });

  const yarn = { rope_type: "yarn", factor: 4, original_max_position_embeddings: 2000 * Math.PI };

  it("yarn: a ramp over the pairs from beta_fast to beta_slow turns", () => {
    // Pair 1 turns 100 times and pair 3 once, so that the ends round to them: pair 2 is half-way.
    const { frequencies, scale } = rotary(stated({ ...yarn, beta_fast: 99, beta_slow: 1.01 }), 8);
    expect(apart(frequencies, [1, 0.1, 0.01 * (0.5 + 0.5 / 4), 0.001 / 4])).toBeLessThan(1e-10);
    expect(scale).toBeCloseTo(0.1 * Math.log(4) + 1, 12);
  });

  it("yarn: ends of the ramp are rounded outwards unless truncate is false", () => {
    // 32 turns are those of pair 3 - log10(32) = 1.495, rounded to 1; 1.01 turns almost those of pair 3.
    const [first, last] = [3 - Math.log10(32), 3 - Math.log10(1.01)];
    const ends = { ...yarn, beta_slow: 1.01 };
    const pair2 = (ramp: number) => 0.01 * (1 - ramp + ramp / 4);
    expect(rotary(stated(ends), 8).frequencies[2]).toBeCloseTo(pair2(0.5), 12);
    const { frequencies } = rotary(stated({ ...ends, truncate: false }), 8);
    expect(frequencies[2]).toBeCloseTo(pair2((2 - first) / (last - first)), 12);
  });

  it("yarn: its scale may be stated, or be the ratio of two magnitudes", () => {
    const scale = (more: object) => rotary(stated({ ...yarn, ...more }), 8).scale;
    expect(scale({ attention_factor: 1.25 })).toBe(1.25);
    expect(scale({ mscale: 0.7, mscale_all_dim: 0.7 })).toBe(1);
    expect(scale({ mscale: 1, mscale_all_dim: 0.5 })).toBeCloseTo(1.138629436 / 1.069314718, 9);
    expect(scale({ mscale: 0.5, mscale_all_dim: 0 })).toBeCloseTo(1.138629436, 9);
  });

  it("yarn: without a factor it is how much longer the context is", () => {
    const rope = { rope_type: "yarn", original_max_position_embeddings: 1024 };
    expect(rotary(stated(rope), 8).frequencies).toEqual(rotary(stated({ ...rope, factor: 4 }), 8).frequencies);
  });

  it.each([
    [
      "dynamic",
      { rope_type: "dynamic", factor: 2 },
      /rope_type "dynamic"; those that can be built are default, linear/,
    ],
    ["longrope", { type: "longrope" }, /rope_type "longrope"/],
    [
      "llama3 without its keys",
      { rope_type: "llama3", factor: 8 },
      /low_freq_factor is missing for rope_type "llama3"/,
    ],
    ["a rotation for each kind of layer", { full_attention: { rope_type: "default" } }, /rope_scaling\.full_attention/],
  ])("refuses %s", (_, rope, message) => {
    expect(() => rotary(stated(rope), 8)).toThrow(message);
  });
});

describe("yarnMagnitude", () => {
  it("is 1 where nothing is stretched", () => {
    expect(yarnMagnitude(1, 0.5)).toBe(1);
    expect(yarnMagnitude(40, 0.5)).toBeCloseTo(1.1844, 4);
  });
});
