import type { Report } from "../api.ts";
import { type BreakEven, breakEvensOf } from "../cost/breakevens.ts";
import { type CostRow, costsOf } from "../cost/costs.ts";
import type { PriceRow } from "../cost/price.ts";
import { type Scenario, scenariosNamed } from "../cost/scenario.ts";
import { BREAKEVEN_COLUMNS } from "../report/breakevencolumns.ts";
import { recordOf } from "../report/column.ts";
import { COST_COLUMNS } from "../report/costcolumns.ts";
import { costTable, scenarioNamed, usualScenario } from "../report/costtable.ts";
import type { Run } from "../run.ts";

/** A run's costs under one price, and what a wrong answer would have to cost at that price. */
interface Shown {
  readonly costs: readonly CostRow[];
  readonly breakEvens: readonly BreakEven[];
  readonly scenario: Scenario;
}

/** Any price of the books may be named, whether or not `costs.csv` has rows for it. */
function shownIn({ run, cells, costs, breakEvens, prices }: Report, name: string | undefined): Shown {
  const scenario = name === undefined ? usualScenario(costs) : namedScenario(costs, name, prices, run);
  const own = costs.filter((row) => row.scenario === scenario);
  const shown = own.length > 0 ? own : costsOf(cells, [scenario], run.plan.seed);
  const isPriced = ({ finding }: BreakEven): boolean => finding.what === "wrong_answer_price";
  // One price of a kind stands for all in breakevens.csv; in dollars each has its own.
  const priced = breakEvensOf(shown, prices, run.plan.seed).filter(isPriced);
  return { costs: shown, breakEvens: [...breakEvens.filter((one) => !isPriced(one)), ...priced], scenario };
}

function namedScenario(costs: readonly CostRow[], name: string, prices: readonly PriceRow[], run: Run): Scenario {
  const isShown = costs.some(({ scenario: { kind, id } }) => id === name || `${kind}/${id}` === name);
  const [other] = isShown ? [] : scenariosNamed(name, prices, run.environment);
  return other ?? scenarioNamed(costs, name);
}

export interface CostFlags {
  readonly json: boolean;
  /** Id of a price; by default the first price of electricity. */
  readonly scenario?: string;
  readonly prices?: string;
}

/** Derives the costs of a run again and prints them under one scenario; with `json` under all, or the one named. Nothing is written. */
export async function costsCommand(
  folder: string,
  { json, scenario, prices }: CostFlags,
  read: (folder: string, prices?: string) => Promise<Report>,
  stdout: (text: string) => void,
): Promise<number> {
  const report = await read(folder, prices);
  if (json) {
    const { costs, breakEvens } = scenario === undefined ? report : shownIn(report, scenario);
    const document = {
      folder,
      costs: costs.map((row) => recordOf(COST_COLUMNS, row)),
      breakevens: breakEvens.map((row) => recordOf(BREAKEVEN_COLUMNS, row)),
    };
    stdout(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  const shown = shownIn(report, scenario);
  stdout(`${costTable(shown.costs, shown.breakEvens, report.prices, shown.scenario)}\n`);
  return 0;
}
