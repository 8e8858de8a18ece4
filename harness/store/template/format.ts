import { exponentialText, fixedText } from "./numbers.ts";
import { reprOf, textOf } from "./print.ts";
import { itemOf } from "./slices.ts";
import { type Arguments, isDict, isList, isTuple, numberOf, typeName, type Value } from "./values.ts";

const FIELD = /\{\{|\}\}|\{(?<name>[^{}!:]*)(?:!(?<as>[rs]))?(?::(?<spec>[^{}]*))?\}|[{}]/g;

/** `str.format`. https://docs.python.org/3.11/library/string.html#format-string-syntax */
export function formatText(template: string, args: Arguments): string {
  let next = 0;
  return template.replaceAll(FIELD, (whole: string, ...rest: unknown[]) => {
    if (whole === "{{" || whole === "}}") return whole.slice(1);
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    const { name, as, spec } = groups;
    if (name === undefined) throw new Error(`formats ${reprOf(template)}, where a brace stands alone`);
    const [, first = "", path = ""] = /^([^.[]*)(.*)$/.exec(name) ?? [];
    const key = first === "" ? String(next++) : first;
    const base = /^\d+$/.test(key) ? args.positional[Number(key)] : args.named.get(key);
    if (base === undefined) throw new Error(`formats ${reprOf(template)}, and gives nothing for {${key}}`);
    const value = memberOf(base, path);
    return formatted(as === "r" ? reprOf(value) : as === "s" ? textOf(value) : value, spec ?? "");
  });
}

/** `[key]` behind a field's name. */
function memberOf(base: Value, path: string): Value {
  if (!/^(?:\[[^\]]+\])*$/.test(path))
    throw new Error(`formats "${path}" of ${reprOf(base)}; only [keys] are supported`);
  return [...path.matchAll(/\[([^\]]+)\]/g)].reduce((value, [whole, key = ""]) => {
    const found = itemOf(value, /^\d+$/.test(key) ? BigInt(key) : key);
    if (found === undefined) throw new Error(`formats "${whole}" of ${reprOf(value)}, which has none`);
    return found;
  }, base);
}

const SPEC =
  /^(?:(?<fill>[\s\S])?(?<align>[<>^=]))?(?<sign>[-+ ])?(?<zero>0)?(?<width>\d+)?(?<comma>,)?(?:\.(?<precision>\d+))?(?<type>[sdfFeE%])?$/u;

/** One value in a format's field. https://docs.python.org/3.11/library/string.html#format-specification-mini-language */
function formatted(value: Value, spec: string): string {
  if (spec === "") return textOf(value);
  const parts = SPEC.exec(spec)?.groups;
  const number = numberOf(value);
  const type =
    parts?.["type"] ??
    (typeof value === "number" && parts?.["precision"] === undefined
      ? undefined
      : typeof value === "string"
        ? "s"
        : "d");
  if (parts === undefined || (number === undefined) !== (type === "s") || (type === "d" && typeof number !== "bigint"))
    throw new Error(`formats ${reprOf(value)} as "${spec}", which ${typeName(value)} has not here`);
  const digits = parts["precision"] === undefined ? undefined : Number(parts["precision"]);
  const size =
    number === undefined
      ? Array.from(value as string)
          .slice(0, digits)
          .join("")
      : sizeText(number, type, digits);
  const sign = number === undefined ? "" : signOf(number, parts["sign"] ?? "-");
  const body =
    parts["comma"] === undefined ? size : size.replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ","));
  const fill = parts["fill"] ?? (parts["zero"] === undefined ? " " : "0");
  const align = parts["align"] ?? (number === undefined ? "<" : parts["zero"] === undefined ? ">" : "=");
  return aligned(sign, body, Number(parts["width"] ?? 0), fill, align);
}

function signOf(value: bigint | number, sign: string): string {
  if (value < 0 || Object.is(value, -0)) return "-";
  return sign === "-" ? "" : sign;
}

/** Digits of a number without its sign. */
function sizeText(value: bigint | number, type: string | undefined, digits: number | undefined): string {
  const size = value < 0 ? -value : value;
  if (type === undefined || type === "d") return reprOf(size).replace(/^-/, "");
  const float = Math.abs(Number(size));
  if (type === "%") return `${fixedText(float * 100, digits ?? 6)}%`;
  return type.toLowerCase() === "f" ? fixedText(float, digits ?? 6) : exponentialText(float, digits ?? 6);
}

function aligned(sign: string, body: string, width: number, fill: string, align: string): string {
  const missing = Math.max(width - Array.from(sign + body).length, 0);
  if (align === "=") return sign + fill.repeat(missing) + body;
  const left = align === "<" ? 0 : align === ">" ? missing : Math.floor(missing / 2);
  return fill.repeat(left) + sign + body + fill.repeat(missing - left);
}

const CONVERSION =
  /%(?:\((?<name>[^)]*)\))?(?<flags>[-+ 0]*)(?<width>\d+)?(?:\.(?<precision>\d+))?(?<type>[sdifFeEr%])|%/g;

/** `template % value`, and the filter `format`. https://docs.python.org/3.11/library/stdtypes.html#printf-style-string-formatting */
export function percentText(template: string, value: Value): string {
  const values = isTuple(value) ? value.items : [value];
  let next = 0;
  let isNamed = false;
  const out = template.replaceAll(CONVERSION, (whole: string, ...rest: unknown[]) => {
    const { name, flags = "", width, precision, type } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (type === undefined) throw new Error(`formats ${reprOf(template)}, where "%" begins nothing known here`);
    if (type === "%") return "%";
    isNamed ||= name !== undefined;
    const one = name === undefined ? values[next++] : isDict(value) ? value.get(name) : undefined;
    if (one === undefined)
      throw new Error(`formats ${reprOf(template)} with too few values, or lacks one for "${whole}"`);
    const text = converted(one, type, precision === undefined ? undefined : Number(precision));
    const sign = type === "s" || type === "r" ? "" : (/^-/.exec(text)?.[0] ?? /[+ ]/.exec(flags)?.[0] ?? "");
    const align = flags.includes("-") ? "<" : flags.includes("0") && type !== "s" && type !== "r" ? "=" : ">";
    return aligned(sign, sign === "-" ? text.slice(1) : text, Number(width ?? 0), align === "=" ? "0" : " ", align);
  });
  if (!isNamed && next < values.length && !isDict(value) && !isList(value))
    throw new Error(`formats ${reprOf(template)} with too many values`);
  return out;
}

function converted(value: Value, type: string, digits: number | undefined): string {
  if (type === "s" || type === "r") {
    const text = type === "s" ? textOf(value) : reprOf(value);
    return digits === undefined ? text : Array.from(text).slice(0, digits).join("");
  }
  const number = numberOf(value);
  if (number === undefined) throw new Error(`formats ${reprOf(value)} as a number`);
  if (type === "d" || type === "i") return String(BigInt(typeof number === "bigint" ? number : Math.trunc(number)));
  return type.toLowerCase() === "f"
    ? fixedText(Number(number), digits ?? 6)
    : exponentialText(Number(number), digits ?? 6);
}
