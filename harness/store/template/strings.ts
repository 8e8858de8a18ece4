import { bind, type Signature, wantOptionalWhole, wantText, wantTexts, wantWhole } from "./call.ts";
import { CASES } from "./cases.ts";
import { formatText } from "./format.ts";
import { reprOf } from "./print.ts";
import { lines, PARTING } from "./split.ts";
import { type Arguments, type Callable, itemsOf, type Value } from "./values.ts";

export type TextMethod = Signature<readonly [string]>;

/** The part of a text between two places, by code points, and where it begins; absent where its end is before its beginning. */
function part(
  text: string,
  start: Value | undefined,
  end: Value | undefined,
  name: string,
): { points: string[]; from: number } | undefined {
  const points = Array.from(text);
  const place = (index: number): number => (index < 0 ? Math.max(index + points.length, 0) : index);
  const from = place(wantOptionalWhole(start, `${name}()`) ?? 0);
  const to = Math.min(place(wantOptionalWhole(end, `${name}()`) ?? points.length), points.length);
  return from > to ? undefined : { points: points.slice(from, to), from };
}

/** Where a text stands in another; -1 where it does not. */
function find(text: string, [sub, start, end]: readonly (Value | undefined)[], name: string, last: boolean): number {
  const wanted = wantText(sub, `${name}()`);
  const window = part(text, start, end, name);
  if (window === undefined) return -1;
  const inside = window.points.join("");
  const at = last ? inside.lastIndexOf(wanted) : inside.indexOf(wanted);
  return at < 0 ? -1 : window.from + Array.from(inside.slice(0, at)).length;
}

function finder(name: string, last: boolean, orFail: boolean): TextMethod {
  return {
    parameters: "sub start? end?",
    call: (self, ...args) => {
      const at = find(self, args, name, last);
      if (at < 0 && orFail)
        throw new Error(`looks for ${reprOf(args[0] as Value)} by ${name}() in ${reprOf(self)}, where it is not`);
      return BigInt(at);
    },
  };
}

function affix(name: string, has: (text: string, affix: string) => boolean): TextMethod {
  return {
    parameters: "affix start? end?",
    call: (self, affixes, start, end) => {
      const wanted = wantTexts(affixes, `${name}()`);
      const inside = part(self, start, end, name)?.points.join("");
      return inside !== undefined && wanted.some((one) => has(inside, one));
    },
  };
}

/** Fills a text up to a width in code points; `before` of how many fillings stand before it. */
function filler(name: string, before: (missing: number, width: number) => number): TextMethod {
  return {
    parameters: "width fill?",
    call: (self, width, fill) => {
      const wanted = wantWhole(width, `${name}()`);
      const missing = Math.max(wanted - Array.from(self).length, 0);
      const character = fill === undefined ? " " : wantText(fill, `${name}()`);
      const left = before(missing, wanted);
      return character.repeat(left) + self + character.repeat(missing - left);
    },
  };
}

export const centred = (missing: number, width: number): number => Math.floor(missing / 2) + (missing & width & 1);

export function replaced(text: string, old: string, fresh: string, count: number): string {
  if (count < 0) return text.replaceAll(old === "" ? /(?:)/gu : old, () => fresh);
  const pieces = old === "" ? ["", ...Array.from(text), ""] : text.split(old);
  const kept = pieces.splice(0, Math.min(count, pieces.length - 1));
  return kept.map((piece) => piece + fresh).join("") + pieces.join(old);
}

function zeroFilled(text: string, width: number): string {
  const [, sign = "", digits = ""] = /^([-+]?)([\s\S]*)$/.exec(text) ?? [];
  return sign + "0".repeat(Math.max(width - Array.from(text).length, 0)) + digits;
}

function occurrences(text: string, [sub, start, end]: readonly (Value | undefined)[]): number {
  const wanted = wantText(sub, "count()");
  const points = part(text, start, end, "count")?.points;
  if (points === undefined) return 0;
  return wanted === "" ? points.length + 1 : points.join("").split(wanted).length - 1;
}

/** https://docs.python.org/3.11/library/stdtypes.html#string-methods */
const METHODS: Readonly<Record<string, TextMethod>> = {
  ...CASES,
  ...PARTING,
  find: finder("find", false, false),
  rfind: finder("rfind", true, false),
  index: finder("index", false, true),
  rindex: finder("rindex", true, true),
  startswith: affix("startswith", (text, one) => text.startsWith(one)),
  endswith: affix("endswith", (text, one) => text.endsWith(one)),
  count: { parameters: "sub start? end?", call: (self, ...args) => BigInt(occurrences(self, args)) },
  join: {
    parameters: "iterable",
    call: (self, iterable) =>
      itemsOf(iterable as Value)
        .map((item) => wantText(item, "join()"))
        .join(self),
  },
  replace: {
    parameters: "old new count?",
    call: (self, old, fresh, count) => {
      const [from, to] = [wantText(old, "replace()"), wantText(fresh, "replace()")];
      return replaced(self, from, to, wantOptionalWhole(count, "replace()") ?? -1);
    },
  },
  removeprefix: {
    parameters: "prefix",
    call: (self, prefix) => {
      const start = wantText(prefix, "removeprefix()");
      return self.startsWith(start) ? self.slice(start.length) : self;
    },
  },
  removesuffix: {
    parameters: "suffix",
    call: (self, suffix) => {
      const end = wantText(suffix, "removesuffix()");
      return self.endsWith(end) ? self.slice(0, self.length - end.length) : self;
    },
  },
  splitlines: { parameters: "keepends?", call: (self, keep) => lines(self, keep === true) },
  zfill: { parameters: "width", call: (self, width) => zeroFilled(self, wantWhole(width, "zfill()")) },
  center: filler("center", centred),
  ljust: filler("ljust", () => 0),
  rjust: filler("rjust", (missing) => missing),
};

/** A method of a text; undefined where Python's `str` has none of that name, or none of use here. */
export function textMethod(self: string, name: string): Callable | undefined {
  if (name === "format") return { kind: "callable", name, call: (args: Arguments) => formatText(self, args) };
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (method === undefined) return undefined;
  return { kind: "callable", name, call: (args) => method.call(self, ...bind(name, method.parameters, args)) };
}
