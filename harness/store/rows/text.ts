import { constants } from "node:buffer";
import { readBytes } from "./bytes.ts";

/** The text of a file piece by piece, without a byte order mark. Bytes that are not UTF-8 are an error. */
export async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new Error(`${file}: not valid UTF-8; save it as UTF-8 text`, { cause });
    }
  };
  for await (const bytes of readBytes(file)) {
    const text = decode(bytes);
    if (text !== "") yield text;
  }
  const last = decode();
  if (last !== "") yield last;
}

export interface Line {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
}

/** The lines of a file without their ends; what follows the last end is a line only where it is not empty. */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  let rest = "";
  for await (const piece of readText(file)) {
    // Only the piece is searched: a line may be far longer than a piece.
    const [first = "", ...others] = piece.split("\n");
    if (rest.length + first.length > constants.MAX_STRING_LENGTH)
      throw new Error(`${file}:${number + 1}: the line is longer than ${constants.MAX_STRING_LENGTH} characters`);
    rest += first;
    for (const other of others) {
      yield { text: rest.replace(/\r$/, ""), number: ++number };
      rest = other;
    }
  }
  if (rest !== "") yield { text: rest, number: ++number };
}

/** The whole text of a file; undefined where it has more than `most` characters. */
export async function readWhole(file: string, most: number = constants.MAX_STRING_LENGTH): Promise<string | undefined> {
  let text = "";
  for await (const piece of readText(file)) {
    if (text.length + piece.length > most) return undefined;
    text += piece;
  }
  return text;
}
