import { ANY } from "./pythonregexatoms.ts";
import type { Flags } from "./pythonregexcursor.ts";
import { type Node, parseRegex } from "./pythonregextree.ts";

/** Python's own flags (`re.A`, `re.I`, `re.M`, `re.S`, `re.X`; `re.U` is what holds anyway) by their letters. */
const PYTHON_FLAGS = "aimsxu";
/** What JavaScript alone has: how a RegExp is walked through a text, nothing of what it matches. */
const JS_FLAGS = "gyd";

/** V8 also looks for matches of nothing between the two halves of a character beyond U+FFFF, where neither of these holds. */
const BETWEEN_CHARACTERS = `(?=${ANY}|$)`;

/**
 * A regular expression of Python's `re`, for text, as a JavaScript one: matches and groups are those of Python.
 * `flags` are letters of Python's own flags, and "g", "y" and "d" of JavaScript's. A group that took no part is undefined,
 * where `findall` has ""; where a pattern prefers to match nothing (`a*?`), Python then tries for more at the same place
 * and JavaScript does not. What else JavaScript cannot do, or would silently do otherwise, is an error.
 * https://docs.python.org/3.11/library/re.html#regular-expression-syntax
 */
export function pythonRegex(pattern: string, flags = ""): RegExp {
  const refuse = (what: string, cause?: unknown): Error =>
    new Error(`the regular expression "${pattern}" cannot be used: ${what}`, { cause });
  const unknown = Array.from(flags).find((flag) => !(PYTHON_FLAGS + JS_FLAGS).includes(flag));
  if (unknown !== undefined) throw refuse(`there is no flag "${unknown}"`);
  try {
    const given = new Set(Array.from(flags).filter((flag) => PYTHON_FLAGS.includes(flag)));
    const { tree, names, flags: found } = parseRegex(pattern, given);
    if (found.has("a") && found.has("i")) throw new Error("flags a and i together are not supported");
    groupsSetBy(tree, new Set(), names);
    const source = emit(tree, names);
    const mayBeEmpty = widths(tree)[0] === 0;
    return new RegExp(mayBeEmpty ? `${BETWEEN_CHARACTERS}(?:${source})` : source, jsFlags(flags, found));
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
}

/** Never "m" nor "s", which take more characters for line ends than Python: `^`, `$` and `.` are written out instead. */
function jsFlags(given: string, found: Flags): string {
  return (
    Array.from(given)
      .filter((flag) => JS_FLAGS.includes(flag))
      .join("") + (found.has("i") ? "iu" : "u")
  );
}

/** Group names by number. */
type Names = ReadonlyMap<number, string>;

function emit(node: Node, names: Names): string {
  switch (node.kind) {
    case "text":
    case "place":
      return node.source;
    case "sequence":
      return node.items.map((item) => emit(item, names)).join("");
    case "alternatives":
      return node.branches.map((branch) => emit(branch, names)).join("|");
    case "group": {
      const name = node.number === undefined ? undefined : names.get(node.number);
      const open = node.number === undefined ? "(?:" : name === undefined ? "(" : `(?<${name}>`;
      return `${open}${emit(node.body, names)})`;
    }
    case "look":
      // JavaScript repeats no lookaround: it stands in a group of its own.
      return `(?:(?${node.behind ? "<" : ""}${node.negated ? "!" : "="}${emit(node.body, names)}))`;
    case "backreference": {
      const name = names.get(node.number);
      return name === undefined ? `(?:\\${node.number})` : `\\k<${name}>`;
    }
    case "repeat": {
      const bounds = `{${node.min},${node.max === Infinity ? "" : node.max}}`;
      return emit(node.body, names) + bounds + (node.lazy ? "?" : "");
    }
  }
}

/**
 * The groups that are set once the node has matched, given those that are before it. Refuses where the two languages part:
 * a reference to a group that is not set matches nothing in Python and the empty text in JavaScript; a group that an
 * iteration leaves out keeps its last text in Python and loses it in JavaScript; and an iteration that matches the empty
 * text counts in Python.
 */
function groupsSetBy(node: Node, before: ReadonlySet<number>, names: Names): ReadonlySet<number> {
  switch (node.kind) {
    case "text":
    case "place":
      return before;
    case "sequence":
      return node.items.reduce((set, item) => groupsSetBy(item, set, names), before);
    case "alternatives": {
      const [first, ...others] = node.branches.map((branch) => groupsSetBy(branch, before, names));
      return new Set([...(first ?? before)].filter((number) => others.every((set) => set.has(number))));
    }
    case "group": {
      const inside = groupsSetBy(node.body, before, names);
      return node.number === undefined ? inside : new Set([...inside, node.number]);
    }
    case "look": {
      const [min, max] = widths(node.body);
      if (node.behind && min !== max) throw new Error("what a lookbehind matches must have one length");
      const inside = groupsSetBy(node.body, before, names);
      return node.negated ? before : inside;
    }
    case "backreference":
      if (before.has(node.number)) return before;
      throw new Error(`it refers back to ${called(node.number, names)}, which need not have matched by then`);
    case "repeat": {
      const inside = groupsSetBy(node.body, before, names);
      refuseLostGroups(node, inside, names);
      return node.min > 0 ? inside : before;
    }
  }
}

function refuseLostGroups(node: Extract<Node, { kind: "repeat" }>, inside: ReadonlySet<number>, names: Names): void {
  const groups = groupsIn(node.body);
  const [some] = groups;
  if (node.max < 2 || some === undefined) return;
  const left = groups.find((number) => !inside.has(number));
  if (left !== undefined)
    throw new Error(`a repetition around ${called(left, names)} may leave it out; write it as (?:...) if you can`);
  if (widths(node.body)[0] === 0 && node.min !== node.max)
    throw new Error(`a repetition around ${called(some, names)} may match nothing`);
}

function called(number: number, names: Names): string {
  return `group ${names.get(number) ?? number}`;
}

function children(node: Node): readonly Node[] {
  if (node.kind === "sequence") return node.items;
  if (node.kind === "alternatives") return node.branches;
  return node.kind === "group" || node.kind === "look" || node.kind === "repeat" ? [node.body] : [];
}

function groupsIn(node: Node): number[] {
  const own = node.kind === "group" && node.number !== undefined ? [node.number] : [];
  return [...own, ...children(node).flatMap(groupsIn)];
}

/** Fewest and most characters that a part matches. */
function widths(node: Node): readonly [min: number, max: number] {
  switch (node.kind) {
    case "text":
      return [1, 1];
    case "place":
    case "look":
      return [0, 0];
    case "backreference":
      return [0, Infinity];
    case "sequence":
      return node.items.map(widths).reduce(([min, max], [less, more]) => [min + less, max + more], [0, 0]);
    case "alternatives": {
      const all = node.branches.map(widths);
      return [Math.min(...all.map(([min]) => min)), Math.max(...all.map(([, max]) => max))];
    }
    case "group":
      return widths(node.body);
    case "repeat": {
      const [min, max] = widths(node.body);
      return [min * node.min, max === 0 ? 0 : max * node.max];
    }
  }
}
