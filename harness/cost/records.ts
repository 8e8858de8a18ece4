import { once } from "node:events";
import type { Writable } from "node:stream";
import { parse } from "fast-csv";

/** One record of a CSV file with the line it begins in. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** Reads CSV; empty lines are passed over. `file` only names it in errors. A quoted field may go over several lines. */
export async function readRecords(text: string, file: string): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  let line = 1;
  const parser = parse<string[], string[]>({ headers: false }).transform((fields: string[]) => {
    if (fields.length > 0) records.push({ fields, line });
    // The parser does not say where it is. A record has a line more than it has newlines inside its quotes.
    line += fields.join("").split("\n").length;
    return fields;
  });
  // Each failure reaches whoever writes or waits for the end; without a listener it would also end the process.
  parser.on("error", () => {}).resume();
  try {
    // One line at a time, so that a record that cannot be read is the one after the last that could.
    for (const physical of text.split(/(?<=\n)/)) await write(parser, physical);
    parser.end();
    await once(parser, "end");
  } catch (cause) {
    const problem = (cause as Error).message.replace(/^Parse Error: /, "").trim();
    throw new Error(`${file}:${line}: not valid CSV: ${problem}`, { cause });
  }
  return records;
}

function write(parser: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
