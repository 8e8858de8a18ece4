import { wantOptionalWhole } from "./call.ts";
import { percentText } from "./format.ts";
import { reprOf } from "./print.ts";
import { isRange, sliced } from "./slices.ts";
import { compare, isEqual, isLazy, isList, isTuple, itemsOf, numberOf, tuple, typeName, type Value } from "./values.ts";

/** Every operator of two sides but `and`, `or` and `~`, which take what may have no value. */
export function binary(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "<":
      return compare(left, right) < 0;
    case ">":
      return compare(left, right) > 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">=":
      return compare(left, right) >= 0;
    case "in":
      return contains(right, left);
    case "not in":
      return !contains(right, left);
    default:
      return arithmetic(operator, left, right);
  }
}

export function contains(container: Value, wanted: Value): boolean {
  if (typeof container === "string") {
    if (typeof wanted === "string") return container.includes(wanted);
    throw new Error(`looks for ${reprOf(wanted)} (${typeName(wanted)}) in a text`);
  }
  return itemsOf(container).some((item) => isEqual(item, wanted));
}

function arithmetic(operator: string, left: Value, right: Value): Value {
  if (operator === "%" && typeof left === "string") return percentText(left, right);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    if (typeof a === "bigint" && typeof b === "bigint" && operator !== "/" && !(operator === "**" && b < 0n))
      return ofIntegers(operator, a, b);
    return ofFloats(operator, Number(a), Number(b));
  }
  const joined =
    operator === "+"
      ? concatenated(left, right)
      : operator === "*"
        ? (repeated(left, b) ?? repeated(right, a))
        : undefined;
  if (joined !== undefined) return joined;
  throw new Error(
    `calculates ${typeName(left)} ${operator} ${typeName(right)}, of ${reprOf(left)} and ${reprOf(right)}`,
  );
}

function concatenated(left: Value, right: Value): Value | undefined {
  if (typeof left === "string" && typeof right === "string") return left + right;
  if (isList(left) && isList(right)) return [...left, ...right];
  return isTuple(left) && isTuple(right) ? tuple(...left.items, ...right.items) : undefined;
}

function repeated(value: Value, times: bigint | number | undefined): Value | undefined {
  if (typeof times !== "bigint") return undefined;
  const count = Math.max(Number(times), 0);
  if (typeof value === "string") return value.repeat(count);
  if (isList(value)) return Array.from({ length: count }, () => value).flat();
  return isTuple(value) ? tuple(...Array.from({ length: count }, () => value.items).flat()) : undefined;
}

/** `//` goes down and the sign of `%` is that of its right side. */
function ofIntegers(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "**":
      return a ** b;
    case "//":
    case "%": {
      if (b === 0n) throw new Error("divides by zero");
      const rest = ((a % b) + b) % b;
      return operator === "%" ? rest : (a - rest) / b;
    }
    default:
      throw new Error(`has no operator "${operator}" here`);
  }
}

function ofFloats(operator: string, a: number, b: number): number {
  if (b === 0 && ["/", "//", "%"].includes(operator)) throw new Error("divides by zero");
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "**":
      if (a === 0 && b < 0) throw new Error("divides by zero");
      if (a < 0 && !Number.isInteger(b)) throw new Error(`calculates ${a} ** ${b}, which is no real number`);
      return a ** b;
    case "%":
      return remainder(a, b);
    case "//":
      // Python's own way: 1.0 // 0.1 is 9.0, though 1.0 / 0.1 rounds to 10.0.
      return a === 0 ? a / b : Math.round((a - remainder(a, b)) / b);
    default:
      throw new Error(`has no operator "${operator}" here`);
  }
}

/** Its sign is that of the right side, even of a zero. */
function remainder(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 === b < 0 ? rest : rest + b;
}

export function unary(operator: string, value: Value): Value {
  const number = numberOf(value);
  if (number === undefined) throw new Error(`calculates ${operator} of ${reprOf(value)}, which is ${typeName(value)}`);
  return operator === "-" ? -number : number;
}

/** `value[start:stop:step]`. */
export function slice(value: Value, ...bounds: readonly (Value | undefined)[]): Value {
  const [start, stop, step] = bounds.map((bound) => wantOptionalWhole(bound, "a slice"));
  if (typeof value === "string") return sliced(Array.from(value), start, stop, step).join("");
  if (isList(value)) return sliced(value, start, stop, step);
  if (isTuple(value)) return tuple(...sliced(value.items, start, stop, step));
  if (isLazy(value) && isRange(value)) return { kind: "lazy", items: sliced(value.items, start, stop, step) };
  throw new Error(`slices ${reprOf(value)}, which is ${typeName(value)}`);
}
