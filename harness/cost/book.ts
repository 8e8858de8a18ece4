import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { sha256 } from "../store/hash.ts";
import { ROOT } from "../store/root.ts";
import { itemsOf, partOf } from "./items.ts";
import { currencyOf, PARTS, valueProblem } from "./kinds.ts";
import { PriceKind, type PriceRow } from "./price.ts";
import { type CsvRecord, readRecords } from "./records.ts";
import { COLUMNS, type Column, NEEDED, priceRow, suggestion } from "./row.ts";

/** Prices are looked up by going through them all. */
const MOST_ROWS = 10_000;

const SHIPPED = path.join(ROOT, "harness", "cost", "prices");

/** Reads a price book. Every problem of the file stands in one error, each with its line. */
export async function readBook(file: string): Promise<PriceRow[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new Error(`cannot read the prices "${file}": ${(cause as Error).message}`, { cause });
  }
  const [head, ...records] = await readRecords(text, file);
  if (head === undefined || records.length === 0) throw new Error(`${file}:1: holds no prices`);
  if (records.length > MOST_ROWS)
    throw new Error(`${file}: holds ${records.length} rows; a price book has at most ${MOST_ROWS}`);
  const problems = headProblems(head).map((problem) => `${file}:${head.line}: ${problem}`);
  if (problems.length > 0) throw new Error(problems.join("; "));

  const rows = records.flatMap((record) => {
    const at = `${file}:${record.line}`;
    const tell = (problem: string): void => void problems.push(`${at}: ${problem}`);
    if (record.fields.length > head.fields.length) {
      tell(`${record.fields.length} fields, but ${head.fields.length} columns; put text with a comma in quotes`);
      return [];
    }
    return priceRow(fieldsOf(head, record), at, tell) ?? [];
  });
  // An item with a spoiled row would be said to lack what that row was meant to be.
  problems.push(...duplicates(rows), ...(problems.length === 0 ? incomplete(rows) : []));
  if (problems.length > 0) throw new Error(problems.join("; "));
  return rows;
}

/** The dated prices that come with perjoule, one file a kind. */
export async function shippedBooks(): Promise<PriceRow[]> {
  const files = (await readdir(SHIPPED)).filter((name) => name.endsWith(".csv")).sort();
  const books = await Promise.all(files.map((name) => readBook(path.join(SHIPPED, name))));
  return books.flat().map((row) => ({ ...row, at: path.relative(ROOT, row.at) }));
}

/** The shipped prices with those of a file of one's own, if there is one. */
export async function booksWith(own: string | undefined): Promise<PriceRow[]> {
  const shipped = await shippedBooks();
  return own === undefined ? shipped : withOwn(shipped, await readBook(own));
}

/** Shipped prices with one's own: an item of one's own takes the place of the shipped one of that kind and id, all parts of it. */
export function withOwn(shipped: readonly PriceRow[], own: readonly PriceRow[]): PriceRow[] {
  const replaced = new Set(own.map(nameOf));
  return [...shipped.filter((row) => !replaced.has(nameOf(row))), ...own];
}

/**
 * The row's value in US dollars. Of several rates for a currency the one nearest in time counts. No rate comes with
 * perjoule: one that nobody dated would be a guess.
 */
export function dollars(row: PriceRow, books: readonly PriceRow[]): number {
  const rule = PARTS[row.kind][row.part];
  const currency = rule === undefined || row.kind === "fx" ? undefined : currencyOf(rule, row.unit);
  if (rule === undefined || currency === undefined) throw new Error(`${row.at}: ${row.unit} is no amount of money`);
  if (currency === "USD") return row.value;
  const away = (rate: PriceRow): number => Math.abs(Date.parse(rate.date) - Date.parse(row.date));
  const [rate] = books
    .filter(({ kind, unit }) => kind === "fx" && unit === `USD/${currency}`)
    .sort((a, b) => away(a) - away(b));
  if (rate === undefined) {
    throw new Error(
      `${row.at}: ${row.kind} "${row.id}" is in ${currency} and no exchange rate is known; add a row to your price file: ` +
        `kind fx, id usd-${currency.toLowerCase()}, value: dollars for one ${currency}, unit USD/${currency}, its date and source`,
    );
  }
  const value = row.value * rate.value;
  const implausible = valueProblem(rule, value, row.unit.replace(currency, "USD"));
  if (implausible !== undefined) throw new Error(`${rate.at}: with this rate, ${row.kind} "${row.id}": ${implausible}`);
  return value;
}

/** SHA-256 of what the rows say, whatever their order and the file they stand in. */
export function priceHash(rows: readonly PriceRow[]): string {
  const lines = rows.map((row) => JSON.stringify(COLUMNS.map((column) => row[column] ?? null)));
  return sha256(...lines.sort());
}

/** The item a row is of. No id has a space. */
const nameOf = ({ kind, id }: PriceRow): string => `${kind} ${id}`;

function headProblems({ fields }: CsvRecord): string[] {
  const names = fields.map((field) => field.trim());
  const unknown = names.filter((name) => !(COLUMNS as readonly string[]).includes(name));
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  return [
    ...unknown.map((name) => `unknown column "${name}"; ${suggestion(name, COLUMNS)}`),
    ...twice.map((name) => `column "${name}" stands twice`),
    ...NEEDED.filter((name) => !names.includes(name)).map((name) => `no column "${name}"`),
  ];
}

/** A record by its columns, without its empty cells. */
function fieldsOf(head: CsvRecord, record: CsvRecord): Partial<Record<Column, string>> {
  const cells = head.fields.map((name, i) => [name.trim(), record.fields[i]?.trim()] as const);
  return Object.fromEntries(cells.filter(([, text]) => text !== undefined && text !== ""));
}

function duplicates(rows: readonly PriceRow[]): string[] {
  const first = new Map<string, PriceRow>();
  return rows.flatMap((row) => {
    const key = `${nameOf(row)} ${row.part}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, row);
    return earlier === undefined
      ? []
      : `${row.at}: ${row.part} of ${row.kind} "${row.id}" stands already at ${earlier.at}`;
  });
}

/** Items without a part they need, at the line of their first row. */
function incomplete(rows: readonly PriceRow[]): string[] {
  return PriceKind.options.flatMap((kind) => {
    const required = Object.entries(PARTS[kind]).flatMap(([part, rule]) => (rule.required === true ? [part] : []));
    return itemsOf(rows, kind).flatMap((item) =>
      required
        .filter((part) => partOf(item, part) === undefined)
        .map((part) => `${item.rows[0]?.at}: ${kind} "${item.id}" has no ${part}; add a row with part ${part}`),
    );
  });
}
