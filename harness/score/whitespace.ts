import { pythonRegex } from "./pythonregex.ts";

/** Python's white space is not JavaScript's: U+001C to U+001F and U+0085 belong to it, U+FEFF does not. */
const SPACES = pythonRegex(String.raw`\s+`, "g");
const LEADING = pythonRegex(String.raw`\A\s+`);
const TRAILING = pythonRegex(String.raw`\s+\Z`);

/** `str.lstrip()`. */
export function stripStart(text: string): string {
  return text.replace(LEADING, "");
}

/** `str.strip()`. */
export function strip(text: string): string {
  return stripStart(text).replace(TRAILING, "");
}

/** `str.split()`: no empty pieces. */
export function words(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}

/**
 * Length of `re.split(r"\s+", text)`, by which lm-eval counts words: white space at either end adds an empty piece, and the
 * empty text is one.
 */
export function pieceCount(text: string): number {
  return text.split(SPACES).length;
}
