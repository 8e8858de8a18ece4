import { reprOf } from "./print.ts";
import { type Arguments, isTuple, type Missing, orElse, typeName, type Value } from "./values.ts";

/**
 * A function of Python. `parameters` are its names in order, with a "?" behind those that may be left out; `call` gets their
 * values in that order, undefined for one left out.
 */
export interface Signature<Self extends readonly unknown[] = readonly []> {
  readonly parameters: string;
  readonly call: (...values: [...Self, ...(Value | undefined)[]]) => Value | Missing;
}

export function bind(name: string, parameters: string, args: Arguments): (Value | undefined)[] {
  const names = parameters.split(" ").filter((parameter) => parameter !== "");
  if (args.positional.length > names.length)
    throw new Error(`gives ${name}() ${args.positional.length} values, which takes ${names.length}`);
  const known = names.map((parameter) => parameter.replace("?", ""));
  const stranger = [...args.named.keys()].find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw new Error(`gives ${name}() "${stranger}", which it does not take; it takes ${known.join(", ")}`);
  return names.map((parameter, i) => {
    const value = orElse(args.positional[i], args.named.get(known[i] as string));
    if (value === undefined && !parameter.endsWith("?")) throw new Error(`gives ${name}() no "${parameter}"`);
    return value;
  });
}

export function wantText(value: Value | undefined, what: string): string {
  if (typeof value === "string") return value;
  throw new Error(`gives ${what} ${described(value)}, which takes text`);
}

export function wantWhole(value: Value | undefined, what: string): number {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  throw new Error(`gives ${what} ${described(value)}, which takes a whole number`);
}

/** Absent or None is undefined. */
export function wantOptionalWhole(value: Value | undefined, what: string): number | undefined {
  return value === undefined || value === null ? undefined : wantWhole(value, what);
}

/** One text, or the texts of a tuple. */
export function wantTexts(value: Value | undefined, what: string): string[] {
  if (value !== undefined && isTuple(value)) return value.items.map((item) => wantText(item, what));
  return [wantText(value, what)];
}

function described(value: Value | undefined): string {
  return value === undefined ? "nothing" : `${reprOf(value)} (${typeName(value)})`;
}
