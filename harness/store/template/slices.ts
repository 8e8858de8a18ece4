import { isDict, isLazy, isList, isTuple, itemsOf, type Lazy, type Value } from "./values.ts";

/** Python's `[start:stop:step]` over items; text comes by its code points. */
export function sliced<T>(items: readonly T[], start?: number, stop?: number, step = 1): T[] {
  if (step === 0) throw new Error("slices in steps of 0");
  const size = items.length;
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? size : size - 1;
  const place = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, lowest), highest);
  const from = start === undefined ? (step > 0 ? lowest : highest) : place(start);
  const to = stop === undefined ? (step > 0 ? highest : lowest) : place(stop);
  const out: T[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) out.push(items[i] as T);
  return out;
}

/** `value[key]`; undefined where there is none. */
export function itemOf(value: Value, key: Value): Value | undefined {
  if (isDict(value)) return value.get(key);
  const index = typeof key === "boolean" ? BigInt(key) : key;
  if (typeof index !== "bigint") return undefined;
  const isSequence = typeof value === "string" || isList(value) || isTuple(value) || (isLazy(value) && isRange(value));
  return isSequence ? itemsOf(value).at(Number(index)) : undefined;
}

/** Views of a dict and generators have no indexes. */
export function isRange(value: Lazy): boolean {
  return value.print?.startsWith("range(") ?? false;
}
