const CONTROLS: Readonly<Record<string, string>> = {
  "\n": "",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/gu;

/**
 * What stands between the quotes of a Python string, with its escapes read. One that Python does not know keeps its backslash.
 * https://docs.python.org/3.11/reference/lexical_analysis.html#string-and-bytes-literals
 */
export function readEscapes(quoted: string): string {
  return quoted.replaceAll(
    ESCAPE,
    (whole: string, octal?: string, x?: string, u?: string, U?: string, one?: string) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const hex = x ?? u ?? U;
      if (hex !== undefined) return characterOf(Number.parseInt(hex, 16), whole);
      const character = one as string;
      if ("xuUN".includes(character)) throw new SyntaxError(`the escape "${whole}" is not supported or not complete`);
      return CONTROLS[character] ?? whole;
    },
  );
}

function characterOf(code: number, escape: string): string {
  if (code > 0x10ffff) throw new SyntaxError(`there is no character "${escape}"`);
  return String.fromCodePoint(code);
}
