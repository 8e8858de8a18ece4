import { SPACE } from "../../score/pythonregexatoms.ts";
import { wantOptionalWhole, wantText } from "./call.ts";
import type { TextMethod } from "./strings.ts";
import { tuple, type Value } from "./values.ts";

const LEADING = new RegExp(`^[${SPACE}]+`, "u");
const TRAILING = new RegExp(`[${SPACE}]+$`, "u");
const FIRST_WORD = new RegExp(`^([^${SPACE}]+)[${SPACE}]*`, "u");
const LAST_WORD = new RegExp(`[${SPACE}]*([^${SPACE}]+)$`, "u");

/** `str.strip` and its one-sided kin: white space, or any of some characters. */
export function stripped(text: string, sides: "both" | "left" | "right", characters: string | undefined): string {
  if (characters === undefined) {
    const left = sides === "right" ? text : text.replace(LEADING, "");
    return sides === "left" ? left : left.replace(TRAILING, "");
  }
  const points = Array.from(text);
  let [start, end] = [0, points.length];
  if (sides !== "right") while (start < end && characters.includes(points[start] as string)) start++;
  if (sides !== "left") while (end > start && characters.includes(points[end - 1] as string)) end--;
  return points.slice(start, end).join("");
}

/** Pieces between white space, from the left; what is left after `most` cuts is the last piece. */
function wordsFromLeft(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = stripped(text, "left", undefined);
  while (rest !== "" && pieces.length < most) {
    const [whole = "", word = ""] = FIRST_WORD.exec(rest) ?? [];
    pieces.push(word);
    rest = rest.slice(whole.length);
  }
  return rest === "" ? pieces : [...pieces, rest];
}

function wordsFromRight(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = stripped(text, "right", undefined);
  while (rest !== "" && pieces.length < most) {
    const [whole = "", word = ""] = LAST_WORD.exec(rest) ?? [];
    pieces.unshift(word);
    rest = rest.slice(0, rest.length - whole.length);
  }
  return rest === "" ? pieces : [rest, ...pieces];
}

function piecesFromLeft(text: string, separator: string, most: number): string[] {
  const pieces = text.split(separator);
  const last = pieces.splice(Math.min(most, pieces.length - 1)).join(separator);
  return [...pieces, last];
}

function piecesFromRight(text: string, separator: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (let at = rest.lastIndexOf(separator); at >= 0 && pieces.length < most; at = rest.lastIndexOf(separator)) {
    pieces.unshift(rest.slice(at + separator.length));
    rest = rest.slice(0, at);
  }
  return [rest, ...pieces];
}

function splitter(name: "split" | "rsplit"): TextMethod {
  return {
    parameters: "sep? maxsplit?",
    call: (self, sep, maxsplit) => {
      const limit = wantOptionalWhole(maxsplit, `${name}()`) ?? -1;
      const most = limit < 0 ? Infinity : limit;
      if (sep === undefined || sep === null)
        return name === "split" ? wordsFromLeft(self, most) : wordsFromRight(self, most);
      const separator = wantSeparator(sep, name);
      return (name === "split" ? piecesFromLeft : piecesFromRight)(self, separator, most);
    },
  };
}

function wantSeparator(value: Value | undefined, name: string): string {
  const separator = wantText(value, `${name}()`);
  if (separator === "") throw new Error(`splits at "" by ${name}(), which Python refuses`);
  return separator;
}

function partitioner(name: "partition" | "rpartition"): TextMethod {
  return {
    parameters: "sep",
    call: (self, sep) => {
      const separator = wantSeparator(sep, name);
      const at = name === "partition" ? self.indexOf(separator) : self.lastIndexOf(separator);
      if (at < 0) return name === "partition" ? tuple(self, "", "") : tuple("", "", self);
      return tuple(self.slice(0, at), separator, self.slice(at + separator.length));
    },
  };
}

function stripper(name: "strip" | "lstrip" | "rstrip"): TextMethod {
  const sides = name === "strip" ? "both" : name === "lstrip" ? "left" : "right";
  return {
    parameters: "chars?",
    call: (self, chars) =>
      stripped(self, sides, chars === undefined || chars === null ? undefined : wantText(chars, `${name}()`)),
  };
}

const LINE_END = String.raw`\n\r\v\f\x1c-\x1e\x85\u2028\u2029`;
const LINE = new RegExp(`([^${LINE_END}]*)(\\r\\n|[${LINE_END}]|$)`, "gu");

/** `str.splitlines`, whose line ends are more than a newline. */
export function lines(text: string, keepEnds: boolean): string[] {
  return [...text.matchAll(LINE)]
    .filter(([whole]) => whole !== "")
    .map(([whole, line = ""]) => (keepEnds ? whole : line));
}

export const PARTING: Readonly<Record<string, TextMethod>> = {
  split: splitter("split"),
  rsplit: splitter("rsplit"),
  partition: partitioner("partition"),
  rpartition: partitioner("rpartition"),
  strip: stripper("strip"),
  lstrip: stripper("lstrip"),
  rstrip: stripper("rstrip"),
};
