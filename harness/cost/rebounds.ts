import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import type { Share } from "../units.ts";
import { cheapestOf, type CostRow } from "./costs.ts";
import { areComparable } from "./paired.ts";
import { type Elasticity, energyRatio, useRatio } from "./rebound.ts";
import type { Scenario } from "./scenario.ts";

/** Use, or energy in all, after everybody went from `against` to `cell`, beside that before. A scenario, never measured. */
export interface Rebound {
  readonly what: "rebound_use" | "rebound_energy";
  readonly elasticity: Elasticity;
  readonly cell: CellSummary;
  readonly against: CellSummary;
  /** What the price is of. */
  readonly scenario: Scenario;
  /** Share by which the price of a correct answer falls. */
  readonly priceSaving: Share;
  /** Share by which its energy falls. */
  readonly energySaving?: Share;
  readonly value: number;
}

/**
 * What could come of it if everybody went from the most accurate model of a task to the cheapest per correct answer. The price
 * is that of time where a rent is known, else of electricity.
 */
export function rebounds(costs: readonly CostRow[], elasticities: readonly Elasticity[]): Rebound[] {
  const scenario = (costs.find((row) => row.scenario.kind === "rental") ?? costs[0])?.scenario;
  const rows = costs.filter((row) => row.scenario === scenario && row.cost?.perCorrect !== undefined);
  const [cell, against] = [cheapestOf(rows)?.cell, mostAccurate(rows)?.cell];
  if (scenario === undefined || cell === undefined || against === undefined || cell === against) return [];
  const priceSaving = saving(rows, cell, against);
  if (priceSaving === undefined) return [];
  const electric = costs.filter((row) => row.scenario.kind === "electricity");
  const ofFirst = electric.filter((row) => row.scenario === electric[0]?.scenario);
  const areLike = ofFirst[0] !== undefined && areComparable([cell, against], ofFirst[0].scenario);
  const energySaving = areLike ? saving(ofFirst, cell, against) : undefined;
  const known = { cell, against, scenario, priceSaving, ...present({ energySaving }) };
  return elasticities.flatMap((elasticity): Rebound[] => {
    const use = { what: "rebound_use" as const, elasticity, ...known, value: useRatio(priceSaving, elasticity.value) };
    if (energySaving === undefined) return [use];
    const value = energyRatio(energySaving, priceSaving, elasticity.value);
    return [use, { what: "rebound_energy", elasticity, ...known, value }];
  });
}

/** Share by which a correct answer of `cell` is cheaper. */
function saving(rows: readonly CostRow[], cell: CellSummary, against: CellSummary): Share | undefined {
  const usd = (of: CellSummary): number | undefined => rows.find((row) => row.cell === of)?.cost?.perCorrect?.value;
  const [after, before] = [usd(cell), usd(against)];
  return after === undefined || before === undefined || before === 0 ? undefined : 1 - after / before;
}

/** At equal accuracy the cheaper. */
function mostAccurate(rows: readonly CostRow[]): CostRow | undefined {
  const accuracy = (row: CostRow): number => row.cost?.parts?.creditPerAnswer ?? 0;
  const usd = (row: CostRow): number => row.cost?.perCorrect?.value ?? Infinity;
  return [...rows].sort((a, b) => accuracy(b) - accuracy(a) || usd(a) - usd(b))[0];
}
