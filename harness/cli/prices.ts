import type { PriceRow } from "../cost/price.ts";
import { groupBy } from "../report/group.ts";
import { nearest, unknownName } from "../store/nearest.ts";
import { listing } from "./list.ts";

/** Prices by item, one line each. */
export function listPrices(rows: readonly PriceRow[], json: boolean): string {
  const items = itemsOf(rows);
  if (json) return document(items);
  const lines = items.map((item) => [
    item[0].kind,
    item[0].id,
    figuresText(item),
    distinct(item, ({ date }) => date),
    distinct(item, ({ verified }) => answer(verified)),
    distinct(item, ({ scenario }) => answer(scenario)),
  ]);
  return listing(["kind", "id", "figures", "date", "verified", "scenario"], lines);
}

/** Everything that is known of the item with that id, or of all items of that kind. */
export function showPrices(rows: readonly PriceRow[], name: string, json: boolean): string {
  const items = itemsOf(rows.filter(({ kind, id }) => kind === name || id === name));
  if (items.length === 0) throw unknownPrice(rows, name);
  return json ? document(items) : items.map(itemText).join("\n");
}

type Item = readonly [PriceRow, ...PriceRow[]];

function itemsOf(rows: readonly PriceRow[]): Item[] {
  return [...groupBy(rows, ({ kind, id }) => `${kind} ${id}`).values()] as unknown as Item[];
}

function document(items: readonly Item[]): string {
  const nested = items.map((item) => ({
    kind: item[0].kind,
    id: item[0].id,
    figures: item.map(({ kind: _kind, id: _id, ...figure }) => figure),
  }));
  return `${JSON.stringify(nested, null, 2)}\n`;
}

/** Hundreds of ids are no help: where none is close, the kinds are. */
function unknownPrice(rows: readonly PriceRow[], name: string): Error {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const all = [...kinds, ...new Set(rows.map(({ id }) => id))];
  const known = nearest(name, all).length > 0 ? all : kinds;
  return unknownName("price", name, known, "`perjoule prices ls` lists them.");
}

/** `input 15, output 60 USD/1M tokens`: a unit once, after the last figure that has it. */
function figuresText(item: Item): string {
  return item
    .map((row, i) => {
      const name = item.length === 1 ? "" : `${row.part} `;
      const unit = row.unit === item[i + 1]?.unit ? "" : unitText(row);
      return `${name}${valueText(row)}${unit}`;
    })
    .join(", ");
}

const unitText = ({ unit }: PriceRow): string => (unit === "1" ? "" : ` ${unit}`);
const answer = (is: boolean): string => (is ? "yes" : "no");

/** A bound that is the value itself is all the source says: "over 8 dollars". */
function valueText({ value, low, high }: PriceRow): string {
  if (low === undefined && high === undefined) return String(value);
  if (low === value && high === undefined) return `${value} or more`;
  if (high === value && low === undefined) return `${value} or less`;
  return `${value} [${low ?? ""}, ${high ?? ""}]`;
}

function distinct(item: Item, of: (row: PriceRow) => string): string {
  return [...new Set(item.map(of))].join(", ");
}

function itemText(item: Item): string {
  const [{ kind, id }] = item;
  return `${kind} ${id}\n${item.map(rowText).join("")}`;
}

function rowText(row: PriceRow): string {
  const fields: [name: string, text: string | undefined][] = [
    ["date", row.date],
    ["source", row.source],
    ["scenario", answer(row.scenario)],
    row.verified ? ["note", row.note] : ["unverified", row.note ?? "could not be traced to its source"],
    ["at", row.at],
  ];
  const lines = fields.flatMap(([name, text]) => (text === undefined ? [] : `    ${name}: ${text}\n`));
  return `  ${row.part} ${valueText(row)}${unitText(row)}\n${lines.join("")}`;
}
