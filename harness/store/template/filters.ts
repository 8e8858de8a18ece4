import { bind, type Signature, wantText, wantWhole } from "./call.ts";
import { percentText } from "./format.ts";
import { attributeOf, dictItems } from "./members.ts";
import { floatOf, integerOf, rounded } from "./numbers.ts";
import { binary } from "./operators.ts";
import { reprOf, textOf } from "./print.ts";
import { TESTS } from "./tests.ts";
import { TEXT_FILTERS } from "./textfilters.ts";
import {
  type Arguments,
  compare,
  isDict,
  isEqual,
  isLazy,
  isTruthy,
  itemsOf,
  type Lazy,
  type Missing,
  numberOf,
  orElse,
  present,
  tuple,
  typeName,
  type Value,
} from "./values.ts";

export type Filter = Signature<readonly [Value]>;

const generator = (items: readonly Value[]): Lazy => ({ kind: "lazy", items });
const missing = (why: string): Missing => ({ kind: "missing", why });

/** What `attribute="a.0.b"` takes of an item; the item itself without one. */
function getter(attribute: Value | undefined): (item: Value) => Value {
  if (attribute === undefined || attribute === null) return (item) => item;
  const parts = textOf(attribute).split(".");
  return (item) =>
    parts.reduce((value, part) => {
      const found = attributeOf(value, /^\d+$/.test(part) ? BigInt(part) : part);
      return present(orElse(found, missing(`uses "${part}" of ${reprOf(value)}, which lacks it`)));
    }, item);
}

/** Without regard to case unless asked for. */
function keyed(attribute: Value | undefined, caseSensitive: Value | undefined): (item: Value) => Value {
  const get = getter(attribute);
  return (item) => {
    const value = get(item);
    return typeof value === "string" && caseSensitive !== true ? value.toLowerCase() : value;
  };
}

function lengthOf(value: Value): bigint {
  if (numberOf(value) !== undefined || value === null)
    throw new Error(`counts ${reprOf(value)}, which is ${typeName(value)}`);
  if (isLazy(value) && value.print === undefined)
    throw new Error("counts what a filter has not made a list of; add |list");
  return BigInt(itemsOf(value).length);
}

function extreme(sign: 1 | -1): Filter {
  return {
    parameters: "case_sensitive? attribute?",
    call: (self, caseSensitive, attribute) => {
      const key = keyed(attribute, caseSensitive);
      const [first, ...rest] = itemsOf(self);
      if (first === undefined) return missing("takes the least or greatest of an empty list");
      return rest.reduce((best, item) => (compare(key(item), key(best)) * sign > 0 ? item : best), first);
    },
  };
}

function roundTo(value: Value, precision: Value | undefined, method: Value | undefined): Value {
  const digits = precision === undefined ? 0 : wantWhole(precision, "|round");
  const number = numberOf(value);
  if (number === undefined) throw new Error(`rounds ${reprOf(value)}, which is ${typeName(value)}`);
  if (method === undefined || method === "common") return typeof number === "bigint" ? number : rounded(number, digits);
  if (method !== "ceil" && method !== "floor")
    throw new Error(`rounds by ${reprOf(method)}, which is not common, ceil or floor`);
  return Math[method](Number(number) * 10 ** digits) / 10 ** digits;
}

const LENGTH: Filter = { parameters: "", call: lengthOf };

/** https://jinja.palletsprojects.com/en/3.1.x/templates/#list-of-builtin-filters */
export const FILTERS: Readonly<Record<string, Filter>> = {
  ...TEXT_FILTERS,
  length: LENGTH,
  count: LENGTH,
  list: { parameters: "", call: itemsOf },
  first: { parameters: "", call: (self) => orElse(itemsOf(self)[0], missing("takes the first item of an empty list")) },
  last: {
    parameters: "",
    call: (self) => orElse(itemsOf(self).at(-1), missing("takes the last item of an empty list")),
  },
  reverse: {
    parameters: "",
    call: (self) => {
      const items = [...itemsOf(self)].reverse();
      return typeof self === "string" ? (items as string[]).join("") : generator(items);
    },
  },
  join: {
    parameters: "d? attribute?",
    call: (self, d, attribute) =>
      itemsOf(self)
        .map(getter(attribute))
        .map(textOf)
        .join(d === undefined ? "" : textOf(d)),
  },
  sort: {
    parameters: "reverse? case_sensitive? attribute?",
    call: (self, reverse, caseSensitive, attribute) => {
      const key = keyed(attribute, caseSensitive);
      const sign = reverse !== undefined && isTruthy(reverse) ? -1 : 1;
      return [...itemsOf(self)].sort((a, b) => (isEqual(key(a), key(b)) ? 0 : sign * compare(key(a), key(b))));
    },
  },
  unique: {
    parameters: "case_sensitive? attribute?",
    call: (self, caseSensitive, attribute) => {
      const items = itemsOf(self);
      const keys = items.map(keyed(attribute, caseSensitive));
      return generator(items.filter((_, i) => keys.findIndex((one) => isEqual(one, keys[i] as Value)) === i));
    },
  },
  min: extreme(-1),
  max: extreme(1),
  sum: {
    parameters: "attribute? start?",
    call: (self, attribute, start) =>
      itemsOf(self)
        .map(getter(attribute))
        .reduce((sum, item) => binary("+", sum, item), orElse(start, 0n)),
  },
  abs: {
    parameters: "",
    call: (self) => {
      const number = numberOf(self);
      if (number === undefined) throw new Error(`takes the absolute value of ${reprOf(self)}`);
      return number < 0 ? -number : number;
    },
  },
  int: {
    parameters: "default? base?",
    call: (self, other, base) => {
      if (base !== undefined && base !== 10n)
        throw new Error(`reads a number to the base ${reprOf(base)}; only 10 is supported`);
      return orElse(orElse(integerOf(self), other), 0n);
    },
  },
  float: { parameters: "default?", call: (self, other) => orElse(orElse(floatOf(self), other), 0) },
  round: { parameters: "precision? method?", call: roundTo },
  safe: { parameters: "", call: (self) => self },
  items: {
    parameters: "",
    call: (self) => {
      if (!isDict(self)) throw new Error(`takes the items of ${reprOf(self)}, which is ${typeName(self)}`);
      return generator(dictItems(self).items);
    },
  },
  dictsort: {
    parameters: "case_sensitive? by? reverse?",
    call: (self, caseSensitive, by, reverse) => {
      if (!isDict(self)) throw new Error(`sorts ${reprOf(self)} as a dict`);
      const key = keyed(by === "value" ? "1" : "0", caseSensitive);
      const sign = reverse === true ? -1 : 1;
      return [...self].map(([name, value]) => tuple(name, value)).sort((a, b) => sign * compare(key(a), key(b)));
    },
  },
};

export function applyTest(name: string, value: Value, args: Arguments): boolean {
  const test = TESTS[name] as Filter;
  return present(test.call(value, ...bind(`is ${name}`, test.parameters, args))) === true;
}

/** Filters that take others by name, or as many values as they are given. */
export function applyFilter(name: string, value: Value, args: Arguments): Value | Missing {
  switch (name) {
    case "format":
      return percentText(
        wantText(value, "|format"),
        args.named.size > 0 ? new Map(args.named) : tuple(...args.positional),
      );
    case "map":
      return generator(mapped(itemsOf(value), args));
    case "select":
    case "reject":
      return generator(itemsOf(value).filter((item) => passes(item, args.positional, args) === (name === "select")));
    case "selectattr":
    case "rejectattr": {
      const get = getter(args.positional[0]);
      const rest = args.positional.slice(1);
      return generator(itemsOf(value).filter((item) => passes(get(item), rest, args) === (name === "selectattr")));
    }
    default: {
      const filter = FILTERS[name] as Filter;
      return filter.call(value, ...bind(`|${name}`, filter.parameters, args));
    }
  }
}

export function hasFilter(name: string): boolean {
  return (
    Object.hasOwn(FILTERS, name) || ["format", "map", "select", "reject", "selectattr", "rejectattr"].includes(name)
  );
}

export function hasTest(name: string): boolean {
  return Object.hasOwn(TESTS, name);
}

function mapped(items: readonly Value[], args: Arguments): Value[] {
  const attribute = args.named.get("attribute");
  const other = args.named.get("default");
  if (attribute !== undefined)
    return items.map((item) =>
      other === undefined ? getter(attribute)(item) : present(orElse(attributeOf(item, textOf(attribute)), other)),
    );
  const [name, ...rest] = args.positional;
  const filter = wantText(name, "|map");
  if (!hasFilter(filter)) throw new Error(`has no filter "${filter}"`);
  return items.map((item) => present(applyFilter(filter, item, { positional: rest, named: args.named })));
}

function passes(value: Value, [name, ...rest]: readonly Value[], args: Arguments): boolean {
  if (name === undefined) return isTruthy(value);
  const test = wantText(name, "a test");
  if (!hasTest(test)) throw new Error(`has no test "${test}"`);
  return applyTest(test, value, { positional: rest, named: args.named });
}
