import { groupBy } from "../../../harness/report/group.ts";
import { quantile, sorted } from "../../../harness/stats/quantile.ts";
import { type Spread as Extremes, spreadOf as extremesOf } from "../comparison.ts";
import { type Cell, cellName } from "./cell.ts";
import type { Contestant } from "./contestant.ts";
import type { Measurement } from "./measure.ts";

/** The median over the rounds, the extremes, and the quartiles. */
export interface Spread extends Extremes {
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/** A contestant in a cell, over all rounds. */
export interface Row {
  readonly contestant: Contestant;
  readonly cell: Cell;
  readonly rounds: number;
  readonly tokensPerSecond: Spread;
  /** Rates divided by the baseline's of the same round: what slows both down for a while cancels out. Absent of the baseline itself. */
  readonly ratio?: Spread;
}

/** One row for each contestant and cell, in the order in which they were first measured. */
export function rowsOf(measurements: readonly Measurement[]): Row[] {
  const byRow = groupBy(measurements, ({ contestant, cell }) => keyOf(contestant.name, cell));
  return [...byRow.values()].map((measured) => rowOf(measured, byRow));
}

function rowOf(measured: readonly Measurement[], byRow: ReadonlyMap<string, readonly Measurement[]>): Row {
  const { contestant, cell } = measured[0]!;
  const { baseline } = contestant;
  return {
    contestant,
    cell,
    rounds: measured.length,
    tokensPerSecond: spreadOf(measured.map(({ tokensPerSecond }) => tokensPerSecond)),
    ...(baseline !== undefined && { ratio: ratioOf(measured, byRow.get(keyOf(baseline, cell)) ?? [], baseline) }),
  };
}

function ratioOf(measured: readonly Measurement[], others: readonly Measurement[], baseline: string): Spread {
  const ratios = measured.map(({ round, contestant, tokensPerSecond }) => {
    const other = others.find((one) => one.round === round);
    if (other === undefined)
      throw new RangeError(
        `"${contestant.name}" is compared with "${baseline}", which was not measured in round ${round}`,
      );
    return tokensPerSecond / other.tokensPerSecond;
  });
  return spreadOf(ratios);
}

const keyOf = (name: string, cell: Cell): string => `${name}, ${cellName(cell)}`;

function spreadOf(values: readonly number[]): Spread {
  const ordered = sorted(values);
  return { ...extremesOf(values), lowerQuartile: quantile(ordered, 0.25), upperQuartile: quantile(ordered, 0.75) };
}
