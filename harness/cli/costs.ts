import type { Report } from "../api.ts";
import { BREAKEVEN_COLUMNS } from "../report/breakevencolumns.ts";
import { recordOf } from "../report/column.ts";
import { COST_COLUMNS } from "../report/costcolumns.ts";
import { costTable, scenarioNamed } from "../report/costtable.ts";

export interface CostFlags {
  readonly json: boolean;
  /** Id of a price scenario; by default the first price of electricity. */
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
  const { costs, breakEvens, prices: books } = await report(folder, prices);
  const chosen = scenario === undefined ? undefined : scenarioNamed(costs, scenario);
  if (json) {
    const rows = chosen === undefined ? costs : costs.filter((row) => row.scenario === chosen);
    const found = {
      folder,
      costs: rows.map((row) => recordOf(COST_COLUMNS, row)),
      breakevens: breakEvens.map((row) => recordOf(BREAKEVEN_COLUMNS, row)),
    };
    stdout(`${JSON.stringify(found, null, 2)}\n`);
  } else stdout(`${costTable(costs, breakEvens, books, chosen)}\n`);
  return 0;
}
