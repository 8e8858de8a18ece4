import { Float, floatField, integerField, isFieldNumber } from "../rows/number.ts";
import { readEscapes } from "./escapes.ts";
import { reprOf } from "./print.ts";
import { fromPlain } from "./values.ts";

/**
 * What Python's `ast.literal_eval` reads a text as: lists and tuples as arrays, dicts as objects, None as null. Undefined for
 * a text that is no literal, and for bytes, sets and complex numbers, which JavaScript has no data for. Numbers are as a row
 * holds them.
 */
export function pythonLiteral(text: string): unknown {
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  try {
    const cursor = { tokens, at: 0 };
    const value = parseTuple(cursor, "");
    return cursor.at === tokens.length ? value : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

const SPACE = /[ \t\f]+|#[^\n]*|\\\n/y;
const STRING = /([uU]|[rR])?("""|'''|"|')/y;
const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][-+]?\d(?:_?\d)*)?/y;
const WORD = /(?:None|True|False)(?!\w)/y;
const CONSTANTS: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };

/** A mark is one of `[](){},:+-`. */
type Token = { readonly mark: string } | { readonly value: unknown };

function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const source = text
    .replace(/^[ \t]+/, "")
    .replaceAll(/\r\n?/g, "\n")
    .replace(/^\n+/, "")
    .trimEnd();
  let depth = 0;
  let at = 0;
  const take = (sticky: RegExp): RegExpExecArray | null => {
    sticky.lastIndex = at;
    const found = sticky.exec(source);
    at += found?.[0].length ?? 0;
    return found;
  };
  while (at < source.length) {
    if (take(depth > 0 ? /\s+|#[^\n]*|\\\n/y : SPACE) !== null) continue;
    const mark = take(/[[\](){},:+-]/y)?.[0];
    if (mark !== undefined) {
      depth += "[({".includes(mark) ? 1 : "])}".includes(mark) ? -1 : 0;
      tokens.push({ mark });
      continue;
    }
    const open = take(STRING);
    const word = open === null ? (take(WORD) ?? take(NUMBER))?.[0] : undefined;
    if (open === null && word === undefined) return undefined;
    const value = open === null ? constant(word as string) : readString(open, take);
    if (value === undefined || (open === null && /\w/.test(source[at] ?? ""))) return undefined;
    tokens.push({ value });
  }
  return tokens;
}

function readString(open: RegExpExecArray, match: (sticky: RegExp) => RegExpExecArray | null): string | undefined {
  const quote = open[2] as string;
  const body =
    quote.length === 3 ? String.raw`((?:\\[\s\S]|(?!${quote})[^\\])*)` : String.raw`((?:\\[\s\S]|[^\\\n${quote}])*)`;
  const found = match(new RegExp(body + quote, "y"))?.[1];
  if (found === undefined || /^r$/i.test(open[1] ?? "")) return found;
  try {
    return readEscapes(found);
  } catch {
    return undefined;
  }
}

function constant(word: string): unknown {
  if (word in CONSTANTS) return CONSTANTS[word];
  const digits = word.replaceAll("_", "").toLowerCase();
  if (/^0[xob]/.test(digits)) return integerField(BigInt(digits));
  if (/^\d+$/.test(digits)) return /^0+[1-9]/.test(digits) ? undefined : integerField(BigInt(digits));
  return floatField(Number(digits));
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

function isMark(cursor: Cursor, mark: string): boolean {
  const token = cursor.tokens[cursor.at];
  return token !== undefined && "mark" in token && token.mark === mark;
}

function takeMark(cursor: Cursor, mark: string): boolean {
  const is = isMark(cursor, mark);
  if (is) cursor.at++;
  return is;
}

/** One value, or several with commas between or after them; `end` is the mark that closes them, which stays. */
function parseTuple(cursor: Cursor, end: ")" | ""): unknown {
  const first = parseValue(cursor);
  if (!isMark(cursor, ",")) return first;
  const items = [first];
  while (takeMark(cursor, ",")) {
    if (end === "" ? cursor.at === cursor.tokens.length : isMark(cursor, end)) break;
    items.push(parseValue(cursor));
  }
  return items;
}

function parseValue(cursor: Cursor): unknown {
  const token = cursor.tokens[cursor.at++];
  if (token === undefined) throw new SyntaxError("a value is missing");
  if ("value" in token) return joined(token.value, cursor);
  switch (token.mark) {
    case "[":
      return parseItems(cursor, "]", parseValue);
    case "{":
      return Object.fromEntries(parseItems(cursor, "}", parsePair));
    case "(": {
      if (takeMark(cursor, ")")) return [];
      const value = parseTuple(cursor, ")");
      if (!takeMark(cursor, ")")) throw new SyntaxError("a ( is not closed");
      return value;
    }
    case "+":
    case "-": {
      const number = cursor.tokens[cursor.at++];
      if (number === undefined || !("value" in number)) throw new SyntaxError("a sign before no number");
      const { value } = number;
      if (!isFieldNumber(value)) throw new SyntaxError("a sign before no number");
      if (token.mark === "+") return value;
      return value instanceof Float ? new Float(-value.value) : -value;
    }
    default:
      throw new SyntaxError(`"${token.mark}" begins no value`);
  }
}

/** Strings side by side are one. */
function joined(value: unknown, cursor: Cursor): unknown {
  if (typeof value !== "string") return value;
  let text = value;
  for (;;) {
    const next = cursor.tokens[cursor.at];
    if (next === undefined || !("value" in next) || typeof next.value !== "string") return text;
    text += next.value;
    cursor.at++;
  }
}

function parseItems<T>(cursor: Cursor, end: string, parse: (cursor: Cursor) => T): T[] {
  const items: T[] = [];
  while (!takeMark(cursor, end)) {
    items.push(parse(cursor));
    if (!isMark(cursor, end) && !takeMark(cursor, ",")) throw new SyntaxError(`"${end}" is missing`);
  }
  return items;
}

/** A key of an object is text: a number or constant is written as Python prints it. */
function parsePair(cursor: Cursor): [string, unknown] {
  const key = keyText(parseValue(cursor));
  if (!takeMark(cursor, ":")) throw new SyntaxError('":" is missing');
  return [key, parseValue(cursor)];
}

function keyText(key: unknown): string {
  if (typeof key === "string") return key;
  if (isFieldNumber(key)) return reprOf(fromPlain(key));
  const constantName = Object.keys(CONSTANTS).find((name) => CONSTANTS[name] === key);
  if (constantName === undefined) throw new SyntaxError("a key that is no text or number");
  return constantName;
}
