import { fittedWatts, residualOf } from "../meter/calibration.ts";
import { digits, plain } from "../report/format.ts";
import type { Calibration } from "../run.ts";
import type { Estimate } from "../stats/interval.ts";
import { t95 } from "../stats/student.ts";
import { listing } from "./list.ts";

/** A fresh calibration: its stages against the line, the line, and how long it holds. */
export function calibrationText(calibration: Calibration, file: string): string {
  const { points, source, expires, kernel } = calibration;
  const watts = (value: number): string => digits(value, 3);
  const rows = points.map((point) => [
    point.stage,
    digits(point.seconds, 3),
    watts(point.meter_w),
    watts(point.wall_w),
    watts(fittedWatts(calibration, point.meter_w)),
    `${(100 * residualOf(calibration, point)).toFixed(1)} %`,
  ]);
  const { slope, offset } = intervalsOf(calibration);
  const lines = [
    `watts at the wall = slope x watts by ${source} + offset`,
    `slope ${plain(slope)}, offset ${plain(offset)} W`,
    ...(points.some(({ stage }) => stage === "model")
      ? []
      : ["no model was run: how a model's load differs from the others stays open, and intervals say so"]),
    `stored in ${file}; valid until ${expires.slice(0, 10)} on this machine${kernel === undefined ? "" : ` under kernel ${kernel}`}`,
  ];
  return `${listing(["stage", "seconds", "meter W", "wall W", "by the line W", "off by"], rows)}\n${lines.join("\n")}\n`;
}

/** 95 % by Student's t on the points that are more than the line needs. The gain of the wall meter is outside. */
function intervalsOf({ slope, offset, covariance, points }: Calibration): { slope: Estimate; offset: Estimate } {
  const t = t95(points.length - 2);
  const around = (value: number, variance: number): Estimate => {
    const half = t * Math.sqrt(Math.max(0, variance));
    return { value, interval: { low: value - half, high: value + half } };
  };
  return { slope: around(slope, covariance.slope), offset: around(offset, covariance.offset) };
}

/** A stored calibration in one line. */
export function calibrationLine({ source, slope, offset, wall, date, expires, residual }: Calibration): string {
  const sign = offset < 0 ? "-" : "+";
  return (
    `${digits(slope, 3)} x ${source} ${sign} ${digits(Math.abs(offset), 3)} W = wall (${wall}), to ${digits(100 * residual, 2)} %, ` +
    `of ${date.slice(0, 10)}, valid until ${expires.slice(0, 10)}`
  );
}
