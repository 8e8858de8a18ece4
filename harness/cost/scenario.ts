import { present } from "../present.ts";
import type { Environment } from "../run.ts";
import type { Watts } from "../units.ts";
import { dollars } from "./book.ts";
import { miningUsdPerKwh, type Purchase, type TokenPrices } from "./formulas.ts";
import { type Item, itemsOf, needed, partOf } from "./items.ts";
import type { PriceRow } from "./price.ts";
import { type SitePue, sitePue } from "./pue.ts";

interface ScenarioHead {
  /** Of its item in the price book; unique within its kind. */
  readonly id: string;
  /** In `unit`: dollars, whatever the book's currency. Of an API that of output tokens. */
  readonly price: number;
  readonly unit: string;
  readonly source: string;
  readonly date: string;
  /** Whether every figure in it could be traced to its source. */
  readonly verified: boolean;
  /** What it takes for granted, in a sentence. */
  readonly assumption: string;
}

/** A way in which answers could be paid for. Scenarios are alternatives: a rent holds electricity, so they are never summed. */
export type Scenario = ScenarioHead &
  (
    | { readonly kind: "electricity"; readonly usdPerKwh: number; readonly pue: SitePue }
    | { readonly kind: "rental"; readonly usdPerHour: number }
    | ({ readonly kind: "owned"; readonly power?: Watts } & Purchase)
    | ({ readonly kind: "api"; readonly cached?: number } & TokenPrices)
    | {
        readonly kind: "mining";
        /** USD per PH/s and day. */
        readonly hashprice: number;
        /** Of the miner, J/TH. */
        readonly joulesPerTera: number;
        readonly usdPerKwh: number;
        readonly pue: SitePue;
      }
  );
export type ScenarioKind = Scenario["kind"];
export type ScenarioOf<K extends ScenarioKind> = Extract<Scenario, { kind: K }>;

/** What is paid in these goes by joules: it carries the energy's uncertainty and may be absent. */
export type EnergyScenario = ScenarioOf<"electricity" | "mining">;

export function isEnergyPriced(scenario: Scenario): scenario is EnergyScenario {
  return scenario.kind === "electricity" || scenario.kind === "mining";
}

/**
 * The scenarios that `costs.csv` has without being asked: by kind, then as the books have them.
 *
 * @param rows the shipped books joined with one's own (`withOwn`)
 */
export function scenariosOf(rows: readonly PriceRow[], environment: Pick<Environment, "virtualised">): Scenario[] {
  const chosen = rows.filter((row) => row.scenario);
  const every = <S>(kind: ScenarioKind, build: (item: Item) => S): S[] =>
    itemsOf(chosen, kind).map((item) => build({ ...item, rows: item.rows.map((row) => inDollars(row, rows)) }));
  let known: SitePue | undefined;
  const pue = (): SitePue => (known ??= sitePue(rows, environment));
  return [
    ...every("electricity", (item) => electricity(item, pue())),
    ...every("rental", rental),
    ...every("owned", owned),
    ...every("api", api),
    ...minings(every("mining", (item) => item)).map((item) => mining(item, pue())),
  ];
}

/**
 * The scenarios of one item of the books, `id` or `kind/id`, whether or not `costs.csv` has rows for it. None where no such item is
 * a way to pay.
 */
export function scenariosNamed(
  name: string,
  rows: readonly PriceRow[],
  environment: Pick<Environment, "virtualised">,
): Scenario[] {
  const wanted = rows.map((row) => ({ ...row, scenario: row.id === name || `${row.kind}/${row.id}` === name }));
  return scenariosOf(wanted, environment);
}

/** Parts that are money; the others are hours, shares, watts. */
const MONEY: ReadonlySet<string> = new Set(["price", "input", "output", "cached", "hashprice"]);

function inDollars(row: PriceRow, rows: readonly PriceRow[]): PriceRow {
  const unit = row.unit.replace(/^[A-Z]{3}(?=\/|$)/, "USD");
  if (!MONEY.has(row.part)) return row;
  const source =
    unit === row.unit ? row.source : `${row.source}; ${row.value} ${row.unit} at this book's exchange rate`;
  return { ...row, value: dollars(row, rows), unit, source };
}

/** What a scenario is called, after its headline figure. A note says what the figure is of, so it goes with it. */
function head(item: Item, row: PriceRow, assumption: string): ScenarioHead {
  const { value: price, unit, source, date, note } = row;
  const verified = item.rows.every((each) => each.verified);
  const noted = note === undefined ? assumption : `${assumption} (${note})`;
  return { id: item.id, price, unit, source, date, verified, assumption: noted };
}

function electricity(item: Item, pue: SitePue): ScenarioOf<"electricity"> {
  const row = needed(item, "price");
  const assumption =
    "the joules of the run, times the PUE of their site, at this price; the machine itself is not paid for";
  return { kind: "electricity", ...head(item, row, assumption), usdPerKwh: row.value, pue };
}

function rental(item: Item): ScenarioOf<"rental"> {
  const row = needed(item, "price");
  const assumption =
    `the seconds of the machine measured, one answer at a time, at the rent of ${item.id}, which would take other seconds ` +
    "unless it is that machine; electricity is in the rent";
  return { kind: "rental", ...head(item, row, assumption), usdPerHour: row.value };
}

function owned(item: Item): ScenarioOf<"owned"> {
  const row = needed(item, "price");
  const [usd, lifeHours, duty] = [row.value, needed(item, "life").value, partOf(item, "duty")?.value ?? 1];
  const assumption =
    `the seconds of the machine measured, at the price of ${item.id} spread over ${lifeHours} h in use ${100 * duty} % of the time; ` +
    `${item.id} would take other seconds unless it is that machine; electricity is not in it`;
  const power = partOf(item, "power")?.value;
  return { kind: "owned", ...head(item, row, assumption), ...present({ usd, lifeHours, duty, power }) };
}

function api(item: Item): ScenarioOf<"api"> {
  const row = needed(item, "output");
  const [input, output, cached] = [needed(item, "input").value, row.value, partOf(item, "cached")?.value];
  const assumption =
    `the tokens this model read and wrote, as its own tokenizer counts them, at the list price of ${item.id}: USD ${input} a million in, ` +
    `${output} out, none cached; ${item.id} itself would write others and be right more or less often`;
  return {
    kind: "api",
    ...head(item, { ...row, unit: `${row.unit} out` }, assumption),
    ...present({ input, output, cached }),
  };
}

/** A hashprice and a miner make an item; where a book has them apart, every hashprice with every miner. */
function minings(items: readonly Item[]): Item[] {
  const miners = items.filter((item) => partOf(item, "hashprice") === undefined);
  return items.flatMap((item) => {
    if (partOf(item, "hashprice") === undefined) return [];
    if (partOf(item, "efficiency") !== undefined || miners.length === 0) return item;
    const { kind, rows } = item;
    return miners.map((miner) => ({ kind, id: `${item.id}/${miner.id}`, rows: rows.concat(miner.rows) }));
  });
}

function mining(item: Item, pue: SitePue): ScenarioOf<"mining"> {
  const row = needed(item, "hashprice");
  const [hashprice, joulesPerTera] = [row.value, needed(item, "efficiency").value];
  const usdPerKwh = miningUsdPerKwh(hashprice, joulesPerTera);
  const assumption =
    `no cost: what the joules of the site would have earned in a Bitcoin miner of ${joulesPerTera} J/TH, USD ${usdPerKwh.toFixed(4)} per kWh ` +
    "before the miner itself is paid for";
  return { kind: "mining", ...head(item, row, assumption), hashprice, joulesPerTera, usdPerKwh, pue };
}
