import { describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import type { CellSummary } from "../report.ts";
import { withRatios } from "./ratio.ts";
import { answered, asked, questionsOf, runOf, windowOf } from "./run.support.ts";
import { summarise } from "./summarise.ts";

const N = 200;

/** Two models on the same questions in five windows each, `dearer` taking so many times the other's time. */
function pair(dearer: number, rightOf: (i: number) => [boolean, boolean] = () => [true, true]): CellSummary[] {
  const observations: Observation[] = asked(questionsOf(N));
  for (const [m, model] of ["a", "b"].entries()) {
    const factor = m === 0 ? 1 : dearer;
    for (const { id } of questionsOf(N)) {
      const i = Number(id.slice(1));
      // Hard questions take long on both: pairing must see that.
      const latencyMs = (2 + (i % 50)) * factor;
      observations.push(
        answered(id, { model, window: Math.floor(i / 40), latencyMs, text: rightOf(i)[m] === true ? "yes" : "no" }),
      );
    }
    for (let window = 0; window < 5; window++)
      observations.push(windowOf(40, { model, window, wallS: 2 * factor, cpuS: 2 * factor }));
  }
  return summarise(runOf({}, ["a", "b"]), observations);
}

describe("withRatios", () => {
  test("sets every cell beside the cheapest; the meter's factor cancels and the workload's stays", () => {
    const [a, b] = pair(2);
    expect(a?.energyRatio).toMatchObject({ to: { model: "a" }, perCorrect: { value: 1 } });
    expect(b?.energyRatio?.perCorrect?.value).toBeCloseTo(2, 9);
    // The questions take twice as long each, so that pairing leaves no sampling error; 0.75 to 1.33 is all that is open.
    expect(b?.energyRatio?.perCorrect?.interval?.low).toBeCloseTo(1.5, 2);
    expect(b?.energyRatio?.perCorrect?.interval?.high).toBeCloseTo(2.66, 2);
    expect(b?.energyRatio?.tie).toBe(false);
    // Side by side their intervals overlap by far: the pairing decides.
    expect(b?.energy?.grossPerCorrect?.interval?.low).toBeLessThan(
      a?.energy?.grossPerCorrect?.interval?.high as number,
    );
  });

  test("calls it a tie when the interval holds 1", () => {
    const [, b] = pair(1.2);
    expect(b?.energyRatio?.perCorrect?.interval?.low).toBeLessThan(1);
    expect(b?.energyRatio?.tie).toBe(true);
  });

  test("per correct answer has the sampling error of who was right", () => {
    const [, b] = pair(2, (i) => [true, i % 3 !== 0]);
    const { low, high } = b?.energyRatio?.perCorrect?.interval ?? { low: 0, high: 0 };
    expect(b?.energyRatio?.perCorrect?.value).toBeCloseTo(3, 1);
    expect(high / low).toBeGreaterThan(1.33 / 0.75);
  });

  test("never sets unlike grades, boundaries or sources beside each other", () => {
    const [a, b] = pair(2) as [CellSummary, CellSummary];
    const unlike = { ...b, energy: { ...(b.energy as NonNullable<CellSummary["energy"]>), grade: "A" as const } };
    const [first, second] = withRatios([a, unlike], 42);
    expect(first?.energyRatio?.to.model).toBe("a");
    expect(second?.energyRatio?.to.model).toBe("b");
  });

  test("has none for random weights, which cost nothing per correct answer", () => {
    const [a, b] = pair(2) as [CellSummary, CellSummary];
    const random = { ...b, cell: { ...b.cell, weights: "random" as const } };
    const [first, second] = withRatios([a, random], 42);
    expect(first?.energyRatio?.to.model).toBe("a");
    expect(second).not.toHaveProperty("energyRatio");
  });

  test("has no ratio per correct answer where nothing was correct", () => {
    const [, b] = pair(2, () => [true, false]);
    expect(b?.energyRatio).toMatchObject({ tie: true });
    expect(b?.energyRatio).not.toHaveProperty("perCorrect");
    expect(b?.energyRatio?.perAnswer.value).toBeCloseTo(2, 9);
  });
});
