import { once } from "node:events";
import type { Writable } from "node:stream";
import { parse } from "fast-csv";
import type { Row } from "./row.ts";
import { readText } from "./text.ts";

/** In characters. A longer row is a quote that was never closed, which would swallow the rest of the file. */
const LONGEST_ROW = 1 << 22;

/**
 * Rows of a file of separated values, every value a text; empty lines are passed over. Without `columns` the first row
 * names them; `longest` is how many characters a row may have. White space around a quoted cell is dropped, as is a first cell of nothing else; other white space stays.
 */
export async function* readCsv(
  file: string,
  delimiter: "," | "\t",
  columns?: readonly string[],
  longest = LONGEST_ROW,
): AsyncGenerator<Row> {
  let names = columns;
  if (names !== undefined) checkNames(names, `columns given for ${file}`);
  for await (const { cells, line } of readCells(file, delimiter, longest)) {
    const at = `${file}:${line}`;
    if (names === undefined) {
      checkNames(cells, at);
      names = cells;
    } else if (cells.length === names.length) {
      yield { fields: Object.fromEntries(names.map((name, i) => [name, cells[i]])), at };
    } else {
      throw new Error(`${at}: ${counted(cells, "cell")} for ${counted(names, "column")}: ${names.join(", ")}`);
    }
  }
}

function checkNames(names: readonly string[], at: string): void {
  const unnamed = names.indexOf("");
  if (unnamed >= 0) throw new Error(`${at}: column ${unnamed + 1} has no name`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`${at}: two columns are named "${twice}"; is this line no header?`);
}

const counted = (list: readonly string[], noun: string): string =>
  `${list.length} ${noun}${list.length === 1 ? "" : "s"}`;

interface Cells {
  readonly cells: readonly string[];
  /** The line in which the row begins, counted from 1. */
  readonly line: number;
}

async function* readCells(file: string, delimiter: string, longest: number): AsyncGenerator<Cells> {
  let line = 1;
  let rows: Cells[] = [];
  // The parser's own headers would drop the rows that do not fit them.
  const parser = parse<string[], string[]>({ headers: false, delimiter }).transform((cells: string[]) => {
    if (cells.length > 0) rows.push({ cells, line });
    // The parser does not say where it is. A row has a line more than it has line ends inside its quotes.
    line += cells.join("").split(/\r\n|\r|\n/).length;
    return cells;
  });
  // Each failure reaches whoever writes or waits for the end; without a listener it would also end the process.
  parser.on("error", () => {}).resume();
  try {
    for await (const text of portions(file, longest, () => line)) {
      await write(parser, text);
      yield* rows;
      rows = [];
    }
    parser.end();
    await once(parser, "end");
  } catch (cause) {
    const problem = /^Parse Error: (.{1,120})/.exec((cause as Error).message)?.[1];
    if (problem === undefined) throw cause;
    throw new Error(`${file}:${line}: not valid CSV: ${problem.trim()}`, { cause });
  }
  yield* rows;
}

/**
 * The text line by line, so that a row that cannot be read is the one after the last that could: `line` says which is
 * awaited. The parser reads a row that is not at its end again with each portion, so these double until it is.
 */
async function* portions(file: string, longest: number, line: () => number): AsyncGenerator<string> {
  let portion = "";
  let unanswered = 0;
  for await (const piece of readText(file)) {
    for (const physical of piece.split(/(?<=\n)/)) {
      portion += physical;
      if (portion.length < unanswered) continue;
      const before = line();
      yield portion;
      unanswered = line() > before ? 0 : unanswered + portion.length;
      portion = "";
      if (unanswered > longest) throw new Error(`${file}:${line()}: a quote in this row is never closed`);
    }
  }
  if (portion !== "") yield portion;
}

function write(parser: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
