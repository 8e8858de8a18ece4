import { createHash } from "node:crypto";
import { present } from "../present.ts";
import { Calibration, type MeterRecord } from "../run.ts";
import { Z95 } from "../stats/interval.ts";
import { varianceAt, weightedLine } from "../stats/line.ts";
import { t95 } from "../stats/student.ts";
import type { Share, Watts } from "../units.ts";

export type CalibrationPoint = Calibration["points"][number];

/** Where, when and with what the points were taken. */
export interface CalibrationFacts {
  readonly meter: Pick<MeterRecord, "id" | "source" | "grade">;
  /** What read the wall, and one standard deviation of its gain. */
  readonly wall: string;
  readonly wallError: Share;
  readonly machine: string;
  readonly kernel?: string;
  readonly date: Date;
}

const VALID_DAYS = 180;
const DAY_MS = 86_400_000;
/** A line that misses a stage by this much is not what the machine does. */
export const LARGEST_RESIDUAL: Share = 0.05;
/** A power model has a curve of its own, which no straight line mends; how far it stays off goes into the interval. */
const LARGEST_MODEL_RESIDUAL: Share = 0.15;
/** Loads whose watts differ by less, relative to the largest, say the same. */
const SAME_LOAD: Share = 0.02;

/**
 * The line from a meter's watts to those at the wall, stages weighted by their seconds. Refused when the points do not make
 * one: too few loads, a wall below what the meter is said to cover, or a stage off the line.
 */
export function fitCalibration(points: readonly CalibrationPoint[], facts: CalibrationFacts): Calibration {
  const loads = distinctLoads(points);
  if (loads < 3) {
    throw new Error(
      `cannot calibrate ${facts.meter.id}: it saw ${loads} different load${loads === 1 ? "" : "s"} ` +
        `(${points.map(({ stage, meter_w }) => `${stage} ${shown(meter_w)} W`).join(", ") || "no stage at all"}), ` +
        "a line needs at least 3; " +
        "let other programs end and give every stage longer with --seconds",
    );
  }
  // A counter reads a part of what the wall supplies. A modelled power may well be above both.
  const isCounted = facts.meter.grade === "A" || facts.meter.grade === "B";
  if (isCounted && points.every(({ meter_w, wall_w }) => wall_w < meter_w)) {
    throw new Error(
      `cannot calibrate ${facts.meter.id}: the wall reads less than the meter at every stage ` +
        `(${points.map(({ stage, meter_w, wall_w }) => `${stage} ${shown(wall_w)} < ${shown(meter_w)} W`).join(", ")}); ` +
        "either the wall meter is not the one of this machine, or a battery helps it, or the meter covers more than is thought",
    );
  }
  const line = weightedLine(points.map(({ meter_w, wall_w, seconds }) => ({ x: meter_w, y: wall_w, weight: seconds })));
  if (line === undefined || !(line.slope > 0)) {
    throw new Error(
      `cannot calibrate ${facts.meter.id}: the wall does not draw more when the meter reads more ` +
        `(slope ${shown(line?.slope ?? 0)}); were the watts given in the order of the stages?`,
    );
  }
  const [worst, residual] = worstOf(points, line);
  const largest = isCounted ? LARGEST_RESIDUAL : LARGEST_MODEL_RESIDUAL;
  if (residual >= largest) {
    throw new Error(
      `cannot calibrate ${facts.meter.id}: stage ${worst.stage} is ${shown(100 * residual)} % off the line ` +
        `(${shown(worst.wall_w)} W at the wall, ${shown(fittedWatts(line, worst.meter_w))} W by the line), ` +
        `${100 * largest} % is the most; keep other programs and the screen still and give every stage longer with --seconds`,
    );
  }
  const { slope, offset, covariance } = line;
  const date = facts.date.toISOString();
  return Calibration.parse(
    present({
      id: createHash("sha256")
        .update(JSON.stringify([date, facts.machine, facts.meter.source, facts.wall, points]))
        .digest("hex")
        .slice(0, 12),
      date,
      expires: new Date(facts.date.getTime() + VALID_DAYS * DAY_MS).toISOString(),
      machine: facts.machine,
      kernel: facts.kernel,
      meter: facts.meter.id,
      source: facts.meter.source,
      wall: facts.wall,
      wall_error: facts.wallError,
      slope,
      offset,
      covariance,
      residual,
      points: [...points],
    }),
  );
}

/** Loads that the meter tells apart: an idle machine that was looked at twice is one. */
function distinctLoads(points: readonly CalibrationPoint[]): number {
  const watts = points.map(({ meter_w }) => meter_w).sort((a, b) => a - b);
  const step = SAME_LOAD * (watts.at(-1) ?? 0);
  let [count, last] = [0, -Infinity];
  for (const value of watts) {
    if (!(value - last > step)) continue;
    count++;
    last = value;
  }
  return count;
}

function worstOf(points: readonly CalibrationPoint[], line: Pick<Calibration, "slope" | "offset">) {
  return points
    .map((point) => [point, residualOf(line, point)] as const)
    .reduce((worst, next) => (next[1] > worst[1] ? next : worst));
}

/** Distance of a point from the line, relative to its watts at the wall. */
export function residualOf(line: Pick<Calibration, "slope" | "offset">, point: CalibrationPoint): Share {
  return Math.abs(point.wall_w - fittedWatts(line, point.meter_w)) / point.wall_w;
}

export function fittedWatts({ slope, offset }: Pick<Calibration, "slope" | "offset">, watts: Watts): Watts {
  return slope * watts + offset;
}

/**
 * Watts at the wall when the meter reads `watts`, with one standard deviation: of the line, of the worst stage's distance from
 * it and of the wall meter's gain, in quadrature. The gain is one and the same for all that is measured under a calibration.
 */
export function wallPower(calibration: Calibration, watts: Watts): { readonly value: Watts; readonly sd: Watts } {
  const value = fittedWatts(calibration, watts);
  // Few stages: what their line leaves open is wider than a normal's by Student's t.
  const few = t95(Math.max(1, calibration.points.length - 2)) / Z95;
  const line = few * Math.sqrt(varianceAt(calibration, watts));
  return { value, sd: Math.hypot(line, calibration.residual * value, calibration.wall_error * value) };
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
