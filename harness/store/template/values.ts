import { Float, floatField, integerField } from "../rows/number.ts";
import { reprOf } from "./print.ts";

/**
 * A value of Python while a template is rendered: int is a bigint and float a number, for `4 / 2` prints 2.0; None is null;
 * list and dict are arrays and maps.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | Tuple
  | Lazy
  | Callable
  | Namespace;

export interface Tuple {
  readonly kind: "tuple";
  readonly items: readonly Value[];
}

/** What Python goes over without a list: a range, the keys of a dict, what `map` gives. */
export interface Lazy {
  readonly kind: "lazy";
  readonly items: readonly Value[];
  /** How Python prints it. Absent of a generator, which it prints by its address. */
  readonly print?: string;
}

export interface Callable {
  readonly kind: "callable";
  readonly name: string;
  readonly call: (args: Arguments) => Value | Missing;
}

/** `namespace()` and `loop`. */
export interface Namespace {
  readonly kind: "namespace";
  readonly names: Map<string, Value | Missing>;
}

/** What jinja2's StrictUndefined is: any use but a test for it is an error that says why. */
export interface Missing {
  readonly kind: "missing";
  /** Goes on after the key: `uses "contry", which this row lacks`. */
  readonly why: string;
  /** Of an `if` without `else`: jinja2 prints it as nothing, however strict. */
  readonly isBlank?: true;
}

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** `value`, or `other` where it is absent. Null is None and a value, so `??` will not do. */
export function orElse<T, Other>(value: T | undefined, other: Other): T | Other {
  return value === undefined ? other : value;
}

export function isMissing(value: Value | Missing): value is Missing {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "missing";
}

export function present(value: Value | Missing): Value {
  if (isMissing(value)) throw new Error(value.why);
  return value;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDict(value: Value): value is ReadonlyMap<Value, Value> {
  return value instanceof Map;
}

export function kindOf(value: Value): "tuple" | "lazy" | "callable" | "namespace" | undefined {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}

export function isTuple(value: Value): value is Tuple {
  return kindOf(value) === "tuple";
}

export function isLazy(value: Value): value is Lazy {
  return kindOf(value) === "lazy";
}

export function isCallable(value: Value): value is Callable {
  return kindOf(value) === "callable";
}

export function isNamespace(value: Value): value is Namespace {
  return kindOf(value) === "namespace";
}

export function tuple(...items: readonly Value[]): Tuple {
  return { kind: "tuple", items };
}

/** What a row holds, as Python has it after reading JSON; a whole number is an int. */
export function fromPlain(data: unknown): Value {
  if (data === undefined) return null;
  if (data === null || typeof data === "string" || typeof data === "boolean" || typeof data === "bigint") return data;
  if (typeof data === "number") return Number.isInteger(data) ? BigInt(data) : data;
  if (data instanceof Float) return data.value;
  if (Array.isArray(data)) return data.map(fromPlain);
  const prototype: unknown = typeof data === "object" ? Object.getPrototypeOf(data) : undefined;
  if (prototype !== Object.prototype && prototype !== null)
    throw new Error(
      `holds ${typeof data === "object" ? (data.constructor?.name ?? "an object") : typeof data}, which no template can use`,
    );
  return new Map(Object.entries(data).map(([key, value]) => [key, fromPlain(value)]));
}

/** What a row holds again; undefined of what has none, a range or a method. */
export function toPlain(value: Value): unknown {
  if (typeof value === "bigint") return integerField(value);
  if (typeof value === "number") return floatField(value);
  if (isList(value)) return value.map(toPlain);
  if (isTuple(value)) return value.items.map(toPlain);
  if (isDict(value))
    return Object.fromEntries(
      [...value].map(([key, one]) => [typeof key === "string" ? key : reprOf(key), toPlain(one)]),
    );
  return kindOf(value) === undefined ? value : undefined;
}

/** Python's name of its type. */
export function typeName(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  if (typeof value === "string") return "str";
  if (isList(value)) return "list";
  if (isDict(value)) return "dict";
  return kindOf(value) as string;
}

export function isTruthy(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  if (isTuple(value)) return value.items.length > 0;
  // A generator is true even if nothing comes of it.
  if (isLazy(value)) return value.print === undefined || value.items.length > 0;
  return Boolean(value);
}

export function itemsOf(value: Value): readonly Value[] {
  if (typeof value === "string") return Array.from(value);
  if (isList(value)) return value;
  if (isTuple(value) || isLazy(value)) return value.items;
  if (isDict(value)) return [...value.keys()];
  throw new Error(`cannot go through ${reprOf(value)}, which is no list or text`);
}

/** The number that bool, int and float stand for. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "bigint" || typeof value === "number" ? value : undefined;
}

export function isEqual(a: Value, b: Value): boolean {
  const [left, right] = [numberOf(a), numberOf(b)];
  // eslint-disable-next-line eqeqeq -- 1 == 1.0, and JavaScript compares bigint and number exactly.
  if (left !== undefined && right !== undefined) return left == right;
  if (isDict(a) && isDict(b))
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && isEqual(value, b.get(key) as Value));
  const sameKind = (isList(a) && isList(b)) || (isTuple(a) && isTuple(b));
  if (!sameKind) return a === b;
  const [first, second] = [itemsOf(a), itemsOf(b)];
  return first.length === second.length && first.every((item, i) => isEqual(item, second[i] as Value));
}

/** Below 0, 0 or above, as Python orders them; texts by code points. */
export function compare(a: Value, b: Value): number {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if ((isList(a) && isList(b)) || (isTuple(a) && isTuple(b))) {
    const [first, second] = [itemsOf(a), itemsOf(b)];
    const differing = first.findIndex((item, i) => i >= second.length || !isEqual(item, second[i] as Value));
    if (differing < 0) return first.length - second.length;
    return differing < second.length ? compare(first[differing] as Value, second[differing] as Value) : 1;
  }
  throw new Error(`cannot order ${reprOf(a)} and ${reprOf(b)}: ${typeName(a)} and ${typeName(b)}`);
}

function compareTexts(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const differing = left.findIndex((character, i) => character !== right[i]);
  if (differing < 0) return left.length - right.length;
  return (left[differing]?.codePointAt(0) ?? 0) - (right[differing]?.codePointAt(0) ?? -1);
}
