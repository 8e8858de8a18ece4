import { betweenModels, type ModelBreakEven } from "./betweenmodels.ts";
import type { CostRow } from "./costs.ts";
import { type MachineBreakEven, miningInstead, owningOverApi, owningOverRent } from "./machines.ts";
import type { PriceRow } from "./price.ts";
import { elasticitiesOf } from "./rebound.ts";
import { type Rebound, rebounds } from "./rebounds.ts";

export type Finding = ModelBreakEven | MachineBreakEven | Rebound;

/** Where one choice starts to pay beside another; a row of `breakevens.csv`. */
export interface BreakEven {
  readonly run: string;
  /** Absent for one between machines. */
  readonly task?: string;
  readonly finding: Finding;
}

/** Every break-even of a run: between the models of a task, owning, mining, and rebound as scenarios. */
export function breakEvensOf(costs: readonly CostRow[], rows: readonly PriceRow[], seed: number): BreakEven[] {
  const cells = [...new Set(costs.map(({ cell }) => cell))];
  const scenarios = [...new Set(costs.map(({ scenario }) => scenario))];
  const run = cells[0]?.run;
  if (run === undefined) return [];
  const elasticities = elasticitiesOf(rows);
  const tasks = [...new Set(cells.map(({ cell }) => cell.task))];
  const perTask = (of: (costs: CostRow[]) => Finding[]): BreakEven[] =>
    tasks.flatMap((task) =>
      of(costs.filter(({ cell }) => cell.cell.task === task)).map((finding) => ({ run, task, finding })),
    );
  const perRun = (findings: Finding[]): BreakEven[] => findings.map((finding) => ({ run, finding }));
  return [
    ...perTask((ofTask) => betweenModels(ofTask, seed)),
    ...perRun(owningOverRent(scenarios, cells, rows)),
    ...perTask((ofTask) => owningOverApi(ofTask, scenarios, cells, rows)),
    ...perRun(miningInstead(scenarios, rows)),
    ...perTask((ofTask) => rebounds(ofTask, elasticities)),
  ];
}
