import Table from "cli-table3";
import type { BreakEven, Finding } from "../cost/breakevens.ts";
import type { CostRow } from "../cost/costs.ts";
import { mainFactor } from "../cost/decomposition.ts";
import { hardwareOf } from "../cost/items.ts";
import type { PriceRow } from "../cost/price.ts";
import { isEnergyPriced, type Scenario } from "../cost/scenario.ts";
import { type CellSummary, isModelled } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import { unknownName } from "../store/nearest.ts";
import { digits, multiple, plain, quantity, share } from "./format.ts";
import { groupBy } from "./group.ts";
import { namesAmong, namesOf, withoutAccuracy } from "./naming.ts";
import { readingOf, restsOnModel, scaled, scaleOf } from "./reading.ts";

/** One scenario of a run: a block a task, models by cost per correct answer; then break-evens in words, and figures of others. */
export function costTable(
  costs: readonly CostRow[],
  breakEvens: readonly BreakEven[],
  prices: readonly PriceRow[],
  scenario: Scenario = usualScenario(costs),
): string {
  const rows = costs.filter((row) => row.scenario === scenario);
  const cells = rows.map((row) => row.cell);
  return [
    blocks(rows),
    ...legend(scenario, rows),
    ...section("Break-even:", breakEvenLines(breakEvens, scenario)),
    ...section(
      "Figures of others per query. They cover other things than this run's, so no ratio is formed:",
      referenceLines(prices, cells),
    ),
  ].join("\n");
}

/** The scenario with that id, or `kind/id` where two kinds have it. */
export function scenarioNamed(costs: readonly CostRow[], name: string): Scenario {
  const scenarios = [...new Set(costs.map((row) => row.scenario))];
  const found = scenarios.find(({ kind, id }) => id === name || `${kind}/${id}` === name);
  if (found !== undefined) return found;
  throw unknownName(
    "price scenario",
    name,
    scenarios.map(({ id }) => id),
    "`perjoule prices ls` lists all prices.",
  );
}

/** The first price of electricity; of a run without energy the first scenario in which anything has a cost. */
export function usualScenario(costs: readonly CostRow[]): Scenario {
  const first =
    costs.find(({ scenario, cost }) => scenario.kind === "electricity" && cost !== undefined) ??
    costs.find(({ cost }) => cost !== undefined) ??
    costs[0];
  if (first !== undefined) return first.scenario;
  throw new RangeError("costTable: no price scenario to show; a price book needs a row with scenario yes");
}

function blocks(rows: readonly CostRow[]): string {
  const perCorrect = rows.flatMap(({ cost }) => cost?.perCorrect?.value ?? cost?.perAnswer.value ?? []);
  const { times, many } = scaleOf(perCorrect.length > 0 ? perCorrect : [1]);
  const head = [
    "model",
    "accuracy",
    `USD for ${many} correct`,
    `USD for ${many} answered`,
    "frontier",
    "beside the cheapest",
  ];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  const name = namesAmong(rows.map(({ cell }) => cell));
  for (const [task, ofTask] of groupBy(rows, ({ cell }) => cell.cell.task)) {
    table.push([{ colSpan: head.length, content: task }]);
    for (const row of [...ofTask].sort(cheapestFirst)) {
      table.push([
        `  ${name(row.cell)}`,
        row.cell.accuracy === undefined ? withoutAccuracy(row.cell) : share(row.cell.accuracy),
        perCorrectText(row, times),
        row.cost === undefined ? "" : amount(row, row.cost.perAnswer, times),
        row.onFrontier ?? "",
        besideText(row, ofTask),
      ]);
    }
  }
  return table.toString();
}

const areComparable = (rows: readonly CostRow[]): boolean => new Set(rows.map(provenance)).size === 1;

/** Costs of joules by unlike meters are kept apart, not ranked. */
function provenance({ cell: { energy }, scenario }: CostRow): string {
  return isEnergyPriced(scenario) && energy !== undefined ? `${energy.grade} ${energy.boundary} ${energy.source}` : "";
}

/** What has no cost comes last, what has none correct before it. */
function cheapestFirst(a: CostRow, b: CostRow): number {
  const rank = ({ cost }: CostRow): number => {
    if (cost === undefined) return 2;
    return cost.perCorrect === undefined ? 1 : 0;
  };
  return (
    rank(a) - rank(b) ||
    Number(provenance(a) > provenance(b)) - Number(provenance(a) < provenance(b)) ||
    (a.cost?.perCorrect?.value ?? 0) - (b.cost?.perCorrect?.value ?? 0)
  );
}

/** What rests on modelled energy is shown with two digits and `≈`. */
function amount(row: CostRow, estimate: Estimate, times: number): string {
  return restsOnModel(row.cell, row.scenario)
    ? `≈ ${plain(scaled(estimate, times), 2)}`
    : plain(scaled(estimate, times));
}

function perCorrectText(row: CostRow, times: number): string {
  if (row.cost?.perCorrect !== undefined) return amount(row, row.cost.perCorrect, times);
  return row.cost?.perCorrectBound === undefined
    ? ""
    : `none correct; > ${plain({ value: row.cost.perCorrectBound * times }, 2)}`;
}

const FACTORS = { price: "cost of a token", tokens: "tokens per answer", accuracy: "accuracy" } as const;

/** How many times the cheapest over the same questions, and the factor that explains most of it; a tie where nobody can say. */
function besideText({ cell, cost, against }: CostRow, ofTask: readonly CostRow[]): string {
  if (against?.ratio === undefined || cost?.perCorrect === undefined) {
    const isAlone = cost?.perCorrect !== undefined && ofTask.every((row) => row.against === undefined);
    return ofTask.some((row) => row.against?.cheapest === cell) || (isAlone && areComparable(ofTask)) ? "cheapest" : "";
  }
  const { interval } = against.ratio;
  const isTie = interval === undefined || (interval.low <= 1 && interval.high >= 1);
  return `${multiple(against.ratio)}${isTie ? " tie" : `, mostly ${FACTORS[mainFactor(against.shares)]}`}`;
}

function legend(scenario: Scenario, rows: readonly CostRow[]): string[] {
  const { kind, id, price, unit, date, source, verified, assumption } = scenario;
  const pues = new Set(
    rows.flatMap(({ cost }) => (cost?.pue === undefined ? [] : [plain({ value: cost.pue.value, interval: cost.pue })])),
  );
  return [
    `${kind} ${id}: ${Number(price.toPrecision(4))} ${unit}, ${date}, ${source}${verified ? "" : " (not verified)"}.`,
    `It is ${assumption}.${pues.size === 0 ? "" : ` PUE ${[...pues].join(" or ")}.`}`,
    "[low, high] hold the choice of questions at 95 %, and of joules what the meter and the PUE leave open. frontier: nothing else is as accurate for as little, in 95 % of the resamples (yes), in 5 % (no), or perhaps.",
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title].concat(lines.map((line) => `  ${line}`));
}

/** Prices of a wrong answer in the scenario shown, owning, the first of mining, and what rebound could come to. All others are in the file. */
function breakEvenLines(breakEvens: readonly BreakEven[], scenario: Scenario): string[] {
  const sentence = ({ task, finding }: BreakEven): string =>
    `${task === undefined ? "" : `${task}: `}${readingOf(finding)}.`;
  const of = (...what: Finding["what"][]): BreakEven[] =>
    breakEvens.filter(({ finding }) => what.includes(finding.what));
  const wrong = of("wrong_answer_price").filter(({ finding }) => stands(finding, scenario));
  const told = wrong.filter(({ finding }) => "value" in finding);
  const rest = wrong.length - told.length;
  const untold = rest === 0 ? [] : [`${rest} other pairs: no price of a wrong answer; breakevens.csv says why.`];
  const machines = of("own_over_rent").concat(of("mining_revenue").slice(0, 1), firstLettings(of("rent_over_mining")));
  return told.map(sentence).concat(untold, machines.map(sentence), reboundLines(of("rebound_energy")));
}

/** One rent for each hardware, beside the first price of hashes. */
function firstLettings(breakEvens: readonly BreakEven[]): BreakEven[] {
  const key = ({ finding }: BreakEven): string =>
    finding.what === "rent_over_mining" ? hardwareOf(finding.rental.id) : "";
  return [...groupBy(breakEvens, key).values()].flatMap((same) => same[0] ?? []);
}

function stands(finding: Finding, scenario: Scenario): boolean {
  return finding.what === "wrong_answer_price" && finding.scenario === scenario;
}

/** The smallest and the largest that the elasticities give, by task. */
function reboundLines(breakEvens: readonly BreakEven[]): string[] {
  return [...groupBy(breakEvens, ({ task }) => task)].flatMap(([task, ofTask]) => {
    const findings = ofTask.flatMap(({ finding }) => (finding.what === "rebound_energy" ? [finding] : []));
    const [least, ...more] = findings.sort((a, b) => a.value - b.value);
    if (least === undefined) return [];
    const times = [least, ...more.slice(-1)].map(
      ({ value, elasticity }) => `${digits(value, 2)} times the energy at an elasticity of ${elasticity.value}`,
    );
    const [cell, against] = namesOf(least.cell, least.against);
    return `${task}: scenario, not measured: if everybody went from ${against} to ${cell}, all together would take ${times.join(", ")}.`;
  });
}

function referenceLines(prices: readonly PriceRow[], cells: readonly CellSummary[]): string[] {
  const references = prices.filter((row) => row.kind === "reference");
  const own = cells.flatMap(({ energy }) => energy ?? []);
  if (references.length === 0 || own.length === 0) return [];
  const ours = [...groupBy(own, ({ grade, boundary }) => `grade ${grade}, boundary ${boundary}`)].map(
    ([what, energies]) => {
      const joules = energies.map((energy) => energy.grossPerAnswer.value);
      const about = energies.some(isModelled) ? "≈ " : "";
      const ends = [...new Set([Math.min(...joules), Math.max(...joules)])].map((value) => quantity({ value }, "J", 2));
      return `this run: ${about}${ends.join(" to ")} per answer (${what})`;
    },
  );
  return ours.concat(
    references.map(({ id, value, unit, source, date, verified, note }) => {
      const more = note === undefined ? "" : `; ${note}`;
      return `${id}: ${quantity({ value }, unit, 2)} (${source}, ${date}${more})${verified ? "" : ", not verified"}`;
    }),
  );
}
