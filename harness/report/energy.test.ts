import { describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import { answered, asked, failed, pass, questionsOf, runOf, summaryOf, windowOf, withPlan } from "./run.support.ts";

describe("cellEnergy of modelled energy", () => {
  test("per answer times answers is the sum of the windows' energy", () => {
    const windows: Observation[] = [0, 1, 2].map((window) => windowOf(4, { window, cpuS: 2 + window * 4 }));
    const answers = questionsOf(12).map(({ id }, i) =>
      answered(id, { window: Math.floor(i / 4), latencyMs: 1 + i, text: i < 6 ? "yes" : "no" }),
    );
    const { energy, totals, answers: judged } = summaryOf(runOf(), [...asked(questionsOf(12)), ...answers, ...windows]);
    // Loads of 20, 60 and 100 % over 2.5 s.
    const marginal = [0.238, 0.512, 1].map((g) => 2.5 * 4 * g * 3.09).reduce((sum, joules) => sum + joules, 0);
    expect(totals.reduce((sum, { energy: own }) => sum + (own?.marginal ?? 0), 0)).toBeCloseTo(marginal, 9);
    // Three windows of so unlike power cannot tell it from nothing.
    expect(energy).not.toHaveProperty("marginalPerAnswer");
    expect(energy?.marginalBound).toBeGreaterThan(marginal / 12);
    expect((energy?.grossPerAnswer.value as number) * 12).toBeCloseTo(marginal + 3 * 9, 9);
    expect((energy?.grossPerCorrect?.value as number) * 6).toBeCloseTo(marginal + 27, 9);
    expect((energy?.grossPerOutputToken?.value as number) * 24).toBeCloseTo(marginal + 27, 9);
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
    expect(energy?.marginalPerAnswer?.interval?.low).toBeCloseTo(3.09 * 0.55, 9);
    expect(energy?.marginalPerAnswer?.interval?.high).toBeCloseTo(3.09 * 1.8, 9);
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

  test("leaves out the questions of a window that could not be read, and says how many windows", () => {
    const row = summaryOf(runOf(), [
      ...asked(questionsOf(2)),
      answered("q0"),
      answered("q1", { window: 1 }),
      windowOf(1),
      windowOf(1, { window: 1, cpuS: null }),
    ]);
    expect(row.energy).toMatchObject({ grossPerAnswer: { value: expect.closeTo(39.9, 9) }, windows: 1, unread: 1 });
    expect(row.answers.map((answer) => answer.energy)).toEqual([expect.closeTo(39.9, 9), undefined]);
    expect(row.totals.map((totals) => totals.energy?.gross)).toEqual([expect.closeTo(39.9, 9), undefined]);
    expect(row.caveats.find(({ id }) => id === "unread_windows")?.detail).toContain("1 of 2");
  });

  test("of a question that was measured in one of its repeats stands for the others too", () => {
    const row = summaryOf(withPlan(runOf(), { trials: 2 }), [
      ...asked(questionsOf(1)),
      answered("q0"),
      answered("q0", { trial: 1 }),
      windowOf(1),
      windowOf(1, { trial: 1, cpuS: null }),
    ]);
    expect(row.totals).toMatchObject([{ puts: 2, energy: { gross: expect.closeTo(2 * 39.9, 9) } }]);
  });

  test("is absent where no window could be read, never 0", () => {
    const row = summaryOf(runOf(), [...asked(questionsOf(1)), answered("q0"), windowOf(1, { cpuS: null })]);
    expect(row).not.toHaveProperty("energy");
    expect(row.caveats.map(({ id }) => id)).toContain("energy_absent");
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
    expect(energy?.marginalPerAnswer?.value).toBeCloseTo(3.09, 9);
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
