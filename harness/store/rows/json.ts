import { parseJson } from "./exactjson.ts";
import { Float } from "./number.ts";
import { type Fields, type Row, shownField } from "./row.ts";
import { readLines, readWhole } from "./text.ts";

/** Rows of a file with one JSON object a line. Empty lines are passed over, and bad ones told of where somebody listens. */
export async function* readJsonLines(file: string, onBadLine?: (problem: string) => void): AsyncGenerator<Row> {
  for await (const { text, number } of readLines(file)) {
    if (text.trim() === "") continue;
    const at = `${file}:${number}`;
    const fields = lineFields(text, at, onBadLine);
    if (fields !== undefined) yield { fields, at };
  }
}

function lineFields(text: string, at: string, onBadLine?: (problem: string) => void): Fields | undefined {
  try {
    return asFields(parsed(text, at), at);
  } catch (error) {
    if (onBadLine === undefined) throw error;
    onBadLine((error as Error).message);
    return undefined;
  }
}

/**
 * Rows of a JSON file: a list of objects, or an object of which one of `members` is such a list. A file named .json
 * that holds an object a line is read as what it is: the `json` builder of `datasets` takes both alike.
 * `most` is how many characters it may have.
 */
export async function* readJson(file: string, members: readonly string[], most?: number): AsyncGenerator<Row> {
  const text = await readWhole(file, most);
  if (text === undefined)
    throw new Error(`${file}: too large to be read as one JSON text; store it as JSONL, an object a line`);
  if (text.trim() === "") return;
  if (isLineByLine(text)) return yield* readJsonLines(file);
  const rows = rowsOf(parsedWhole(text, file), file, members);
  for (const [index, row] of rows.entries()) {
    const at = `${file}, row ${index + 1}`;
    yield { fields: asFields(row, at), at };
  }
}

function rowsOf(value: unknown, file: string, members: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const whole = asFields(value, file);
  const name = members.find((member) => Object.hasOwn(whole, member) && Array.isArray(whole[member]));
  if (name !== undefined) return whole[name] as unknown[];
  // A file of a single row, as JSONL has it.
  if (!Object.values(whole).some(Array.isArray)) return [whole];
  const wanted = members.length === 0 ? "no member was named" : `none of ${quoted(members)} is a list in it`;
  throw new Error(`${file}: holds an object, and ${wanted}; it has ${quoted(Object.keys(whole)) || "no members"}`);
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** Whether the first line alone is an object and more than white space follows. */
function isLineByLine(text: string): boolean {
  const start = text.trimStart();
  const end = start.indexOf("\n");
  if (!start.startsWith("{") || end < 0 || start.slice(end).trim() === "") return false;
  try {
    JSON.parse(start.slice(0, end));
    return true;
  } catch {
    return false;
  }
}

function asFields(value: unknown, at: string): Fields {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Float);
  if (isObject) return value as Fields;
  const found = shownField(value) ?? "nothing";
  throw new Error(`${at}: a row is a JSON object, found ${found.length > 60 ? `${found.slice(0, 60)}…` : found}`);
}

function parsed(text: string, at: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    const advice = /\}\s*,\s*$/.test(text) ? "; no comma stands between lines of JSONL" : "";
    throw new Error(`${at}: not valid JSON: ${(cause as Error).message}${advice}`, { cause });
  }
}

/** V8 names the place of most mistakes by their number of characters, where a reader wants the line. */
function parsedWhole(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    const { message } = cause as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? "" : `:${text.slice(0, Number(position)).split("\n").length}`;
    throw new Error(`${file}${line}: not valid JSON: ${message.replaceAll(/\s+/g, " ")}`, { cause });
  }
}
