import { parse, tokenize } from "@huggingface/jinja";
import { readEscapes } from "./escapes.ts";
import type { Node } from "./nodes.ts";

/** As the library has it, whose own declarations do not resolve from here. */
interface Token {
  readonly type: string;
  readonly value: string;
}

/**
 * Parses a template as jinja2 reads it, with no white space taken off but where a dash asks for it. The library is made for
 * chat templates: it drops one newline at the end, knows neither all of Python's escapes nor names beyond ASCII nor `raw`
 * blocks, and reads no test with an argument. So it gets strings and names by number, and tests written as filters:
 * `x is divisibleby 3` as `x | is divisibleby(3)`, which binds as tightly.
 */
export function parseTemplate(source: string): readonly Node[] {
  const { code, texts, names } = numbered(source.replaceAll(/\r\n?/g, "\n"));
  const tokens = (tokenize(`${code}\n`) as Token[]).map((token) => {
    if (token.type === "StringLiteral") return { type: token.type, value: texts[Number(token.value)] ?? "" };
    return token.type === "Identifier" ? { type: token.type, value: names.get(token.value) ?? token.value } : token;
  });
  try {
    return (parse(testsAsFilters(tokens)) as { readonly body: readonly Node[] }).body;
  } catch (cause) {
    if (cause instanceof TypeError)
      throw new SyntaxError("it ends too early, or a block or bracket is not closed", { cause });
    throw cause;
  }
}

const OPEN = /\{[{%#]/g;
const RAW =
  /\{%(?<left>-)?\+?\s*raw\s*(?<trimStart>-)?\+?%\}(?<text>[\s\S]*?)\{%(?<trimEnd>-)?\+?\s*endraw\s*(?<right>-)?\+?%\}/y;
const PIECE =
  /(?<quote>["'])(?<text>(?:\\[\s\S]|(?!\k<quote>)[^\\])*)\k<quote>|(?<name>[\p{ID_Start}_]\p{ID_Continue}*)|[\s\S]/uy;

interface Numbered {
  code: string;
  readonly texts: string[];
  /** What a name stands for that the library could not read. */
  readonly names: Map<string, string>;
}

function numbered(source: string): Numbered {
  const out: Numbered = { code: "", texts: [], names: new Map() };
  let at = 0;
  for (;;) {
    OPEN.lastIndex = at;
    const open = OPEN.exec(source);
    out.code += source.slice(at, open?.index);
    if (open === null) return out;
    at = open[0] === "{#" ? copyComment(source, open.index, out) : copyRawOrCode(source, open.index, out);
  }
}

function copyComment(source: string, from: number, out: Numbered): number {
  const end = source.indexOf("#}", from + 2);
  if (end < 0) throw new SyntaxError("a comment {# is not closed");
  out.code += source.slice(from, end + 2);
  return end + 2;
}

/** Each of these gives where it ended. */
function copyRawOrCode(source: string, from: number, out: Numbered): number {
  RAW.lastIndex = from;
  const raw = RAW.exec(source)?.groups;
  if (raw === undefined) return copyCode(source, from, out);
  let text = raw["text"] ?? "";
  if (raw["trimStart"] !== undefined) text = text.trimStart();
  if (raw["trimEnd"] !== undefined) text = text.trimEnd();
  out.code += `{{${raw["left"] ?? ""} "${out.texts.push(text) - 1}" ${raw["right"] ?? ""}}}`;
  return RAW.lastIndex;
}

/** Closing braces close nothing inside of brackets: `{{ {"a": {"b": 1}} }}`. */
function copyCode(source: string, from: number, out: Numbered): number {
  const close = source[from + 1] === "{" ? "}}" : "%}";
  let depth = 0;
  out.code += source.slice(from, from + 2);
  // A plus keeps white space that Jinja could be told to take off, which lm-eval does not.
  let at = from + (source[from + 2] === "+" ? 3 : 2);
  while (at < source.length) {
    if (depth === 0 && close === "%}" && source.startsWith("+%}", at)) at++;
    if (depth === 0 && source.startsWith(close, at)) {
      out.code += close;
      return at + 2;
    }
    PIECE.lastIndex = at;
    const piece = PIECE.exec(source) as RegExpExecArray;
    out.code += copyPiece(piece, out);
    depth += "([{".includes(piece[0]) ? 1 : ")]}".includes(piece[0]) ? -1 : 0;
    at = PIECE.lastIndex;
  }
  throw new SyntaxError(`"${source.slice(from, from + 2)}" is not closed`);
}

function copyPiece(piece: RegExpExecArray, out: Numbered): string {
  const { text, name } = piece.groups ?? {};
  if (text !== undefined) return `"${out.texts.push(readEscapes(text)) - 1}"`;
  if (name === undefined || /^\w+$/.test(name)) return piece[0];
  const alias = `__name_${out.names.size}__`;
  out.names.set(alias, name);
  return alias;
}

function testsAsFilters(tokens: readonly Token[]): readonly Token[] {
  const out: Token[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at++] as Token;
    const before = tokens[at - 2]?.type;
    if (!isName(token, "is") || before === "Dot" || before === "OpenStatement") {
      out.push(token);
      continue;
    }
    const isNegated = isName(tokens[at], "not");
    const name = tokens[isNegated ? at + 1 : at];
    if (name?.type !== "Identifier") throw new SyntaxError(`"is" needs the name of a test`);
    at += isNegated ? 2 : 1;
    out.push(
      { type: "Pipe", value: "|" },
      { type: "Identifier", value: `${isNegated ? "is not" : "is"} ${name.value}` },
    );
    const end = bareArgumentEnd(tokens, at);
    if (end === at) continue;
    const argument = testsAsFilters(tokens.slice(at, end));
    out.push({ type: "OpenParen", value: "(" }, ...argument, { type: "CloseParen", value: ")" });
    at = end;
  }
  return out;
}

function isName(token: Token | undefined, ...names: string[]): boolean {
  return token?.type === "Identifier" && (names.length === 0 || names.includes(token.value));
}

/** Where a test's argument ends that stands without parentheses; where it begins if there is none. */
function bareArgumentEnd(tokens: readonly Token[], from: number): number {
  const first = tokens[from];
  if (isName(first, "else", "or", "and", "is", "if", "in", "not")) return from;
  const begins = ["Identifier", "StringLiteral", "NumericLiteral", "OpenSquareBracket", "OpenCurlyBracket"];
  if (first === undefined || !begins.includes(first.type)) return from;
  let at = first.type.startsWith("Open") ? closingOf(tokens, from) : from + 1;
  for (;;) {
    const next = tokens[at]?.type;
    if (next === "Dot") at += 2;
    else if (next === "OpenSquareBracket" || next === "OpenParen") at = closingOf(tokens, at);
    else return at;
  }
}

/** Just behind the bracket that closes the one here. */
function closingOf(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const type = tokens[at]?.type ?? "";
    if (/^Open(?:Paren|SquareBracket|CurlyBracket)$/.test(type)) depth++;
    if (/^Close(?:Paren|SquareBracket|CurlyBracket)$/.test(type) && --depth === 0) return at + 1;
  }
  throw new SyntaxError("a bracket is not closed");
}
