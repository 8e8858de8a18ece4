import { describe, expect, test } from "vitest";
import type { Answer, WindowObservation } from "../observation.ts";
import { perToken, timeShare } from "./attribute.ts";
import { answered, windowOf } from "./run.support.ts";
import { blocksOf, type WindowEnergy } from "./windows.ts";

const windowEnergy = (number: number, puts: readonly Answer[], gross: number, marginal: number): WindowEnergy => {
  const window = windowOf(puts.length, { window: number, wallS: 2 }) as WindowObservation;
  const [block] = blocksOf([window], puts);
  return { block: block as WindowEnergy["block"], gross, marginal, error: 0 };
};

describe("timeShare", () => {
  test("shares a window's energy by the time of its answers, all of it", () => {
    const [short, long] = [answered("q0", { latencyMs: 10 }), answered("q1", { latencyMs: 30 })];
    const { energyOf } = timeShare([windowEnergy(0, [short, long], 40, 20)]);
    expect(energyOf.get(short)).toEqual({ gross: 10, marginal: 5 });
    expect(energyOf.get(long)).toEqual({ gross: 30, marginal: 15 });
  });

  test("takes from the spread of the windows' power what the windows leave open, with Student's t", () => {
    const windows = [9, 11, 10, 12, 8].map((watts, i) =>
      windowEnergy(i, [answered(`q${i}`, { window: i })], 2 * watts, watts),
    );
    // Five windows of 2 s: total 100 J; their energies' standard deviation is sqrt(10).
    expect(timeShare(windows).grossHalf).toBeCloseTo((2.776445 * Math.sqrt(5) * Math.sqrt(10)) / 100, 6);
  });

  test("of one window has only its counter's edges open", () => {
    const alone = { ...windowEnergy(0, [answered("q0")], 50, 25), error: 0.5 };
    expect(timeShare([alone]).grossHalf).toBeCloseTo((1.96 * 0.5) / 50, 12);
  });

  test("opens the marginal energy further by what idle power leaves open", () => {
    const windows = [0, 1].map((i) => windowEnergy(i, [answered(`q${i}`, { window: i })], 20, 10));
    const { grossHalf, marginalHalf } = timeShare(windows, { watts: 5, half: 0.5 });
    expect(grossHalf).toBe(0);
    expect(marginalHalf).toBeCloseTo((0.5 * 4) / 20, 12);
  });
});

/** An answer of so many prompt and output tokens, whose time says nothing of its energy. */
const ofTokens = (window: number, i: number, prompt: number, output: number): Answer => ({
  ...answered(`q${window}-${i}`, { window, at: Array.from({ length: output }, (_, k) => k) }),
  prompt_tokens: prompt,
});

describe("perToken", () => {
  const windows = (count: number): WindowEnergy[] =>
    Array.from({ length: count }, (_, w) => {
      const puts = [0, 1, 2].map((i) => ofTokens(w, i, 10 + ((w * 7 + i * 3) % 40), 2 + ((w * 5 + i) % 9)));
      const prompt = puts.reduce((sum, put) => sum + put.prompt_tokens, 0);
      const output = puts.reduce((sum, put) => sum + put.timing.tokens.length - 1, 0);
      const marginal = 0.02 * prompt + 0.3 * output + 3 * 0.1;
      return windowEnergy(w, puts, marginal + 10, marginal);
    });

  test("finds the joules of a prompt token, an output token and a question again", () => {
    const result = perToken(windows(12), { watts: 5, half: 0 });
    if (typeof result === "string") throw new Error(result);
    expect(result.coefficients.promptToken?.joules).toBeCloseTo(0.02, 9);
    expect(result.coefficients.outputToken?.joules).toBeCloseTo(0.3, 9);
    expect(result.coefficients.question?.joules).toBeCloseTo(0.1, 9);
    expect(result.r2).toBeCloseTo(1, 9);
    const marginal = [...result.energyOf.values()].reduce((sum, energy) => sum + (energy.marginal ?? 0), 0);
    const gross = [...result.energyOf.values()].reduce((sum, energy) => sum + energy.gross, 0);
    expect(gross - marginal).toBeCloseTo(12 * 10, 9);
  });

  test("is refused with fewer than three windows a coefficient", () => {
    expect(perToken(windows(8), { watts: 5, half: 0 })).toBe("8 windows for 3 coefficients; needs three each");
  });

  test("is refused when the windows are too alike to tell the coefficients apart", () => {
    const same = Array.from({ length: 12 }, (_, w) => windowEnergy(w, [ofTokens(w, 0, 10, 4)], 12, 2));
    expect(perToken(same, { watts: 5, half: 0 })).toBe("the windows are too alike (condition number Infinity)");
  });

  test("is refused without idle power", () => {
    const { marginal: _, ...bare } = windowEnergy(0, [answered("q0")], 12, 2);
    expect(perToken([bare], undefined)).toBe("idle power is not known");
  });
});
