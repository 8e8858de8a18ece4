import { pythonRegex } from "../../score/pythonregex.ts";
import { readEscapes } from "./escapes.ts";

/** `re.sub(pattern, replacement, text, count)`: lm-eval's filter `regex_replace`. A count of 0 is every match. */
export function regexReplaced(text: string, pattern: string, replacement: string, count: number): string {
  let left = count <= 0 ? Infinity : count;
  return text.replaceAll(compiled(pattern), (...match: unknown[]) => {
    if (left-- <= 0) return match[0] as string;
    return expanded(replacement, match);
  });
}

function compiled(pattern: string): RegExp {
  try {
    return pythonRegex(pattern, "g");
  } catch (cause) {
    throw new Error(`calls regex_replace: ${(cause as Error).message}`, { cause });
  }
}

const ESCAPE =
  /\\(?:g<(?<group>[^>]*)>|(?<octal>0[0-7]{0,2}|[1-3][0-7]{2})|(?<number>[1-9][0-9]?)|(?<letter>[A-Za-z])|(?<other>[^A-Za-z]))/gu;

/** References to groups are those of Python: `\1`, `\g<1>` and `\g<name>`; `match` is what `replaceAll` calls with. */
function expanded(replacement: string, match: readonly unknown[]): string {
  const named = (typeof match.at(-1) === "object" ? match.at(-1) : {}) as Readonly<Record<string, string | undefined>>;
  const count = match.findIndex((part) => typeof part === "number");
  const group = (number: number): string => {
    if (number >= count)
      throw new Error(`refers to group ${number} in the replacement "${replacement}", and there is none`);
    return (match[number] as string | undefined) ?? "";
  };
  return replacement.replaceAll(ESCAPE, (whole: string, ...rest: unknown[]) => {
    const parts = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    const { octal, letter, other } = parts;
    const number = parts["number"] ?? (/^\d+$/.test(parts["group"] ?? "") ? parts["group"] : undefined);
    if (number !== undefined) return group(Number(number));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (other !== undefined) return other === "\\" ? "\\" : whole;
    if (letter !== undefined && "abfnrtv".includes(letter)) return readEscapes(whole);
    const name = parts["group"];
    if (name === undefined || !Object.hasOwn(named, name))
      throw new Error(`cannot use the replacement "${replacement}": "${whole}"`);
    return named[name] ?? "";
  });
}
