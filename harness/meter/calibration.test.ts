import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Calibration } from "../run.ts";
import {
  type CalibrationFacts,
  type CalibrationPoint,
  fitCalibration,
  fittedWatts,
  residualOf,
  wallPower,
} from "./calibration.ts";

const STAGES = ["idle", "half", "full", "model", "idle_again"] as const;
const METER_WATTS = [10, 35, 60, 48, 10.1];

const facts: CalibrationFacts = {
  meter: { id: "rapl", source: "rapl:package-0", grade: "A" },
  wall: "typed",
  wallError: 0.02,
  machine: "0123456789abcdef",
  kernel: "6.1",
  date: new Date("2026-03-01T12:00:00Z"),
};

/** Stages at these watts of the meter, and at the wall whatever the function gives. */
function points(wall: (watts: number, i: number) => number, meter: readonly number[] = METER_WATTS) {
  return meter.map((watts, i): CalibrationPoint => ({
    stage: STAGES[i] as CalibrationPoint["stage"],
    seconds: 180,
    meter_w: watts,
    wall_w: wall(watts, i),
  }));
}

describe("fitCalibration", () => {
  test("finds a known slope and offset, without error when the points lie on the line", () => {
    const slopes = fc.double({ min: 1, max: 2, noNaN: true });
    const offsets = fc.double({ min: 0, max: 80, noNaN: true });
    fc.assert(
      fc.property(slopes, offsets, (slope, offset) => {
        const found = fitCalibration(
          points((watts) => slope * watts + offset),
          facts,
        );
        expect(found.slope).toBeCloseTo(slope, 9);
        expect(found.offset).toBeCloseTo(offset, 7);
        expect(found.covariance.offset).toBeCloseTo(0, 9);
        expect(found.residual).toBeCloseTo(0, 9);
      }),
    );
  });

  test("records what the line is of and until when it holds", () => {
    const found = fitCalibration(
      points((watts) => 1.2 * watts + 18),
      facts,
    );
    expect(Calibration.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      meter: "rapl",
      source: "rapl:package-0",
      wall: "typed",
      wall_error: 0.02,
      machine: "0123456789abcdef",
      kernel: "6.1",
      date: "2026-03-01T12:00:00.000Z",
      expires: "2026-08-28T12:00:00.000Z",
    });
    expect(found.id).toMatch(/^[0-9a-f]{12}$/);
    expect(found.points).toHaveLength(5);
  });

  test("weighs a stage by its seconds", () => {
    const crooked = points((watts, i) => watts + 10 + (i === 1 ? 1 : 0));
    const long = crooked.map((point) => (point.stage === "half" ? { ...point, seconds: 18_000 } : point));
    const offBy = (stages: readonly CalibrationPoint[]) =>
      residualOf(fitCalibration(stages, facts), crooked[1] as CalibrationPoint);
    expect(offBy(long)).toBeLessThan(offBy(crooked) / 5);
  });

  test("refuses fewer than three loads that the meter tells apart", () => {
    const twice = points((watts) => watts + 20, [10, 60, 59.5, 10.1]);
    expect(() => fitCalibration(twice, facts)).toThrow(
      "cannot calibrate rapl: it saw 2 different loads (idle 10 W, half 60 W, full 59.5 W, model 10.1 W), a line needs at least 3",
    );
    expect(() => fitCalibration([], facts)).toThrow("it saw 0 different loads (no stage at all)");
    expect(fitCalibration(twice.concat(points(() => 55, [35])), facts).slope).toBeCloseTo(1, 9);
  });

  test("refuses a stage that is 5 % or more off the line, and names it", () => {
    const off = (by: number) => points((watts, i) => (watts + 20) * (i === 3 ? 1 + by : 1));
    expect(() => fitCalibration(off(0.12), facts)).toThrow(
      /^cannot calibrate rapl: stage model is [\d.]+ % off the line \(76\.2 W at the wall, [\d.]+ W by the line\), 5 % is the most/,
    );
    expect(fitCalibration(off(0.03), facts).residual).toBeLessThan(0.05);
  });

  test("refuses a wall that draws less when the meter reads more", () => {
    expect(() =>
      fitCalibration(
        points((watts) => 200 - watts),
        facts,
      ),
    ).toThrow("the wall does not draw more when the meter reads more (slope -1)");
    expect(() =>
      fitCalibration(
        points(() => 80),
        facts,
      ),
    ).toThrow("(slope 0)");
  });

  test("refuses a wall below a counter at every stage, but not below a modelled power", () => {
    const below = points((watts) => 0.8 * watts);
    expect(() => fitCalibration(below, facts)).toThrow(
      "the wall reads less than the meter at every stage (idle 8 < 10 W, half 28 < 35 W, ",
    );
    const modelled = fitCalibration(below, { ...facts, meter: { id: "model", source: "spec:x", grade: "C" } });
    expect(modelled.slope).toBeCloseTo(0.8, 9);
  });
});

test("wallPower joins the line, the worst stage and the wall meter's gain in quadrature", () => {
  const calibration: Calibration = {
    ...fitCalibration(
      points((watts) => 1.2 * watts + 18),
      facts,
    ),
    slope: 1.25,
    offset: 20,
    covariance: { slope: 0.0004, both: -0.012, offset: 0.5 },
    residual: 0.03,
    wall_error: 0.02,
  };
  const { value, sd } = wallPower(calibration, 40);
  expect(value).toBe(70);
  expect(fittedWatts(calibration, 40)).toBe(70);
  // 0.0004 x 1600 - 2 x 0.012 x 40 + 0.5 = 0.18, from five stages: three degrees of freedom, t = 3.182 for 1.960.
  expect(calibration.points).toHaveLength(5);
  expect(sd).toBeCloseTo(Math.sqrt(0.18 * (3.182446 / 1.959964) ** 2 + 2.1 ** 2 + 1.4 ** 2), 5);
});
