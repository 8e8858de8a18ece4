import { writeToString } from "fast-csv";
import type { Column, Value } from "./column.ts";

/**
 * A cell as CSV text. Missing is empty; so is a number that is not finite, since an unbounded bound is no bound.
 * Text that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function csvValue(value: Value): string {
  if (value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (typeof value === "boolean") return String(value);
  return /^[=+\-@\t\r]/.test(value) && !isNumeric(value) ? `'${value}` : value;
}

/** "-12" is a number in any spreadsheet, not a formula. */
function isNumeric(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/** RFC 4180: CRLF between records, quotes where needed, header first. */
export async function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Promise<string> {
  const table = [
    columns.map((column) => column.name),
    ...rows.map((row) => columns.map((column) => csvValue(column.value(row)))),
  ];
  return writeToString(table, { rowDelimiter: "\r\n", includeEndRowDelimiter: true });
}
