import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Follows a text file that another program appends to. */
export interface Tail {
  /** The lines that came since the last call. One without its end is left for the next. Throws when the file cannot be read. */
  grown(): { readonly lines: readonly Line[]; readonly isNew: boolean };
}

/** `isNew` tells that a file is shorter than it was: it was begun anew, and is read from its first line. */
export function tail(file: string): Tail {
  let offset = 0;
  let rest = "";
  let number = 0;
  return {
    grown() {
      // Opening a pipe would wait for its writer for ever.
      if (!statSync(file).isFile()) throw new Error("it is no regular file");
      const handle = openSync(file, "r");
      try {
        const { size } = fstatSync(handle);
        const isNew = size < offset;
        if (isNew) [offset, rest, number] = [0, "", 0];
        const buffer = Buffer.alloc(size - offset);
        const length = readSync(handle, buffer, 0, buffer.length, offset);
        offset += length;
        const texts = (rest + buffer.toString("utf8", 0, length)).split("\n");
        rest = texts.pop() ?? "";
        return { lines: texts.map((text) => ({ number: (number += 1), text: text.replace(/\r$/, "") })), isNew };
      } finally {
        closeSync(handle);
      }
    },
  };
}
