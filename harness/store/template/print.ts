import type { Value } from "./values.ts";

/** Python's `str(value)`. */
export function textOf(value: Value): string {
  return typeof value === "string" ? value : reprOf(value);
}

/** Python's `repr(value)`. */
export function reprOf(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return floatText(value);
  return typeof value === "string" ? quoted(value) : collectionText(value);
}

function collectionText(value: Extract<Value, object>): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(reprOf).join(", ")}]`;
  if (value instanceof Map)
    return `{${[...(value as ReadonlyMap<Value, Value>)].map(([key, one]) => `${reprOf(key)}: ${reprOf(one)}`).join(", ")}}`;
  if (!("kind" in value)) throw new Error("cannot print this");
  switch (value.kind) {
    case "tuple":
      return value.items.length === 1
        ? `(${reprOf(value.items[0] as Value)},)`
        : `(${value.items.map(reprOf).join(", ")})`;
    case "lazy":
      if (value.print === undefined) throw new Error("prints what a filter has not made a list of; add |list or |join");
      return value.print;
    case "callable":
      throw new Error(`prints ${value.name}, which is to be called: ${value.name}()`);
    case "namespace":
      throw new Error("prints a namespace; name one of its values");
  }
}

/** The shortest digits that read back the same, as Python and JavaScript have them; they differ in when to write an exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) return `${digits}e${exponentText(power)}`;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** At least two digits and always a sign. */
export function exponentText(power: number): string {
  return `${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** What `str.isprintable` says no to. */
const UNPRINTABLE = /(?! )[\p{Z}\p{C}]/gu;

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`)
    .replaceAll("\t", String.raw`\t`)
    .replaceAll(quote, `\\${quote}`)
    .replaceAll(UNPRINTABLE, escaped);
  return quote + body + quote;
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) as number).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
