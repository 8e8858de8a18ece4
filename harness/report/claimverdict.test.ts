import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Expectation } from "../claim.ts";
import { normal } from "../stats/normal.ts";
import { seeded } from "../stats/random.ts";
import { questionsNeeded } from "../stats/samplesize.ts";
import { normalQuantile } from "../stats/samplesizenormal.ts";
import type { Measured } from "./claimmeasure.ts";
import {
  type Bound,
  boundsOf,
  decided,
  jointly,
  type Needed,
  questionsToDecide,
  type Verdict,
} from "./claimverdict.ts";
import { countsOf } from "./compare.support.ts";
import { pairedQuality, type PairedQuality } from "./comparequality.ts";

/** A ratio whose logarithm has so large a standard error: at 0.95 it reaches 1.96 of them to either side. */
function ratioOf(value: number, error: number, more: Partial<Measured> = {}): Measured {
  const half = (confidence: number): number => error * normalQuantile((1 + confidence) / 2);
  const intervalAt = (confidence: number): { low: number; high: number } => ({
    low: value * Math.exp(-half(confidence)),
    high: value * Math.exp(half(confidence)),
  });
  return { value, alike: 1, intervalAt, questions: 100, ...more };
}

/** A difference of accuracies of so many questions that both, only the first, only the second, and neither got right. */
function differenceOf(...counts: readonly [both: number, first: number, second: number, neither: number]): Measured {
  const questions = countsOf(...counts);
  const at = (confidence: number): PairedQuality => pairedQuality(questions, { seed: 1, confidence }) as PairedQuality;
  const quality = at(0.95);
  const { value } = quality.difference;
  const intervalAt = (confidence: number): ReturnType<Measured["intervalAt"]> => at(confidence).difference.interval;
  return { value, alike: 0, intervalAt, questions: questions.length, quality };
}

const least = (value: number): Bound => ({ direction: "at least", stated: value, margin: 0, value });
const most = (value: number): Bound => ({ direction: "at most", stated: value, margin: 0, value });
const ALONE = { alpha: 0.05, tests: 1 };
const exactly = (low: number, high: number): Measured => ratioOf(1, 0, { intervalAt: () => ({ low, high }) });

describe("boundsOf", () => {
  test("moves what is stated outwards by the margin", () => {
    const bounds = boundsOf(Expectation.parse({ ratio: "latency", at_least: 2, at_most: 3, margin: 0.5 }));
    expect(bounds).toEqual([
      { direction: "at least", stated: 2, margin: 0.5, value: 1.5 },
      { direction: "at most", stated: 3, margin: 0.5, value: 3.5 },
    ]);
    expect(boundsOf(Expectation.parse({ difference: "accuracy", at_least: -0.01 }))).toEqual([least(-0.01)]);
  });
});

describe("decided", () => {
  test.each([
    [most(2), 1, 2, "supported"],
    [most(2), 1, 2.0001, "inconclusive"],
    [most(2), 2, 3, "inconclusive"],
    [most(2), 2.0001, 3, "refuted"],
    [least(2), 2, 3, "supported"],
    [least(2), 1.9999, 3, "inconclusive"],
    [least(2), 1, 2, "inconclusive"],
    [least(2), 1, 1.9999, "refuted"],
  ] as const)("counts a bound as met: %j and [%d, %d] is %s", (bound, low, high, verdict) => {
    expect(decided(exactly(low, high), bound, ALONE)).toBe(verdict);
  });

  test("decides nothing without an interval", () => {
    expect(decided(ratioOf(1, 0, { intervalAt: () => undefined }), most(9), ALONE)).toBe("inconclusive");
  });

  test("takes the interval at 1 - alpha to support, and at 1 - alpha / tests to refute", () => {
    // 1.96 standard errors of 0.1 reach 0.196, 2.39 of them, for one of three, 0.239.
    const joint = { alpha: 0.05, tests: 3 };
    expect(decided(ratioOf(1, 0.1), most(Math.exp(0.2)), joint)).toBe("supported");
    expect(decided(ratioOf(1, 0.1), most(Math.exp(-0.2)), ALONE)).toBe("refuted");
    expect(decided(ratioOf(1, 0.1), most(Math.exp(-0.2)), joint)).toBe("inconclusive");
    expect(decided(ratioOf(1, 0.1), most(Math.exp(-0.24)), joint)).toBe("refuted");
  });

  test("wants McNemar's exact test to agree where accuracies are held against being alike", () => {
    // 4 : 0 of 50. Tango's interval leaves 0 out, the exact p-value is 0.125.
    const four = differenceOf(30, 4, 0, 16);
    expect(four.intervalAt(0.95)?.low).toBeGreaterThan(0);
    expect(decided(four, least(0), ALONE)).toBe("inconclusive");
    expect(decided(four, most(0), ALONE)).toBe("inconclusive");
    expect(decided(four, least(-0.001), ALONE)).toBe("supported");
    expect(decided(differenceOf(30, 6, 0, 14), least(0), ALONE)).toBe("supported");
    expect(decided(differenceOf(30, 0, 6, 14), least(0), ALONE)).toBe("refuted");
    // 2 / 64 is below 0.05, but not below a third of it.
    expect(decided(differenceOf(30, 0, 6, 14), least(0), { alpha: 0.05, tests: 3 })).toBe("inconclusive");
  });

  test("asks it of a ratio of accuracies that is held against 1, and of no other", () => {
    const { quality } = differenceOf(30, 4, 0, 16);
    const ratio = ratioOf(34 / 30, 0.05, { quality: quality as PairedQuality });
    expect(decided(ratio, least(1), ALONE)).toBe("inconclusive");
    expect(decided(ratio, least(0.999), ALONE)).toBe("supported");
    expect(decided(ratioOf(34 / 30, 0.05), least(1), ALONE)).toBe("supported");
  });

  test("never takes back a verdict when the bound moves the way that favours it", () => {
    const order: Verdict[] = ["refuted", "inconclusive", "supported"];
    const positive = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 0, max: 1, noNaN: true }),
        positive,
        positive,
        fc.integer({ min: 1, max: 9 }),
        (value, error, one, other, tests) => {
          const at = (bound: Bound): number =>
            order.indexOf(decided(ratioOf(value, error), bound, { alpha: 0.05, tests }));
          const [near, far] = [Math.min(one, other), Math.max(one, other)];
          expect(at(most(far))).toBeGreaterThanOrEqual(at(most(near)));
          expect(at(least(far))).toBeLessThanOrEqual(at(least(near)));
        },
      ),
    );
  });

  test("is refuted less readily as one of more, and supported all the same", () => {
    const number = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 0, max: 1, noNaN: true }), number, fc.nat(8), (value, error, at, more) => {
        const alone = decided(ratioOf(value, error), most(at), ALONE);
        const oneOf = decided(ratioOf(value, error), most(at), { alpha: 0.05, tests: 1 + more });
        expect(alone === oneOf || (alone === "refuted" && oneOf === "inconclusive")).toBe(true);
      }),
    );
  });
});

describe("jointly", () => {
  test("refuted by one, supported only by all, comparable only if all are", () => {
    expect(jointly(["supported", "supported"])).toBe("supported");
    expect(jointly(["supported", "inconclusive"])).toBe("inconclusive");
    expect(jointly(["inconclusive", "not comparable", "supported"])).toBe("not comparable");
    expect(jointly(["not comparable", "refuted", "supported"])).toBe("refuted");
  });

  test("does not hang on the order", () => {
    const verdict = fc.constantFrom<Verdict>("supported", "refuted", "inconclusive", "not comparable");
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), (all) => {
        expect(jointly(all.toReversed())).toBe(jointly(all));
        expect(all).toContain(jointly(all));
      }),
    );
  });
});

const questionsIn = (needed: Needed): number => ("questions" in needed ? needed.questions : NaN);

describe("questionsToDecide, by enumeration of the test that will be made", () => {
  const seen = differenceOf(60, 12, 6, 22);

  test("against 0 agrees with the planner of McNemar's test", () => {
    const wanted = { discordance: 0.18, difference: 0.06, power: 0.8, alpha: 0.05 };
    expect(questionsToDecide(seen, least(0), ALONE)).toEqual({ questions: questionsNeeded(wanted) });
    // As a ratio against 1 it is the same question.
    const { quality } = seen;
    const ratio = ratioOf(72 / 66, 0.06, { quality: quality as PairedQuality });
    expect(questionsToDecide(ratio, least(1), ALONE)).toEqual(questionsToDecide(seen, least(0), ALONE));
  });

  test("has no planner for a ratio of accuracies that is held against anything else", () => {
    const { quality } = seen;
    const [plain, judged] = [ratioOf(0.8, 0.1), ratioOf(0.8, 0.1, { quality: quality as PairedQuality })];
    expect(questionsToDecide(judged, most(0.9), ALONE)).toEqual(questionsToDecide(plain, most(0.9), ALONE));
  });

  test("of a margin that is kept agrees with the planner of non-inferiority, one-sided at half of alpha", () => {
    const effect = { discordance: 0.18, power: 0.8, alpha: 0.025 };
    expect(questionsToDecide(seen, least(-0.02), ALONE)).toEqual({
      questions: questionsNeeded({ ...effect, difference: 0.06, margin: 0.02 }),
    });
    expect(questionsToDecide(seen, most(0.1), ALONE)).toEqual({
      questions: questionsNeeded({ ...effect, difference: -0.06, margin: 0.1 }),
    });
  });

  test("against 0 wants more where what was seen is to be refuted as one of several", () => {
    const wanted = { discordance: 0.18, difference: -0.06, power: 0.8 };
    expect(questionsToDecide(seen, most(0), { alpha: 0.05, tests: 5 })).toEqual({
      questions: questionsNeeded({ ...wanted, alpha: 0.01 }),
    });
    const inside = questionsToDecide(seen, least(0), { alpha: 0.05, tests: 5 });
    expect(inside).toEqual(questionsToDecide(seen, least(0), ALONE));
  });

  test("has no answer where the two are seen to be alike and are held against that", () => {
    expect(questionsToDecide(differenceOf(60, 9, 9, 22), least(0), ALONE)).toEqual({
      never: "what was seen is the bound itself",
    });
  });
});

describe("questionsToDecide, by what shrinks with the root of their number", () => {
  test("of a ratio by hand", () => {
    // (1.95996 + 0.84162)^2 x 0.1^2 x 100 / ln(1 / 0.9)^2 = 707.07
    expect(questionsToDecide(ratioOf(0.9, 0.1), most(1), ALONE)).toEqual({ questions: 708 });
    expect(questionsToDecide(ratioOf(1 / 0.9, 0.1), least(1), ALONE)).toEqual({ questions: 708 });
  });

  test("decides as often as it promises if what was seen is true", () => {
    const random = seeded(5);
    const needed = questionsIn(questionsToDecide(ratioOf(0.9, 0.1), most(1), ALONE));
    const error = 0.1 * Math.sqrt(100 / needed);
    const runs = 4_000;
    let found = 0;
    for (let i = 0; i < runs; i++) {
      const again = ratioOf(0.9 * Math.exp(error * normal(random)), error);
      if (decided(again, most(1), ALONE) === "supported") found++;
    }
    // 0.6 % of standard deviation.
    expect(found / runs).toBeGreaterThan(0.78);
    expect(found / runs).toBeLessThan(0.82);
  });

  test("grows with the inverse square of the distance, and with the square of the error", () => {
    const at = (log: number, error = 0.3): number =>
      questionsIn(questionsToDecide(ratioOf(Math.exp(log), error), most(1), ALONE));
    expect(at(-0.05) / at(-0.1)).toBeCloseTo(4, 2);
    expect(at(0.05) / at(0.1)).toBeCloseTo(4, 2);
    expect(at(-0.1, 0.6) / at(-0.1, 0.3)).toBeCloseTo(4, 2);
  });

  test("wants more of what lies beyond its bound, where that is one of several to be refuted", () => {
    const five = { alpha: 0.05, tests: 5 };
    const [z, z5, power] = [normalQuantile(0.975), normalQuantile(0.995), normalQuantile(0.8)];
    const beyond = questionsIn(questionsToDecide(ratioOf(1.1, 0.1), most(1), five));
    const alone = questionsIn(questionsToDecide(ratioOf(1.1, 0.1), most(1), ALONE));
    expect(beyond / alone).toBeCloseTo(((z5 + power) / (z + power)) ** 2, 2);
    expect(questionsToDecide(ratioOf(0.9, 0.1), most(1), five)).toEqual({ questions: 708 });
  });

  test("of a difference beyond its margin, which no planner has", () => {
    const seen = differenceOf(60, 6, 12, 22);
    const needed = questionsToDecide(seen, least(-0.01), ALONE);
    // Half its interval reaches about 0.083 of a hundred questions; 0.05 of them is wanted.
    expect(questionsIn(needed)).toBeGreaterThan(400);
    expect(questionsIn(needed)).toBeLessThan(800);
  });

  test("is always more than were asked", () => {
    const log = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(log, fc.double({ min: 1e-4, max: 2, noNaN: true }), (value, error) => {
        const needed = questionsToDecide(ratioOf(Math.exp(value), error), most(1), ALONE);
        expect("questions" in needed ? needed.questions > 100 : needed.never !== "").toBe(true);
      }),
    );
  });

  test.each([
    [
      "one question",
      ratioOf(2, 0, { intervalAt: () => undefined }),
      "one question, one cluster of them, or a few that are all alike show no spread",
    ],
    [
      "figures of price books",
      ratioOf(1, 0.1, { questions: 0 }),
      "no number of questions decides it, for none is behind it",
    ],
    ["the bound itself", ratioOf(1, 0.1), "what was seen is the bound itself"],
    ["next to the bound", ratioOf(1 + 1e-6, 0.1), "it would take more than 100000000 questions"],
    [
      "an unbounded interval",
      ratioOf(2, 0.1, { intervalAt: () => ({ low: 0, high: Infinity }) }),
      "too few answers are right to tell how many questions would decide",
    ],
    [
      "nothing right",
      ratioOf(0, 0.1, { intervalAt: () => ({ low: 0, high: 1.2 }) }),
      "too few answers are right to tell how many questions would decide",
    ],
  ])("says why none is enough: %s", (_, seen, never) => {
    expect(questionsToDecide(seen, most(1), ALONE)).toEqual({ never });
  });
});

describe("questionsToDecide, beside what a power model leaves open", () => {
  const open = { low: 0.75, high: 1.33 };
  const half = Math.log(1.33);
  /** An interval that joins a sampling error with the factor. */
  const modelled = (value: number, error: number): Measured => {
    const width = Math.hypot(normalQuantile(0.975) * error, half);
    return ratioOf(value, width / normalQuantile(0.975), { open });
  };

  test("never decides what lies no further from the bound than that", () => {
    const needed = questionsToDecide(modelled(0.8, 0.1), most(1), ALONE);
    expect(needed).toEqual({
      never: expect.stringContaining("power model alone leaves more open between two programs"),
    });
  });

  test("decides what lies further as often as it promises if what was seen is true", () => {
    const random = seeded(6);
    for (const value of [0.7, 0.5]) {
      const needed = questionsIn(questionsToDecide(modelled(value, 0.5), most(1), ALONE));
      const error = 0.5 * Math.sqrt(100 / needed);
      const runs = 4_000;
      let found = 0;
      for (let i = 0; i < runs; i++) {
        const again = modelled(value * Math.exp(error * normal(random)), error);
        if (decided(again, most(1), ALONE) === "supported") found++;
      }
      expect(found / runs).toBeGreaterThan(0.78);
      expect(found / runs).toBeLessThan(0.82);
    }
  });

  test("faces the side of the bound, where the factor is not the same to both", () => {
    // Beyond the bound by 0.3: more than ln 1.33 = 0.285, less than -ln 0.5.
    const lopsided = { open: { low: 0.5, high: 1.33 } };
    expect(questionsToDecide(ratioOf(Math.exp(0.3), 0.5, lopsided), most(1), ALONE)).toHaveProperty("never");
    expect(questionsToDecide(ratioOf(Math.exp(-0.3), 0.5, lopsided), most(1), ALONE)).toHaveProperty("questions");
  });
});
