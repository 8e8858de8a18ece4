import { exponentText } from "./print.ts";
import { type Value, numberOf } from "./values.ts";

/** The most that `toFixed` writes: more than any half needs. */
const MOST_DIGITS = 100;

/** Fixed digits, exact halves to the even digit as in Python; JavaScript takes them up. */
export function fixedText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const up = size.toFixed(digits);
  const exact = size.toFixed(MOST_DIGITS);
  const cut = exact.length - MOST_DIGITS + digits;
  const isHalf = digits < MOST_DIGITS && /^50*$/.test(exact.slice(cut)) && /[13579]$/.test(up);
  return sign + (isHalf ? exact.slice(0, cut).replace(/\.$/, "") : up);
}

export function exponentialText(value: number, digits: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(digits).split("e");
  return `${mantissa}e${exponentText(Number(exponent))}`;
}

/** Python's `round(value, digits)` of a float. */
export function rounded(value: number, digits: number): number {
  if (digits < 0) throw new Error(`rounds to ${digits} digits, which is not supported below 0`);
  return Number.isFinite(value) ? Number(fixedText(value, Math.min(digits, MOST_DIGITS))) : value;
}

const INTEGER = /^[-+]?\d+(?:_\d+)*$/;
const FLOAT = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i;

/** Python's `float(value)`; undefined where it refuses. */
export function floatOf(value: Value): number | undefined {
  if (typeof value !== "string") {
    const number = numberOf(value);
    return number === undefined ? undefined : Number(number);
  }
  const text = value.trim();
  const word = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (word !== null) return word[2]?.toLowerCase() === "nan" ? Number.NaN : word[1] === "-" ? -Infinity : Infinity;
  return FLOAT.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}

/** Jinja's filter `int`: Python's `int(value)`, or that of `float(value)`; undefined where both refuse. */
export function integerOf(value: Value): bigint | undefined {
  if (typeof value === "string" && INTEGER.test(value.trim()))
    return BigInt(value.trim().replaceAll("_", "").replace(/^\+/, ""));
  if (typeof value === "bigint" || typeof value === "boolean") return BigInt(value);
  const float = floatOf(value);
  if (float === undefined || Number.isNaN(float)) return undefined;
  if (!Number.isFinite(float)) throw new Error("makes a whole number of one that is infinite");
  return BigInt(Math.trunc(float));
}
