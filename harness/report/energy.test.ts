import { describe, expect, test } from "vitest";
import { powerModel } from "../meter/estimate.ts";
import type { Observation, WindowObservation } from "../observation.ts";
import { energyShares } from "./energy.ts";
import { answered, asked, failed, pass, questionsOf, runOf, summaryOf, windowOf, withPlan } from "./run.support.ts";

const power = powerModel(runOf().environment);

describe("energyShares", () => {
  test("shares a window's energy by the time of its answers, all of it", () => {
    const answers = [answered("q0", { latencyMs: 10 }), answered("q1", { latencyMs: 30 })];
    const shares = [...energyShares(answers, [windowOf(2) as WindowObservation], power).values()];
    expect(shares[0]?.gross).toBeCloseTo(39.9 / 4, 9);
    expect(shares[1]?.gross).toBeCloseTo((39.9 * 3) / 4, 9);
    expect(shares.reduce((sum, { marginal }) => sum + marginal, 0)).toBeCloseTo(30.9, 9);
  });

  test("keeps windows and trials apart", () => {
    const answers = [answered("q0"), answered("q1", { window: 1 }), answered("q0", { trial: 1 })];
    const windows = [
      windowOf(1),
      windowOf(1, { window: 1, wallS: 5, cpuS: 20 }),
      windowOf(1, { trial: 1, cpuS: 0 }),
    ] as WindowObservation[];
    const gross = [...energyShares(answers, windows, power).values()].map((share) => share.gross);
    expect(gross[0]).toBeCloseTo(39.9, 9);
    expect(gross[1]).toBeCloseTo(79.8, 9);
    expect(gross[2]).toBeCloseTo(9, 9);
  });

  test("gives nothing for a window without processor time, never 0", () => {
    expect(energyShares([answered("q0")], [windowOf(1, { cpuS: null }) as WindowObservation], power).size).toBe(0);
    expect(energyShares([answered("q0")], [], power).size).toBe(0);
  });
});

describe("energySummary", () => {
  test("per answer times answers is the sum of the windows' energy", () => {
    const windows: Observation[] = [0, 1, 2].map((window) => windowOf(4, { window, cpuS: 2 + window * 4 }));
    const answers = questionsOf(12).map(({ id }, i) =>
      answered(id, { window: Math.floor(i / 4), latencyMs: 1 + i, text: i < 6 ? "yes" : "no" }),
    );
    const { energy, answers: judged } = summaryOf(runOf(), [...asked(questionsOf(12)), ...answers, ...windows]);
    // Loads of 20, 60 and 100 % over 2.5 s.
    const marginal = [0.238, 0.512, 1].map((g) => 2.5 * 4 * g * 3.09).reduce((sum, joules) => sum + joules, 0);
    expect((energy?.marginalPerAnswer.value as number) * 12).toBeCloseTo(marginal, 9);
    expect((energy?.grossPerAnswer.value as number) * 12).toBeCloseTo(marginal + 3 * 9, 9);
    expect((energy?.grossPerCorrect?.value as number) * 6).toBeCloseTo(marginal + 27, 9);
    expect((energy?.grossPerOutputToken as number) * 24).toBeCloseTo(marginal + 27, 9);
    expect(judged.reduce((sum, answer) => sum + (answer.energy ?? 0), 0)).toBeCloseTo(marginal + 27, 9);
  });

  test("says what it is: modelled, of a virtual machine's share, by which table", () => {
    const { energy } = summaryOf(runOf(), [...asked(questionsOf(5)), ...pass(5, 5)]);
    expect(energy).toMatchObject({ grade: "C", boundary: "vm_share", source: "spec:sapphire_rapids@2026-03-09" });
  });

  test("of equal answers has the power model's interval alone", () => {
    const { energy } = summaryOf(runOf(), [...asked(questionsOf(10)), ...pass(10, 10)]);
    const { value, interval } = energy?.grossPerAnswer ?? { value: 0 };
    expect(value).toBeCloseTo(3.99, 9);
    expect(interval?.low).toBeCloseTo(3.99 * 0.65, 9);
    expect(interval?.high).toBeCloseTo(3.99 * 1.9, 9);
    expect(energy?.marginalPerAnswer.interval?.low).toBeCloseTo(3.09 * 0.55, 9);
    expect(energy?.marginalPerAnswer.interval?.high).toBeCloseTo(3.09 * 1.8, 9);
  });

  test("per correct answer is wider than per answer: which answers are right was left to chance", () => {
    const { energy } = summaryOf(runOf(), [...asked(questionsOf(40)), ...pass(40, 20)]);
    expect(energy?.grossPerCorrect?.value).toBeCloseTo(39.9 / 20, 9);
    const { low, high } = energy?.grossPerCorrect?.interval ?? { low: 0, high: 0 };
    expect(low).toBeLessThan((39.9 / 20) * 0.65);
    expect(high).toBeGreaterThan((39.9 / 20) * 1.9);
  });

  test("with none correct gives no cost, but a bound that it is above", () => {
    const { energy } = summaryOf(runOf(), [...asked(questionsOf(50)), ...pass(50, 0)]);
    expect(energy).not.toHaveProperty("grossPerCorrect");
    // The exact form of the rule of three, on the low end of the power model: 5 % beside -ln 0.05 / 50 at 50 questions.
    expect(energy?.grossPerCorrectBound).toBeCloseTo((0.798 * 0.65) / (1 - 0.05 ** (1 / 50)), 9);
    expect((39.9 * 0.65) / 2.995732 / (energy?.grossPerCorrectBound ?? 0)).toBeCloseTo(0.97, 2);
  });

  test("with none of one correct is above what the one answer cost at least", () => {
    const { energy } = summaryOf(runOf(), [...asked(questionsOf(1)), ...pass(1, 0)]);
    expect(energy?.grossPerCorrectBound).toBeCloseTo((39.9 * 0.65) / 0.95, 9);
    expect(energy?.grossPerAnswer).toEqual({ value: expect.closeTo(39.9, 9) });
  });

  test("with all correct is as unsure as their accuracy is", () => {
    const { energy } = summaryOf(runOf(), [...asked(questionsOf(10)), ...pass(10, 10)]);
    expect(energy?.grossPerCorrect?.interval?.high).toBeGreaterThan((3.99 / 0.722) * 1.2);
    expect(energy?.grossPerCorrect?.interval?.low).toBeCloseTo(3.99 * 0.65, 9);
  });

  test("is absent where no answer came, whatever was spent", () => {
    const { energy } = summaryOf(runOf(), [
      ...asked(questionsOf(1)),
      failed("q0", "why", 0, "a", { window: 0, latencyMs: 1 }),
      windowOf(1),
    ]);
    expect(energy).toBeUndefined();
  });

  test("with few correct is bounded below only", () => {
    const { energy } = summaryOf(runOf(), [...asked(questionsOf(50)), ...pass(50, 1)]);
    // Wilson's lower bound of 1 in 50, where resampling sees none at all in a third of the draws.
    expect(energy?.grossPerCorrect?.interval?.high).toBe(Infinity);
    expect(energy?.grossPerCorrect?.interval?.low).toBeGreaterThan(0);
    expect(energy).not.toHaveProperty("grossPerCorrectBound");
  });

  test("is absent where one window's energy is: a sum over part is not the sum", () => {
    const row = summaryOf(runOf(), [
      ...asked(questionsOf(2)),
      answered("q0"),
      answered("q1", { window: 1 }),
      windowOf(1),
      windowOf(1, { window: 1, cpuS: null }),
    ]);
    expect(row).not.toHaveProperty("energy");
  });

  test("does not depend on whether repeats are identical passes", () => {
    const once = summaryOf(runOf(), [...asked(questionsOf(20)), ...pass(20, 10)]).energy;
    const thrice = summaryOf(withPlan(runOf(), { trials: 3 }), [
      ...asked(questionsOf(20)),
      ...[0, 1, 2].flatMap((trial) => pass(20, 10, trial)),
    ]).energy;
    expect(thrice?.grossPerAnswer.value).toBeCloseTo(once?.grossPerAnswer.value as number, 12);
    expect(thrice?.grossPerCorrect?.interval?.low).toBeCloseTo(once?.grossPerCorrect?.interval?.low as number, 9);
    expect(thrice?.grossPerCorrect?.interval?.high).toBeCloseTo(once?.grossPerCorrect?.interval?.high as number, 9);
  });

  test("with none correct is bounded by questions, not by repeats of them", () => {
    const once = summaryOf(runOf(), [...asked(questionsOf(50)), ...pass(50, 0)]).energy;
    const fourTimes = summaryOf(withPlan(runOf(), { trials: 4 }), [
      ...asked(questionsOf(50)),
      ...[0, 1, 2, 3].flatMap((trial) => pass(50, 0, trial)),
    ]).energy;
    expect(fourTimes?.grossPerCorrectBound).toBeCloseTo(once?.grossPerCorrectBound as number, 9);
  });

  test("is not diluted by questions that were never asked", () => {
    const { energy } = summaryOf(runOf(), [
      ...asked(questionsOf(50)),
      ...questionsOf(10).map(({ id }) => answered(id)),
      windowOf(10),
      failed(undefined, "out of memory"),
    ]);
    expect(energy?.grossPerAnswer.value).toBeCloseTo(3.99, 9);
    expect(energy?.marginalPerAnswer.value).toBeCloseTo(3.09, 9);
  });

  test("keeps the energy of a window in which every question failed", () => {
    const { energy } = summaryOf(runOf(), [
      ...asked(questionsOf(4)),
      answered("q0"),
      answered("q1"),
      windowOf(2),
      failed("q2", "why", 0, "a", { window: 1, latencyMs: 2 }),
      failed("q3", "why", 0, "a", { window: 1, latencyMs: 0 }),
      windowOf(2, { window: 1 }),
    ]);
    expect((energy?.grossPerAnswer.value as number) * 4).toBeCloseTo(2 * 39.9, 9);
    expect((energy?.grossPerCorrect?.value as number) * 2).toBeCloseTo(2 * 39.9, 9);
  });
});
