import type { Column } from "./column.ts";

/** The columns of a file as a Markdown table: the documentation walks the same list as the CSV. */
export function columnTable<Row>(columns: readonly Column<Row>[]): string {
  const rows = columns.map((column) => `| \`${column.name}\` | ${column.about} |`);
  return ["| column | |", "|---|---|", ...rows].join("\n");
}
