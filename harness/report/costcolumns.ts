import type { CostRow } from "../cost/costs.ts";
import { isEnergyPriced } from "../cost/scenario.ts";
import type { EnergySummary } from "../report.ts";
import { type Column, column, identity, interval, perCorrectColumns } from "./column.ts";

const perCost = column<CostRow>;

/** What an interval in dollars holds. */
export const SAMPLING =
  "95 % over questions; where joules are paid for joined with the meter's own error (of the power model about 90 %) and the range of the PUE";

/** `costs.csv`: one row a cell and price scenario, in US dollars. Scenarios are alternatives and are never added. */
export const COST_COLUMNS: readonly Column<CostRow>[] = [
  ...identity<CostRow>((row) => row.cell, "run", "model", "task", "device", "precision", "batch", "solver"),
  perCost("scenario", "id in the price book, unique within its kind", (row) => row.scenario.id),
  perCost(
    "kind",
    "electricity, rental, owned, api, or mining (what the joules would have earned)",
    (row) => row.scenario.kind,
  ),
  perCost(
    "price",
    "the price itself; of an API that of output tokens, of mining the hashprice",
    (row) => row.scenario.price,
  ),
  perCost("price_unit", "its unit", (row) => row.scenario.unit),
  perCost("price_source", "who published it", (row) => row.scenario.source),
  perCost("price_date", "of when it is", (row) => row.scenario.date),
  ...interval<CostRow>(
    "usd_per_answer",
    "sum of cost / questions put; absent where joules are paid for and there are none",
    (row) => row.cost?.perAnswer,
    SAMPLING,
  ),
  ...perCorrectColumns<CostRow>("usd_per_correct", "sum of cost / sum of credit", SAMPLING, ({ cost }) => ({
    estimate: cost?.perCorrect,
    least: cost?.perCorrectBound,
  })),
  perCost("usd_per_1k_answers", "1,000 x usd_per_answer", (row) => times(1e3, row.cost?.perAnswer.value)),
  perCost("usd_per_million_output_tokens", "10^6 x sum of cost / sum of output tokens", (row) =>
    times(1e6, row.cost?.perOutputToken),
  ),
  perCost(
    "on_frontier",
    "whether no other row of the task and scenario is at least as accurate at no more cost per answer: yes or no in 95 % of the resamples, else perhaps; absent where energies are of unlike grade, boundary or source",
    (row) => row.onFrontier,
  ),
  perCost(
    "verified",
    "whether every figure of the price could be traced to its source",
    (row) => row.scenario.verified,
  ),
  perCost("assumption", "what the row takes for granted", (row) => assumptionOf(row)),
  perCost("price_input", "of an API, the price of prompt tokens, in price_unit's currency per million", (row) =>
    row.scenario.kind === "api" ? row.scenario.input : undefined,
  ),
  perCost(
    "pue",
    "joules of the site per joule of the machine, where joules are paid for",
    (row) => row.cost?.pue?.value,
  ),
  perCost("pue_low", "lower end of its range", (row) => row.cost?.pue?.low),
  perCost("pue_high", "upper end of its range", (row) => row.cost?.pue?.high),
  perCost(
    "energy_grade",
    "of the joules paid for: A counter, B integrated power, C model, D user constant",
    (row) => paidFor(row)?.grade,
  ),
  perCost("energy_boundary", "what the joules paid for cover", (row) => paidFor(row)?.boundary),
  perCost(
    "token_kind",
    "what a token is below: output, or prompt where the task has none written",
    (row) => row.cost?.parts?.tokenKind,
  ),
  perCost("usd_per_token", "sum of cost / sum of such tokens", (row) => row.cost?.parts?.usdPerToken),
  perCost("tokens_per_answer", "such tokens / questions put", (row) => row.cost?.parts?.tokensPerAnswer),
  perCost(
    "credit_per_answer",
    "sum of credit / questions put; usd_per_correct = usd_per_token x tokens_per_answer / credit_per_answer",
    (row) => row.cost?.parts?.creditPerAnswer,
  ),
  perCost(
    "cheapest",
    "model that is cheapest per correct answer on the task in this scenario; absent of itself",
    (row) => row.against?.cheapest.cell.model,
  ),
  perCost(
    "share_price",
    "share of ln(usd_per_correct / cheapest's) that is the price of a token",
    (row) => row.against?.shares.price,
  ),
  perCost("share_tokens", "share that is tokens per answer", (row) => row.against?.shares.tokens),
  perCost("share_accuracy", "share that is accuracy; the three add up to 1", (row) => row.against?.shares.accuracy),
  ...identity<CostRow>((row) => row.cell, "threads", "lowering", "weights"),
  perCost("cheapest_cell", "settings of that model; absent of itself", (row) => row.against?.cheapest.cell.key),
];

function times(factor: number, value: number | undefined): number | undefined {
  return value === undefined ? undefined : factor * value;
}

/** The energy that a row's cost is made of. */
function paidFor({ cell, scenario }: CostRow): EnergySummary | undefined {
  return isEnergyPriced(scenario) ? cell.energy : undefined;
}

/** Boundaries that hold all a machine draws. */
const WHOLE: ReadonlySet<string> = new Set(["wall", "vm_share", "whole_server"]);

function assumptionOf(row: CostRow): string {
  const boundary = paidFor(row)?.boundary;
  const { assumption } = row.scenario;
  return boundary === undefined || WHOLE.has(boundary)
    ? assumption
    : `${assumption}; what the machine draws outside ${boundary} is not in it`;
}
