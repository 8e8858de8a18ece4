import { floatField, integerField } from "./number.ts";

/** A number that `JSON.parse` may change, for its dot, its exponent or its 16 digits or more. Text in a string may look like one. */
const CHANGEABLE = /(?:^|[[:,\s])-?(?:\d+[.eE]|\d{16})/;

/**
 * `JSON.parse` with numbers as a row holds them: 5.0 is a float, and every digit of an integer is kept. Throws what `JSON.parse`
 * throws; of what is no JSON, Python would also read NaN and Infinity.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return CHANGEABLE.test(text) ? readValid(text) : value;
}

/** The only value of a text that `JSON.parse` takes. Node 20 gives its reviver no source text of a number. */
function readValid(text: string): unknown {
  const token = /["[\]{}]|-?\d[\d.eE+-]*|true|false|null/g;
  const outer: unknown[][] = [];
  // Of an object: keys and values in turn.
  let items: unknown[] = [];
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [word] = found;
    if (word === "[" || word === "{") {
      outer.push(items);
      items = [];
    } else if (word === "]" || word === "}") {
      const value = word === "]" ? items : objectOf(items);
      items = outer.pop() ?? [];
      items.push(value);
    } else if (word === '"') {
      token.lastIndex = endOfString(text, found.index);
      items.push(JSON.parse(text.slice(found.index, token.lastIndex)));
    } else {
      items.push(/\d/.test(word) ? numberOf(word) : JSON.parse(word));
    }
  }
  return items[0];
}

/** As JSON.parse makes it: the last of equal keys holds, and `__proto__` is a key like others. */
function objectOf(items: readonly unknown[]): unknown {
  return Object.fromEntries(
    Array.from({ length: items.length / 2 }, (_, i): [string, unknown] => [items[2 * i] as string, items[2 * i + 1]]),
  );
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === "\\") before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
}

function numberOf(source: string): unknown {
  if (/[.eE]/.test(source)) return floatField(Number(source));
  return source.length < 16 ? Number(source) : integerField(BigInt(source));
}
