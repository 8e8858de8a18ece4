import type { Report } from "../api.ts";
import { type CostRow, costsOf } from "../cost/costs.ts";
import { type Scenario, scenariosNamed } from "../cost/scenario.ts";
import { BREAKEVEN_COLUMNS } from "../report/breakevencolumns.ts";
import { recordOf } from "../report/column.ts";
import { COST_COLUMNS } from "../report/costcolumns.ts";
import { costTable, scenarioNamed } from "../report/costtable.ts";

/** Costs with those under the named price among them: any of the books', whether or not `costs.csv` has rows for it. */
function inScenario(
  { run, cells, costs, prices }: Report,
  name: string,
): { readonly costs: readonly CostRow[]; readonly chosen?: Scenario } {
  const isShown = costs.some(({ scenario: { kind, id } }) => id === name || `${kind}/${id}` === name);
  const [other] = isShown ? [] : scenariosNamed(name, prices, run.environment);
  if (other === undefined) return { costs, chosen: scenarioNamed(costs, name) };
  return { costs: costsOf(cells, [other], run.plan.seed), chosen: other };
}

export interface CostFlags {
  readonly json: boolean;
  /** Id of a price; by default the first price of electricity. */
  readonly scenario?: string;
  readonly prices?: string;
}

/** Derives the costs of a run again and prints them under one scenario; with `json` under all. */
export async function costsCommand(
  folder: string,
  { json, scenario, prices }: CostFlags,
  report: (folder: string, prices?: string) => Promise<Report>,
  stdout: (text: string) => void,
): Promise<number> {
  const found = await report(folder, prices);
  const { breakEvens, prices: books } = found;
  const { costs, chosen } = scenario === undefined ? { costs: found.costs } : inScenario(found, scenario);
  if (json) {
    const rows = chosen === undefined ? costs : costs.filter((row) => row.scenario === chosen);
    const document = {
      folder,
      costs: rows.map((row) => recordOf(COST_COLUMNS, row)),
      breakevens: breakEvens.map((row) => recordOf(BREAKEVEN_COLUMNS, row)),
    };
    stdout(`${JSON.stringify(document, null, 2)}\n`);
  } else stdout(`${costTable(costs, breakEvens, books, chosen)}\n`);
  return 0;
}
