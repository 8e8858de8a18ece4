import { present } from "../present.ts";
import type { CellSummary, EnergyRatio } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import { groupBy } from "./group.ts";
import { isMeteredAlike, ratioTo } from "./ratio.ts";
import { type Amounts, timedPairs, timeRatio } from "./times.ts";

/**
 * What a cell takes beside the largest dense model on the same task under the same settings, or, where none is dense, the one with the
 * most active parameters: whether fewer active parameters save what they promise. Ratios below 1 are savings.
 */
export interface ActivityRow {
  readonly cell: CellSummary;
  readonly reference: CellSummary;
  /** Questions that both answered; nothing else is compared. */
  readonly questions: number;
  /** Of parameters that a token's forward pass reads. */
  readonly active: number;
  readonly total?: number;
  /** Of everything stored in the graph. */
  readonly weightBytes?: number;
  /** Of the time to the first token. */
  readonly first?: Estimate;
  /** Of the time of a token after the first. */
  readonly decode?: Estimate;
  readonly latency?: Estimate;
  /** Absent where the energies are of unlike grade, boundary or source. */
  readonly energy?: EnergyRatio;
}

/** Every cell beside that one, where active parameters are known and there are others. */
export function activityRows(cells: readonly CellSummary[], seed: number): ActivityRow[] {
  const groups = groupBy(
    cells.filter((cell) => activeOf(cell) > 0),
    ({ cell: { task, device, precision, threads, batch, solver, weights } }) =>
      JSON.stringify([task, device, precision, threads, batch, solver, weights]),
  );
  return [...groups.values()].flatMap((group) => {
    const dense = group.filter(({ model }) => model.experts === undefined);
    const reference = (dense.length > 0 ? dense : group).reduce((most, cell) =>
      activeOf(cell) > activeOf(most) ? cell : most,
    );
    return group.filter((cell) => cell.cell.model !== reference.cell.model).map((cell) => rowOf(cell, reference, seed));
  });
}

function activeOf({ model }: CellSummary): number {
  return model.parameters_active ?? 0;
}

function rowOf(cell: CellSummary, reference: CellSummary, seed: number): ActivityRow {
  const pairs = timedPairs(cell, reference);
  const ratio = (top: keyof Amounts, bottom: keyof Amounts): Estimate | undefined =>
    timeRatio(pairs, top, bottom, { seed });
  return present({
    cell,
    reference,
    questions: new Set(pairs.map(({ question }) => question)).size,
    active: activeOf(cell) / activeOf(reference),
    total: quotient(cell.model.parameters_total, reference.model.parameters_total),
    weightBytes: quotient(cell.weightBytes, reference.weightBytes),
    first: ratio("first", "answers"),
    decode: ratio("decode", "decoded"),
    latency: ratio("latency", "answers"),
    energy: isMeteredAlike(cell, reference) ? ratioTo(reference, cell, { seed }) : undefined,
  });
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}
