import { floatText, reprOf } from "./print.ts";
import { compare, isDict, isList, isTuple, itemsOf, typeName, type Value } from "./values.ts";

/** Jinja's `tojson`: `json.dumps` with keys in order, ASCII only, and safe inside of HTML. */
export function jsonText(value: Value): string {
  return dumped(value).replaceAll(/[<>&']/g, escaped);
}

function dumped(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll(/[\u0080-\uffff]/g, escaped);
  if (typeof value === "number")
    return Number.isFinite(value) ? floatText(value) : value > 0 ? "Infinity" : value < 0 ? "-Infinity" : "NaN";
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (isList(value) || isTuple(value)) return `[${itemsOf(value).map(dumped).join(", ")}]`;
  if (!isDict(value)) throw new Error(`makes JSON of ${reprOf(value)}, which is ${typeName(value)}`);
  const entries = [...value].sort(([a], [b]) => compare(a, b));
  return `{${entries.map(([key, one]) => `${dumped(typeof key === "string" ? key : dumped(key))}: ${dumped(one)}`).join(", ")}}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
