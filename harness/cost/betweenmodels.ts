import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import { flippingPriceRatio, type NoPrice, wrongAnswerPrice } from "./breakeven.ts";
import { cheapestOf, type CostRow, commonFactors, withFactors } from "./costs.ts";
import { areComparable, type PairedCost, pairedCosts } from "./paired.ts";
import { ratesOf } from "./rates.ts";
import type { Scenario, ScenarioKind } from "./scenario.ts";
import { basesOf } from "./sums.ts";

interface Pair {
  readonly scenario: Scenario;
  readonly cell: CellSummary;
  readonly against: CellSummary;
}

/** Where one model starts to pay beside another. */
export type ModelBreakEven =
  /** How many times the unit price of `against` that of `cell` may be for both to cost the same per correct answer. */
  | (Pair & { readonly what: "price_ratio"; readonly value: Estimate })
  /** USD that a wrong answer must cost for the better `cell` to pay beside the cheaper `against`. */
  | (Pair & { readonly what: "wrong_answer_price"; readonly value?: Estimate; readonly reason?: NoPrice });

/**
 * Every model of a task beside the cheapest per correct answer. Within a kind that pays for joules or seconds scenarios
 * differ by their price alone, so the first stands for all; APIs differ in the ratio of their prices too.
 */
export function betweenModels(costs: readonly CostRow[], seed: number): ModelBreakEven[] {
  const cells = [...new Set(costs.map(({ cell }) => cell))];
  const bases = basesOf(cells, seed);
  return representatives(costs.map(({ scenario }) => scenario)).flatMap((scenario) => {
    const all = pairedCosts(bases, scenario, seed);
    const inAll = new Set(all.map(({ cell }) => cell));
    const cheapest = cheapestOf(costs.filter((row) => row.scenario === scenario && inAll.has(row.cell)));
    const against = all.find(({ cell }) => cell === cheapest?.cell);
    if (against === undefined || !areComparable(cells, scenario)) return [];
    const others = all.filter((one) => one !== against);
    const flips = others.flatMap((one) => flip(scenario, one, against) ?? []);
    return flips.concat(others.map((one) => wrong(scenario, one, against)));
  });
}

/** Mining earns, it is no way to pay; its price of a wrong answer would say nothing. */
function representatives(scenarios: readonly Scenario[]): Scenario[] {
  const distinct = [...new Set(scenarios)];
  const first = (kind: ScenarioKind): Scenario[] => distinct.filter((scenario) => scenario.kind === kind).slice(0, 1);
  const apis = distinct.filter((scenario) => scenario.kind === "api");
  return [...first("electricity"), ...first("rental"), ...first("owned"), ...apis];
}

/** Only where the price of a model could be another than its rival's: a token's, or an hour's of the machine that serves it. */
function flip(scenario: Scenario, one: PairedCost, against: PairedCost): ModelBreakEven | undefined {
  if (scenario.kind !== "api" && scenario.kind !== "rental") return undefined;
  const value = flippingPriceRatio(one, against);
  return value && { what: "price_ratio", scenario, cell: one.cell, against: against.cell, value };
}

function wrong(scenario: Scenario, one: PairedCost, other: PairedCost): ModelBreakEven {
  const { better, cheaper, price, reason } = wrongAnswerPrice(one, other);
  const rates = ratesOf(scenario, better.cell.energy);
  const value = price && rates && withFactors(price, commonFactors(rates, better.cell));
  const pair = { scenario, cell: better.cell, against: cheaper.cell };
  return { what: "wrong_answer_price", ...pair, ...present({ value, reason }) };
}
