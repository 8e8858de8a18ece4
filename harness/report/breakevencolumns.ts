import type { BreakEven, Finding } from "../cost/breakevens.ts";
import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import { type Column, column } from "./column.ts";
import { SAMPLING } from "./costcolumns.ts";
import { readingOf } from "./reading.ts";

/** What the columns of all kinds of break-even have in common. */
interface Facts {
  readonly cell?: CellSummary;
  readonly against?: CellSummary;
  readonly scenario: string;
  readonly value?: Estimate;
  readonly unit: string;
}

const point = (value: number | undefined): Estimate | undefined => (value === undefined ? undefined : { value });

function factsOf(finding: Finding): Facts {
  switch (finding.what) {
    case "price_ratio":
    case "wrong_answer_price": {
      const { what, cell, against, scenario, value } = finding;
      return present({ cell, against, scenario: scenario.id, value, unit: what === "price_ratio" ? "1" : "USD" });
    }
    case "own_over_rent": {
      const { owning, rental, value } = finding;
      return present({ scenario: `${owning.machine.id} or ${rental.id}`, value: point(value), unit: "1" });
    }
    case "own_over_api": {
      const { owning, api, cell, value } = finding;
      return present({ cell, scenario: `${owning.machine.id} or ${api.id}`, value: point(value), unit: "1" });
    }
    case "rent_over_mining": {
      const { rental, mining, value } = finding;
      return { scenario: `${rental.id} or ${mining.id}`, value: { value }, unit: "1" };
    }
    case "mining_revenue":
      return { scenario: finding.mining.id, value: { value: finding.value }, unit: "USD/kWh" };
    case "rebound_use":
    case "rebound_energy": {
      const { cell, against, elasticity, value } = finding;
      return { cell, against, scenario: `scenario: ${elasticity.id}`, value: { value }, unit: "1" };
    }
  }
}

const facts = (row: BreakEven): Facts => factsOf(row.finding);
const perBreakEven = column<BreakEven>;

/** `breakevens.csv`: where one choice starts to pay beside another. Without a value it never does, or the questions do not tell. */
export const BREAKEVEN_COLUMNS: readonly Column<BreakEven>[] = [
  perBreakEven("run", "name of the run folder", (row) => row.run),
  perBreakEven("task", "task id; absent between machines", (row) => row.task),
  perBreakEven(
    "what",
    "price_ratio, wrong_answer_price, own_over_rent and own_over_api (shares of a machine's life), rent_over_mining, mining_revenue, rebound_use or rebound_energy",
    (row) => row.finding.what,
  ),
  perBreakEven("model", "model id", (row) => facts(row).cell?.cell.model),
  perBreakEven("against", "model that it stands beside", (row) => facts(row).against?.cell.model),
  perBreakEven(
    "scenario",
    "ids in the price books; of a rebound that of the elasticity, marked as a scenario",
    (row) => facts(row).scenario,
  ),
  perBreakEven("value", "the break-even; absent where there is none", (row) => facts(row).value?.value),
  perBreakEven("low", `its lower bound, ${SAMPLING}`, (row) => facts(row).value?.interval?.low),
  perBreakEven("high", "its upper bound; absent when unbounded", (row) => facts(row).value?.interval?.high),
  perBreakEven("unit", "of the value; 1 is a ratio or a share", (row) => facts(row).unit),
  perBreakEven("reading", "how to read it, or why there is none", (row) => readingOf(row.finding)),
  perBreakEven("cell", "settings of the model", (row) => facts(row).cell?.cell.key),
  perBreakEven("against_cell", "settings of the other", (row) => facts(row).against?.cell.key),
];
