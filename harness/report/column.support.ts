import type { Column, Value } from "./column.ts";

/** A row by the names of its columns, absent values among them. */
export function rowIn<Row>(columns: readonly Column<Row>[], row: Row): Record<string, Value> {
  return Object.fromEntries(columns.map((column) => [column.name, column.value(row)]));
}

/** What is wrong with columns that should begin as others rely on, each once, with a legal name and a word on what it is. */
export function columnProblems<Row>(columns: readonly Column<Row>[], begin: readonly string[]): string[] {
  const names = columns.map((column) => column.name);
  return [
    ...begin.flatMap((name, i) => (names[i] === name ? [] : [`column ${i} is ${names[i]}, not ${name}`])),
    ...names.filter((name, i) => names.indexOf(name) < i).map((name) => `${name} stands twice`),
    ...names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name)).map((name) => `${name} is no legal name`),
    ...columns.filter(({ about }) => about.length < 4).map(({ name }) => `${name} is not documented`),
  ];
}
