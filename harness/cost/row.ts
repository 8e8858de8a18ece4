import { present } from "../present.ts";
import { nearest } from "../store/nearest.ts";
import { PARTS, unitProblem, valueProblem } from "./kinds.ts";
import { PriceKind, type PriceRow } from "./price.ts";

/** Columns of a price book, in the order the shipped ones have them. */
export const COLUMNS = [
  "kind",
  "id",
  "part",
  "value",
  "low",
  "high",
  "unit",
  "date",
  "source",
  "verified",
  "scenario",
  "note",
] as const;
export type Column = (typeof COLUMNS)[number];

/** Columns that every book has; the others have defaults. */
export const NEEDED: readonly Column[] = ["kind", "id", "value", "unit", "date", "source"];

type Fields = Readonly<Partial<Record<Column, string>>>;
type Tell = (problem: string) => void;

/** A row of a book, or nothing where it cannot be used; what is wrong goes to `tell`. Absent columns and empty cells are the same. */
export function priceRow(fields: Fields, at: string, tellWhere: Tell): PriceRow | undefined {
  let isGood = true;
  const tell: Tell = (problem) => {
    isGood = false;
    tellWhere(problem);
  };
  const needed = (column: Column): string => {
    const text = fields[column];
    if (text === undefined)
      tell(`no ${column}${column === "source" ? "; say who published the figure, and where" : ""}`);
    return text ?? "";
  };
  const id = needed("id");
  if (id !== "" && !/^[\w.:/+-]+$/.test(id)) tell(`id "${id}" has other characters than letters, digits and _.:/+-`);
  const source = needed("source");
  const date = needed("date");
  if (date !== "" && !isDate(date)) tell(`date "${date}" is not of the calendar; write 2024, 2024-11 or 2024-11-12`);
  const unit = needed("unit");
  const kind = kindOf(needed("kind"), tell);
  const part = kind === undefined ? undefined : partOf(kind, fields.part, tell);
  const [value, low, high] = [number(needed("value"), tell), number(fields.low, tell), number(fields.high, tell)];
  const verified = answer("verified", fields.verified, tell);
  const scenario = answer("scenario", fields.scenario, tell);
  if (value !== undefined && low !== undefined && low > value) tell(`low ${low} is above the value ${value}`);
  if (value !== undefined && high !== undefined && high < value) tell(`high ${high} is below the value ${value}`);
  if (kind === undefined || part === undefined || value === undefined || unit === "") return undefined;
  const rule = PARTS[kind][part];
  if (rule === undefined) return undefined;
  const wrongUnit = unitProblem(rule, unit);
  const wrong =
    wrongUnit === undefined
      ? [value, low, high].flatMap((each) => (each === undefined ? [] : (valueProblem(rule, each, unit) ?? [])))
      : [`${wrongUnit} for ${part} of ${kind}`];
  for (const problem of new Set(wrong)) tell(problem);
  if (!isGood) return undefined;
  return present({ kind, id, part, value, low, high, unit, date, source, verified, scenario, note: fields.note, at });
}

function kindOf(text: string, tell: Tell): PriceKind | undefined {
  const kind = PriceKind.safeParse(text);
  if (kind.success) return kind.data;
  if (text !== "") tell(`unknown kind "${text}"; ${suggestion(text, PriceKind.options)}`);
  return undefined;
}

/** The part a row names; where it names none, `price`, or the one part there is. */
function partOf(kind: PriceKind, text: string | undefined, tell: Tell): string | undefined {
  const parts = Object.keys(PARTS[kind]);
  if (text === undefined && (parts.length === 1 || parts[0] === "price")) return parts[0];
  if (text !== undefined && parts.includes(text)) return text;
  const problem = text === undefined ? `no part for ${kind}` : `unknown part "${text}" of ${kind}`;
  tell(`${problem}; ${suggestion(text ?? "", parts)}`);
  return undefined;
}

/** Names what was probably meant, and all that is allowed. */
export function suggestion(text: string, allowed: readonly string[]): string {
  const [close] = text === "" ? [] : nearest(text, allowed);
  return `${close === undefined ? "" : `did you mean ${close}? `}allowed: ${allowed.join(", ")}`;
}

function number(text: string | undefined, tell: Tell): number | undefined {
  if (text === undefined || text === "") return undefined;
  // Number("") is 0 and Number("0x10") is 16: neither is how a price is written.
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  tell(`"${text}" is not a number; write digits with a decimal point, without a currency sign or separators`);
  return undefined;
}

function answer(column: Column, text: string | undefined, tell: Tell): boolean {
  if (text === undefined || text === "yes" || text === "true") return true;
  if (text !== "no" && text !== "false") tell(`${column} is "${text}"; write yes or no`);
  return false;
}

/** A day, a month or a year of the calendar. */
function isDate(text: string): boolean {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text);
  if (match === null) return false;
  const full = `${match[1]}-${match[2] ?? "01"}-${match[3] ?? "01"}`;
  const day = new Date(`${full}T00:00:00Z`);
  // 2024-02-30 becomes the first of March.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(full);
}
