import { SPACE } from "../../score/pythonregexatoms.ts";
import type { TextMethod } from "./strings.ts";

/** `str.capitalize`: the rest becomes lower case. */
export function capitalized(text: string): string {
  const [first = ""] = Array.from(text);
  // The whole is lowered, for a sigma at the end of a word has a form of its own.
  return titled(first) + text.toLowerCase().slice(first.toLowerCase().length);
}

/** Characters whose form at the beginning of a word is neither the small nor the capital one. */
const TITLE_FORMS: Readonly<Record<string, string>> = { Ǆ: "ǅ", Ǉ: "ǈ", Ǌ: "ǋ", Ǳ: "ǲ" };

/** Of several capitals only the first: "ß" gives "Ss". Georgian has capitals, and begins no word with one. */
function titled(character: string): string {
  if (/\p{Script=Georgian}/u.test(character)) return character;
  const capital = character.toUpperCase();
  const [first = "", ...rest] = Array.from(capital);
  return TITLE_FORMS[capital] ?? first + rest.join("").toLowerCase();
}

const CASED_RUN = /\p{Cased}+/gu;

/** `str.title`: letters behind letters are lower, and any other character begins a word: "it's" gives "It'S". */
function wordsTitled(text: string): string {
  return text.replaceAll(CASED_RUN, capitalized);
}

function swapped(text: string): string {
  return Array.from(text, (one) =>
    /\p{Uppercase}/u.test(one) ? one.toLowerCase() : /\p{Lowercase}/u.test(one) ? one.toUpperCase() : one,
  ).join("");
}

/** Digits that are no decimals: superscripts and circled ones, by Unicode's Numeric_Type=Digit. */
const OTHER_DIGITS =
  "\\xb2\\xb3\\xb9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c\\u2488-\\u2490" +
  "\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792\\u{10a40}-\\u{10a43}\\u{10e60}-\\u{10e68}" +
  "\\u{11052}-\\u{1105a}\\u{1f100}-\\u{1f10a}";

function all(inside: string): TextMethod {
  const every = new RegExp(`^[${inside}]+$`, "u");
  return { parameters: "", call: (self) => every.test(self) };
}

function changed(change: (text: string) => string): TextMethod {
  return { parameters: "", call: (self) => change(self) };
}

export const CASES: Readonly<Record<string, TextMethod>> = {
  capitalize: changed(capitalized),
  title: changed(wordsTitled),
  upper: changed((text) => text.toUpperCase()),
  lower: changed((text) => text.toLowerCase()),
  swapcase: changed(swapped),
  isupper: { parameters: "", call: (self) => /\p{Uppercase}/u.test(self) && !/[\p{Lowercase}\p{Lt}]/u.test(self) },
  islower: { parameters: "", call: (self) => /\p{Lowercase}/u.test(self) && !/[\p{Uppercase}\p{Lt}]/u.test(self) },
  isalpha: all(String.raw`\p{L}`),
  isalnum: all(String.raw`\p{L}\p{N}`),
  isdecimal: all(String.raw`\p{Nd}`),
  isdigit: all(String.raw`\p{Nd}${OTHER_DIGITS}`),
  isspace: all(SPACE),
  isascii: { parameters: "", call: (self) => /^[\0-\x7f]*$/.test(self) },
};
