import type { CellSummary, EnergySummary } from "../report.ts";
import { Z95 } from "../stats/interval.ts";
import { normal } from "../stats/normal.ts";
import { seeded } from "../stats/random.ts";
import { costOf, costsOfResamples, ratesOf } from "./rates.ts";
import { isEnergyPriced, type Scenario } from "./scenario.ts";
import type { basesOf } from "./sums.ts";

/** What a cell's answers cost in a scenario and how good they were, over questions it shares with others, resampled with them. */
export interface PairedCost {
  readonly cell: CellSummary;
  /** That it shares with the others. */
  readonly questions: number;
  readonly usd: number;
  readonly puts: number;
  readonly credit: number;
  readonly resampled?: {
    readonly usd: Float64Array;
    readonly puts: Float64Array;
    readonly credit: Float64Array;
  };
}

/**
 * One standard deviation, in log space, of what is open about a cell's joules beside those of another: what its windows leave
 * open, and of modelled joules its part of what is open about the ratio of two (1/sqrt 2 each).
 */
export function looseness({ windowHalf, workload }: Pick<EnergySummary, "windowHalf" | "workload">): number {
  const ratio = workload === undefined ? 0 : Math.log(workload.high / workload.low) / 2;
  return Math.hypot(windowHalf, ratio / Math.SQRT2) / Z95;
}

/** Whether the costs of cells may be set beside each other. Joules of unlike grade, boundary or source may not. */
export function areComparable(cells: readonly CellSummary[], scenario: Scenario): boolean {
  if (!isEnergyPriced(scenario)) return true;
  const kinds = cells.flatMap(({ energy }) =>
    energy === undefined ? [] : [energy.grade, energy.boundary, energy.source].join("\n"),
  );
  return new Set(kinds).size <= 1;
}

/** Costs of those cells that have one and whose answers are judged; of joules, with what is open about each cell's beside another's in every resample. */
export function pairedCosts(bases: ReturnType<typeof basesOf>, scenario: Scenario, seed: number): PairedCost[] {
  const random = seeded(seed ^ 0x9e3779b9);
  const { shared } = isEnergyPriced(scenario) ? bases.metered : bases.all;
  return shared.flatMap(({ cell, questions: { length: questions }, total, resampled }) => {
    const rates = ratesOf(scenario, cell.energy);
    const usd = rates && costOf(rates, total);
    if (rates === undefined || usd === undefined) return [];
    const { puts, credit } = total;
    if (credit === undefined) return [];
    const sampled = resampled && costsOfResamples(rates, resampled);
    if (resampled?.credit === undefined || sampled === undefined) return { cell, questions, usd, puts, credit };
    const spread = rates.of === "joules" && cell.energy !== undefined ? looseness(cell.energy) : 0;
    const costs = spread === 0 ? sampled : sampled.map((cost) => cost * Math.exp(spread * normal(random)));
    return {
      cell,
      questions,
      usd,
      puts,
      credit,
      resampled: { usd: costs, puts: resampled.puts, credit: resampled.credit },
    };
  });
}
