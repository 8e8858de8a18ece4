import { describe, expect, test } from "vitest";
import { modelRecord } from "../meter/estimate.ts";
import type { Calibration } from "../run.ts";
import { asked, pass, questionsOf, runOf, summaryOf } from "./run.support.ts";

const model = modelRecord(runOf().environment);
const calibration = (more: Partial<Calibration> = {}): Calibration => ({
  id: "0123456789ab",
  date: "2026-11-01T00:00:00.000Z",
  expires: "2027-04-30T00:00:00.000Z",
  machine: "0",
  meter: "model",
  source: model.source,
  wall: "typed",
  wall_error: 0.02,
  slope: 1.5,
  offset: 10,
  covariance: { slope: 0, both: 0, offset: 0 },
  residual: 0,
  points: [
    { stage: "idle", seconds: 180, meter_w: 3.6, wall_w: 15.4 },
    { stage: "full", seconds: 180, meter_w: 15.96, wall_w: 33.94 },
    { stage: "model", seconds: 180, meter_w: 15.96, wall_w: 33.94 },
  ],
  ...more,
});
const observations = [...asked(questionsOf(10)), ...pass(10, 10)];

describe("energy through a calibration", () => {
  test("is slope x meter + offset x time at the wall, and slope x the marginal energy", () => {
    const { energy, energies } = summaryOf(runOf({ meters: [model], calibration: calibration() }), observations);
    // 39.9 J and 30.9 J above idle in 2.5 s.
    expect(energy).toMatchObject({
      boundary: "wall",
      grade: "C",
      meter: "model",
      source: `${model.source} wall:0123456789ab`,
    });
    expect(energy?.grossPerAnswer.value).toBeCloseTo((1.5 * 39.9 + 25) / 10, 9);
    expect(energy?.marginalPerAnswer?.value).toBeCloseTo((1.5 * 30.9) / 10, 9);
    expect(energies.map(({ boundary }) => boundary)).toEqual(["wall", "vm_share"]);
  });

  test("has the wall meter's error in place of the model's, and no doubt between programs where a model was a stage", () => {
    const { energy } = summaryOf(runOf({ meters: [model], calibration: calibration() }), observations);
    expect(energy).not.toHaveProperty("workload");
    expect(energy?.factor.high).toBeCloseTo(Math.exp(1.96 * 0.02), 4);
  });

  test("keeps the doubt between programs where no model was a stage", () => {
    const points = calibration().points.map((point) => ({ ...point, stage: "half" as const }));
    const { energy } = summaryOf(runOf({ meters: [model], calibration: calibration({ points }) }), observations);
    expect(energy?.workload).toEqual({ low: 0.75, high: 1.33 });
    expect(energy?.factor.high).toBeCloseTo(Math.exp(Math.hypot(1.96 * 0.02, Math.log(1.33))), 4);
  });

  test("of another meter or source is not applied", () => {
    for (const other of [calibration({ meter: "rapl" }), calibration({ source: "spec:other" })]) {
      expect(summaryOf(runOf({ meters: [model], calibration: other }), observations).energy?.boundary).toBe("vm_share");
    }
  });
});
