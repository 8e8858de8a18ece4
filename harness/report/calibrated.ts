import { fittedWatts, wallPower } from "../meter/calibration.ts";
import { present } from "../present.ts";
import type { Calibration } from "../run.ts";
import { type Interval, logNormal95 } from "../stats/interval.ts";
import type { EnergySource } from "./source.ts";
import type { Block, IdlePower } from "./windows.ts";

/**
 * A source read through a calibration: joules at the wall, slope x meter + offset x time. Its grade stays: a model that was
 * fitted is a model. What two programs at equal utilisation may differ by is settled only where a model was run as one of the stages.
 */
export function calibrated(source: EnergySource, calibration: Calibration): EnergySource {
  const { slope, offset } = calibration;
  const open = calibration.points.some(({ stage }) => stage === "model") ? undefined : source.workload;
  const idle = (power: IdlePower | undefined): IdlePower | undefined =>
    power && { watts: fittedWatts(calibration, power.watts), half: slope * power.half };
  return present({
    ...source,
    boundary: "wall",
    source: `${source.source} wall:${calibration.id}`,
    factor: withWorkload(logNormal95(grossError(calibration)), open),
    marginalFactor: withWorkload(logNormal95(marginalError(calibration)), open),
    workload: open,
    idleBare: idle(source.idleBare),
    idleLoaded: idle(source.idleLoaded),
    energyOf: (blocks: readonly Block[]) =>
      source.energyOf(blocks).map(({ block, gross, marginal, error }) =>
        present({
          block,
          gross: slope * gross + offset * block.seconds,
          marginal: marginal === undefined ? undefined : slope * marginal,
          error: slope * error,
        }),
      ),
  });
}

/** One standard deviation at the stage that is least well known, relative. */
function grossError(calibration: Calibration): number {
  return Math.max(
    ...calibration.points.map(({ meter_w }) => {
      const { value, sd } = wallPower(calibration, meter_w);
      return sd / value;
    }),
  );
}

/** Energy above idle depends on the slope alone. */
function marginalError({ slope, covariance, residual, wall_error }: Calibration): number {
  return Math.hypot(Math.sqrt(covariance.slope) / slope, residual, wall_error);
}

function withWorkload(factor: Interval, workload: Interval | undefined): Interval {
  if (workload === undefined) return factor;
  return {
    low: Math.exp(-Math.hypot(Math.log(factor.low), Math.log(workload.low))),
    high: Math.exp(Math.hypot(Math.log(factor.high), Math.log(workload.high))),
  };
}
