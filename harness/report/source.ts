import type { EnergyProvenance } from "../report.ts";
import type { Interval } from "../stats/interval.ts";
import type { Seconds } from "../units.ts";
import type { Block, IdlePower, WindowEnergy } from "./windows.ts";

/** One way to the energy of a cell's windows, with what it leaves open. */
export interface EnergySource extends EnergyProvenance {
  readonly meter: string;
  /** Whether all that the boundary drew is counted, the work of others too; a model sees the cell's process only. */
  readonly counts: boolean;
  readonly factor: Interval;
  readonly marginalFactor: Interval;
  readonly workload?: Interval;
  readonly shortest: Seconds;
  readonly flags: readonly string[];
  readonly idleBare?: IdlePower;
  readonly idleLoaded?: IdlePower;
  energyOf(blocks: readonly Block[]): WindowEnergy[];
}
