import { cursorOf, type Cursor, type Flags } from "./pythonregexcursor.ts";
import {
  ANY,
  categoryClass,
  escapedCharacter,
  literal,
  octalCharacter,
  parseClass,
  wordBoundary,
} from "./pythonregexatoms.ts";

/** A pattern's parts. `text` matches one character and `place` none; their `source` is JavaScript's, for flag u and not m or s. */
export type Node =
  | { readonly kind: "text" | "place"; readonly source: string }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "alternatives"; readonly branches: readonly Node[] }
  | { readonly kind: "group"; readonly number?: number; readonly body: Node }
  | { readonly kind: "look"; readonly behind: boolean; readonly negated: boolean; readonly body: Node }
  | { readonly kind: "backreference"; readonly number: number }
  | {
      readonly kind: "repeat";
      readonly body: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

interface Pattern {
  readonly cursor: Cursor;
  readonly names: Map<number, string>;
  groups: number;
  readonly open: Set<number>;
  /** Those of the whole pattern; a group may have others. */
  flags: Flags;
}

/** Reads a pattern as Python's `re` does. */
export function parseRegex(pattern: string, flags: Flags): { tree: Node; names: Map<number, string>; flags: Flags } {
  const all: Pattern = { cursor: cursorOf(pattern), names: new Map(), groups: 0, open: new Set(), flags };
  readGlobalFlags(all);
  const tree = parseAlternatives(all, all.flags);
  if (!all.cursor.ended()) throw new Error("a ) closes nothing");
  return { tree, names: all.names, flags: all.flags };
}

/** `(?i)` and its like, which must come first. */
function readGlobalFlags(all: Pattern): void {
  for (;;) {
    const found = all.cursor.match(/\(\?[aimsuxL]+\)/y);
    if (found === undefined) return;
    if (found.includes("L")) throw new Error("flag L is for bytes");
    all.flags = new Set([...all.flags, ...found.slice(2, -1).split("")]);
  }
}

function parseAlternatives(all: Pattern, flags: Flags): Node {
  const branches = [parseSequence(all, flags)];
  while (all.cursor.take("|")) branches.push(parseSequence(all, flags));
  return branches.length === 1 ? (branches[0] as Node) : { kind: "alternatives", branches };
}

function parseSequence(all: Pattern, flags: Flags): Node {
  const { cursor } = all;
  const items: Node[] = [];
  while (!cursor.ended() && cursor.peek() !== "|" && cursor.peek() !== ")") {
    if (cursor.match(flags.has("x") ? /[ \t-\r]+|#[^\n]*|\(\?#[^)]*\)/y : /\(\?#[^)]*\)/y) !== undefined) continue;
    const count = readCount(cursor);
    if (count === undefined) items.push(parseAtom(all, flags));
    else items.push(repeated(items.pop(), count, cursor));
  }
  return { kind: "sequence", items };
}

/** How often: of `*`, `+`, `?` and `{2,3}`. A brace that holds no numbers is a brace. */
function readCount(cursor: Cursor): readonly [min: number, max: number] | undefined {
  if (cursor.take("*")) return [0, Infinity];
  if (cursor.take("+")) return [1, Infinity];
  if (cursor.take("?")) return [0, 1];
  const braces = cursor.match(/\{(?:\d+(?:,\d*)?|,\d*)\}/y);
  if (braces === undefined) return undefined;
  const [min = "", max = min] = braces.slice(1, -1).split(",");
  const bounds = [Number(min), max === "" ? Infinity : Number(max)] as const;
  if (bounds[0] > bounds[1]) throw new Error(`"${braces}" has a minimum above its maximum`);
  return bounds;
}

function repeated(body: Node | undefined, [min, max]: readonly [number, number], cursor: Cursor): Node {
  if (body === undefined || body.kind === "place") throw new Error("there is nothing to repeat");
  if (body.kind === "repeat") throw new Error("a repetition is repeated");
  if (cursor.take("+")) throw new Error("possessive repetitions (*+, ++, ?+) are not supported");
  return { kind: "repeat", body, min, max, lazy: cursor.take("?") };
}

const END = String.raw`(?=\n?$)`;

function parseAtom(all: Pattern, flags: Flags): Node {
  const { cursor } = all;
  const character = cursor.next();
  switch (character) {
    case ".":
      return { kind: "text", source: flags.has("s") ? ANY : String.raw`[^\n]` };
    case "^":
      return { kind: "place", source: flags.has("m") ? String.raw`(?<=\n|^)` : "^" };
    case "$":
      return { kind: "place", source: flags.has("m") ? String.raw`(?=\n|$)` : END };
    case "[":
      return { kind: "text", source: parseClass(cursor, flags) };
    case "(":
      return parseGroup(all, flags);
    case "\\":
      return parseEscape(all, flags);
    default:
      return { kind: "text", source: literal(character) };
  }
}

function parseEscape(all: Pattern, flags: Flags): Node {
  const { cursor } = all;
  const letter = cursor.next();
  if (letter === "A") return { kind: "place", source: "^" };
  if (letter === "Z") return { kind: "place", source: "$" };
  if (letter === "b" || letter === "B") return { kind: "place", source: wordBoundary(letter, flags) };
  const source = categoryClass(letter, flags);
  if (source !== undefined) return { kind: "text", source };
  if (!/[0-9]/.test(letter)) return { kind: "text", source: literal(escapedCharacter(letter, cursor)) };
  const octal = letter === "0" ? cursor.match(/[0-7]{0,2}/y) : cursor.match(/(?<=[0-7])[0-7]{2}/y);
  if (octal !== undefined) return { kind: "text", source: literal(octalCharacter(letter + octal)) };
  return backreference(all, Number(letter + (cursor.match(/[0-9]/y) ?? "")));
}

function backreference(all: Pattern, number: number): Node {
  if (number > all.groups) throw new Error(`there is no group ${number} to refer back to`);
  if (all.open.has(number)) throw new Error(`group ${number} is referred to inside itself`);
  return { kind: "backreference", number };
}

/** A group whose opening bracket is taken already. */
function parseGroup(all: Pattern, flags: Flags): Node {
  const { cursor } = all;
  if (!cursor.take("?")) return capture(all, flags);
  if (cursor.take(":")) return { kind: "group", body: closed(all, flags) };
  const look = cursor.match(/<?[=!]/y);
  if (look !== undefined) {
    const body = closed(all, flags);
    return { kind: "look", behind: look.length === 2, negated: look.endsWith("!"), body };
  }
  if (cursor.take("P<")) return capture(all, flags, cursor.match(/[\p{ID_Start}_]\p{ID_Continue}*(?=>)/uy));
  if (cursor.take("P=")) return namedBackreference(all);
  if (cursor.take("(")) throw new Error("conditions (?(1)...) are not supported");
  if (cursor.take(">")) throw new Error("atomic groups (?>...) are not supported");
  const scoped = cursor.match(/[aimsux]*(?:-[imsx]+)?:/y);
  if (scoped !== undefined) return { kind: "group", body: closed(all, scopedFlags(scoped, flags)) };
  if (cursor.match(/[aimsuxL]+\)/y) !== undefined) throw new Error("flags must stand at its very beginning");
  throw new Error(`there is no group "(?${cursor.peek() ?? ""}"`);
}

function scopedFlags(written: string, flags: Flags): Flags {
  if (/[ai]/.test(written)) throw new Error(`flags a and i of a part, "(?${written}...)", are not supported`);
  const [on = "", off = ""] = written.slice(0, -1).split("-");
  return new Set([...flags, ...on.split("")].filter((flag) => !off.includes(flag)));
}

function capture(all: Pattern, flags: Flags, ...named: [] | [string | undefined]): Node {
  const number = ++all.groups;
  if (named.length === 1) {
    const [name] = named;
    if (name === undefined || !all.cursor.take(">")) throw new Error("a group (?P<...> has no usable name");
    if ([...all.names.values()].includes(name)) throw new Error(`two groups are called "${name}"`);
    all.names.set(number, name);
  }
  all.open.add(number);
  const body = closed(all, flags);
  all.open.delete(number);
  return { kind: "group", number, body };
}

function namedBackreference(all: Pattern): Node {
  const name = all.cursor.match(/[^)]*(?=\))/y) ?? "";
  all.cursor.take(")");
  const number = [...all.names].find(([, other]) => other === name)?.[0];
  if (number === undefined) throw new Error(`there is no group "${name}" to refer back to`);
  return backreference(all, number);
}

function closed(all: Pattern, flags: Flags): Node {
  const body = parseAlternatives(all, flags);
  if (!all.cursor.take(")")) throw new Error("a ( is not closed");
  return body;
}
