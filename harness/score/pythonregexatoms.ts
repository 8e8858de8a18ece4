import type { Cursor, Flags } from "./pythonregexcursor.ts";

/** What Python's `str.isspace` and `\s` hold for white space, as the inside of a class. */
export const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
/** What `\w` is: `str.isalnum` and the underscore, as the inside of a class. */
export const WORD = String.raw`\p{L}\p{N}_`;

/** Insides of classes; capital letters are the complement. */
function category(letter: string, flags: Flags): string | undefined {
  const ascii = flags.has("a");
  switch (letter.toLowerCase()) {
    case "d":
      return ascii ? "0-9" : String.raw`\p{Nd}`;
    case "s":
      return ascii ? String.raw`\t-\r\x20` : SPACE;
    case "w":
      return ascii ? "0-9A-Za-z_" : WORD;
    default:
      return undefined;
  }
}

/** `\d` and its like as a class. */
export function categoryClass(letter: string, flags: Flags): string | undefined {
  const inside = category(letter, flags);
  if (inside === undefined) return undefined;
  return letter === letter.toLowerCase() ? `[${inside}]` : `[^${inside}]`;
}

/** To Python before 3.14 the empty text has no place that is no boundary. */
export function wordBoundary(letter: "b" | "B", flags: Flags): string {
  const word = categoryClass("w", flags) as string;
  if (letter === "b") return `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
  return `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word})(?:(?<=${ANY})|(?=${ANY})))`;
}

/** One character, written so that it means itself anywhere. */
export function literal(character: string): string {
  if (/^[0-9A-Za-z]$/.test(character)) return character;
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

const CONTROLS: Readonly<Record<string, string>> = {
  a: "\x07",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The character of an escape whose backslash and letter are taken already; not of a reference or a category. */
export function escapedCharacter(letter: string, cursor: Cursor): string {
  const control = CONTROLS[letter];
  if (control !== undefined) return control;
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const hex = cursor.match(new RegExp(`[0-9a-fA-F]{${digits}}`, "y"));
    if (hex === undefined) throw new Error(`incomplete escape "\\${letter}"`);
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw new Error(`there is no character "\\${letter}${hex}"`);
    return String.fromCodePoint(code);
  }
  if (letter === "N") throw new Error(`"\\N{...}" is not supported; write the character itself`);
  if (/[0-9A-Za-z]/.test(letter)) throw new Error(`bad escape "\\${letter}"`);
  return letter;
}

/** Any one character. */
export const ANY = String.raw`[\s\S]`;

/**
 * A class `[...]` whose opening bracket is taken already. A complement inside of it, `[\W_]`, is written beside it: only flag
 * v would let it stand there, and with that V8 loses the complement of `[^a]` where a repetition makes it compile it twice.
 */
export function parseClass(cursor: Cursor, flags: Flags): string {
  const isNegated = cursor.take("^");
  const members: Member[] = [];
  for (;;) {
    if (cursor.ended()) throw new Error("a character class [ is not closed");
    if (members.length > 0 && cursor.take("]")) break;
    members.push(parseRange(cursor, flags));
  }
  const inside = members.filter((member) => member.isComplement !== true).map(({ source }) => source);
  const outside = members.filter((member) => member.isComplement === true).map(({ source }) => `(?![${source}])${ANY}`);
  const union = inside.join("");
  if (outside.length === 0) return isNegated ? `[^${union}]` : `[${union}]`;
  const any = [...(union === "" ? [] : [`[${union}]`]), ...outside].join("|");
  return isNegated ? `(?:(?!${any})${ANY})` : `(?:${any})`;
}

interface Member {
  /** The inside of a class. */
  readonly source: string;
  readonly isComplement?: true;
  /** Absent where it is a category, which begins and ends no range. */
  readonly character?: string;
}

function parseRange(cursor: Cursor, flags: Flags): Member {
  const low = parseMember(cursor, flags);
  if (cursor.peek() !== "-" || cursor.peek(1) === "]" || cursor.peek(1) === undefined) return low;
  cursor.take("-");
  const high = parseMember(cursor, flags);
  if (low.character === undefined || high.character === undefined || codePoint(low) > codePoint(high))
    throw new Error("bad range in a character class");
  return { source: `${low.source}-${high.source}` };
}

function codePoint(member: Member): number {
  return member.character?.codePointAt(0) ?? 0;
}

function parseMember(cursor: Cursor, flags: Flags): Member {
  const character = cursor.next();
  if (character !== "\\") return { source: literal(character), character };
  const letter = cursor.next();
  const source = category(letter, flags);
  if (source !== undefined) return letter === letter.toLowerCase() ? { source } : { source, isComplement: true };
  const octal = /[0-7]/.test(letter) ? cursor.match(/[0-7]{0,2}/y) : undefined;
  const escaped =
    octal === undefined ? (letter === "b" ? "\b" : escapedCharacter(letter, cursor)) : octalCharacter(letter + octal);
  return { source: literal(escaped), character: escaped };
}

export function octalCharacter(digits: string): string {
  const code = Number.parseInt(digits, 8);
  if (code > 0o377) throw new Error(`octal escape "\\${digits}" is above "\\377"`);
  return String.fromCodePoint(code);
}
