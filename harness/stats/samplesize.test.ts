import { describe, expect, test } from "vitest";
import { mcnemar, tango } from "./pairedproportions.ts";
import { type Random, seeded } from "./random.ts";
import {
  detectableDifference,
  detectableMargin,
  questionsByFormula,
  questionsNeeded,
  type WantedPower,
} from "./samplesize.ts";
import { binomialMass } from "./samplesizebinomial.ts";
import { normalQuantile } from "./samplesizenormal.ts";
import { type PairedEffect, pairedPower } from "./samplesizepower.ts";

const two = { power: 0.8, alpha: 0.05 } as const;
const one = { power: 0.8, alpha: 0.025 } as const;

/** Whether perjoule's own test comes out as wanted. */
function isShown(first: number, second: number, items: number, { margin, alpha }: PairedEffect): boolean {
  if (margin === undefined) return mcnemar(first, second) <= alpha;
  return tango({ first, second, items }, normalQuantile(1 - alpha)).low + margin > 0;
}

describe("pairedPower", () => {
  // O'Brien's example in the manual of G*Power: 50 pairs, of which 0.32 and 0.08 differ, one side at 0.05. Ours has two.
  test("is the published exact power", () => {
    expect(pairedPower(50, { discordance: 0.4, difference: 0.24, alpha: 0.1 })).toBeCloseTo(0.839343, 4);
  });

  test.each<PairedEffect>([
    { discordance: 0.4, difference: 0.2, alpha: 0.05 },
    { discordance: 0.4, difference: -0.2, alpha: 0.05 },
    { discordance: 0.3, difference: 0, alpha: 0.05 },
    { discordance: 0.3, difference: 0.3, alpha: 0.01 },
    { discordance: 1, difference: 0.5, alpha: 0.05 },
    { discordance: 0.2, difference: 0, margin: 0.1, alpha: 0.025 },
    { discordance: 0.3, difference: -0.05, margin: 0.2, alpha: 0.05 },
    { discordance: 0, difference: 0, margin: 0.1, alpha: 0.025 },
  ])("is the sum over every outcome of 40 questions: %j", (effect) => {
    const { discordance, difference } = effect;
    let sum = 0;
    for (let first = 0; first <= 40; first++) {
      for (let second = 0; first + second <= 40; second++) {
        if (!isShown(first, second, 40, effect)) continue;
        const differing = binomialMass(first + second, 40, discordance);
        const split = discordance === 0 ? 0.5 : (1 + difference / discordance) / 2;
        sum += differing * binomialMass(first, first + second, split);
      }
    }
    expect(pairedPower(40, effect)).toBeCloseTo(sum, 8);
  });
});

describe("questionsByFormula", () => {
  // Chow, Shao and Wang, Sample Size Calculations in Clinical Research, McNemar's test: 0.5 and 0.2 change. The example of
  // powerandsamplesize.com after Connor: 0.45 and 0.05. Duffy's, in the R package MESS: 0.2 and 0.1.
  test.each([
    [0.7, 0.3, 59],
    [0.5, 0.4, 23],
    [0.3, 0.1, 234],
  ])("is Connor's number: discordance %d, difference %d, %i pairs", (discordance, difference, questions) => {
    expect(questionsByFormula({ discordance, difference, ...two })).toBe(questions);
    expect(questionsByFormula({ discordance, difference: -difference, ...two })).toBe(questions);
  });
});

/** A run of so many questions, in which the two differ as they do: whether the test comes out as wanted. */
function simulated(items: number, effect: WantedPower, random: Random): boolean {
  const onlyFirst = (effect.discordance + effect.difference) / 2;
  let [first, second] = [0, 0];
  for (let i = 0; i < items; i++) {
    const u = random();
    if (u < onlyFirst) first++;
    else if (u < effect.discordance) second++;
  }
  return isShown(first, second, items, effect);
}

const SIMULATIONS = 2_000;

describe("questionsNeeded", () => {
  test.each<WantedPower>([
    { discordance: 0.5, difference: 0.3, ...two },
    { discordance: 0.3, difference: 0.1, ...two },
    { discordance: 0.3, difference: -0.1, power: 0.9, alpha: 0.01 },
    { discordance: 0.1, difference: 0.05, ...two },
    { discordance: 0.05, difference: 0.05, ...two },
    { discordance: 0.2, difference: 0.04, power: 0.9, alpha: 0.05 },
    { discordance: 0.95, difference: 0.2, ...two },
    { discordance: 0.1, difference: 0, margin: 0.05, ...one },
    { discordance: 0.02, difference: 0, margin: 0.02, ...one },
    { discordance: 0.3, difference: -0.02, margin: 0.1, ...one },
    { discordance: 0.2, difference: 0.05, margin: 0.05, power: 0.9, alpha: 0.025 },
  ])("gives the power that perjoule's own test then has in simulation, and little more: %j", (wanted) => {
    const items = questionsNeeded(wanted);
    const random = seeded(2026);
    let shown = 0;
    for (let s = 0; s < SIMULATIONS; s++) shown += Number(simulated(items, wanted, random));
    expect(Math.abs(shown / SIMULATIONS - pairedPower(items, wanted))).toBeLessThan(0.03);
    expect(Math.abs(shown / SIMULATIONS - wanted.power)).toBeLessThan(0.03);
  });

  test("is the fewest, and more than the formula says: the exact test is the more cautious", () => {
    const wanted = { discordance: 0.3, difference: 0.1, ...two };
    const items = questionsNeeded(wanted);
    expect(pairedPower(items, wanted)).toBeGreaterThanOrEqual(0.8);
    expect(pairedPower(items - 1, wanted)).toBeLessThan(0.8);
    expect(items).toBeGreaterThan(questionsByFormula(wanted));
    expect(items).toBeLessThan(questionsByFormula(wanted) + 2 / 0.1);
  });

  test("does not fall short again with one more, though the power of an exact test goes up and down", () => {
    const wanted = { discordance: 1, difference: 0.2, ...two };
    const items = questionsNeeded(wanted);
    for (let more = items; more <= items + 12; more++) expect(pairedPower(more, wanted)).toBeGreaterThanOrEqual(0.8);
    expect(pairedPower(items - 1, wanted)).toBeLessThan(0.8);
  });

  test("grows with discordance and power, and falls with the difference and the margin", () => {
    const needed = (more: Partial<WantedPower>): number =>
      questionsNeeded({ discordance: 0.2, difference: 0.05, ...two, ...more });
    const base = needed({});
    expect(needed({ discordance: 0.3 })).toBeGreaterThan(base);
    expect(needed({ power: 0.9 })).toBeGreaterThan(base);
    expect(needed({ alpha: 0.01 })).toBeGreaterThan(base);
    expect(needed({ difference: 0.1 })).toBeLessThan(base);
    expect(needed({ difference: -0.05 })).toBe(base);
    expect(needed({ difference: 0, margin: 0.1 })).toBeLessThan(needed({ difference: 0, margin: 0.05 }));
  });

  test("nears the formula where there are many: a difference of 0.001 takes millions", () => {
    const wanted = { discordance: 0.3, difference: 0.001, ...two };
    expect(questionsNeeded(wanted) / questionsByFormula(wanted)).toBeCloseTo(1, 2);
  });

  test("of two that never differ is what Tango's interval needs to be narrow enough: z^2 (1 - margin) / margin", () => {
    expect(questionsNeeded({ discordance: 0, difference: 0, margin: 0.02, ...one })).toBe(
      Math.floor((1.959963984540054 ** 2 * 0.98) / 0.02) + 1,
    );
  });

  test("takes a difference as large as the discordance whose sum is one bit off", () => {
    expect(questionsNeeded({ discordance: 0.1, difference: 0.8 - 0.7, ...two })).toBeGreaterThan(0);
  });

  test.each<[Partial<WantedPower>, string]>([
    [{ discordance: 0.04 }, "a difference of 0.05 is more than the discordance, 0.04"],
    [{ discordance: 1.2 }, "discordance must lie in [0, 1], got 1.2"],
    [{ discordance: NaN }, "discordance"],
    [{ difference: 0 }, "a difference of 0"],
    [{ difference: NaN }, "a difference of NaN"],
    [{ margin: 0 }, "a margin must lie between 0 and 1, got 0"],
    [{ margin: -0.1 }, "a margin"],
    [{ margin: 0.05, difference: -0.05 }, "no number of questions"],
    [{ power: 1 }, "power"],
    [{ power: 0.04 }, "power must lie between alpha, 0.05, and 1, got 0.04"],
    [{ alpha: 0 }, "alpha must lie between 0 and 1, got 0"],
    [{ difference: 1e-6 }, "more than 100000000"],
  ])("refuses %j", (more, message) => {
    const wanted = { discordance: 0.2, difference: 0.05, ...two, ...more };
    expect(() => questionsNeeded(wanted)).toThrow(RangeError);
    expect(() => questionsNeeded(wanted)).toThrow(message);
  });
});

describe("detectableDifference", () => {
  test("is the difference for which so many questions are needed", () => {
    const found = detectableDifference(249, { discordance: 0.3, ...two });
    expect(found).toBeCloseTo(0.1, 3);
  });

  test("is the discordance itself, or more, where that is too small to show anything", () => {
    // All that differs falls one way; six must: P(Bin(50, d) >= 6) = 0.8.
    expect(detectableDifference(50, { discordance: 0, ...two })).toBeCloseTo(0.1535, 3);
    expect(detectableDifference(50, { discordance: 0.1, ...two })).toBeCloseTo(0.1535, 3);
  });

  test("is absent where McNemar's exact test cannot be significant: five questions", () => {
    expect(detectableDifference(5, { discordance: 0.3, ...two })).toBeUndefined();
    expect(detectableDifference(6, { discordance: 0.3, ...two })).toBeLessThan(1);
  });
});

describe("detectableMargin", () => {
  test("is the margin for which so many questions are needed, and beyond what is true", () => {
    const truth = { discordance: 0.1, difference: 0, ...one };
    expect(detectableMargin(questionsNeeded({ ...truth, margin: 0.05 }), truth)).toBeCloseTo(0.05, 3);
    expect(detectableMargin(300, { ...truth, difference: -0.03 })).toBeGreaterThan(0.03);
  });
});
