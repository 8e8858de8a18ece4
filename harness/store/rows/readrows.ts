import { readCsv } from "./csv.ts";
import { readDocuments } from "./documents.ts";
import { dataName, READABLE } from "./format.ts";
import { readJson, readJsonLines } from "./json.ts";
import { readParquet } from "./parquet.ts";
import type { Row, RowOptions } from "./row.ts";

/** The rows of a data file in its order, read as its extensions say. An empty text has none. */
export async function* readRows(file: string, options: RowOptions = {}): AsyncGenerator<Row> {
  const name = dataName(file);
  if (name === undefined) throw new Error(`cannot read rows of "${file}": its name says no known format: ${READABLE}`);
  switch (name.format) {
    case "jsonl":
      return yield* readJsonLines(file, options.onBadLine);
    case "json":
      return yield* readJson(file, options.members ?? []);
    case "csv":
      return yield* readCsv(file, ",", options.columns);
    case "tsv":
      return yield* readCsv(file, "\t", options.columns);
    case "parquet":
      return yield* readParquet(file);
    case "text":
      return yield* readDocuments(file, options.separator);
  }
}
