import type { Row, Separator } from "./row.ts";
import { readLines, readText } from "./text.ts";

/** How far, in characters, a pattern may reach: text nearer to the end of what was read is not judged yet. */
const LONGEST_MATCH = 1 << 16;

/** Documents of a text file, each as the field `text`. One of nothing but white space is none. */
export async function* readDocuments(file: string, separator?: Separator): AsyncGenerator<Row> {
  let count = 0;
  for await (const text of separator === undefined ? linesOf(file) : parted(file, separator)) {
    if (text.trim() !== "") yield { fields: { text }, at: `${file}, row ${++count}` };
  }
}

/** As the `text` builder of `datasets` parts them unless it is told otherwise. */
async function* linesOf(file: string): AsyncGenerator<string> {
  for await (const { text } of readLines(file)) yield text;
}

async function* parted(file: string, separator: Separator): AsyncGenerator<string> {
  const { pattern, reach, startsDocument } = partOf(separator, file);
  let rest = "";
  // A document may not end where it starts, or a pattern that starts it would part it from nothing.
  let from = startsDocument ? 1 : 0;
  const documents = function* (unjudged: number): Generator<string> {
    for (;;) {
      pattern.lastIndex = from;
      const match = pattern.exec(rest);
      if (match === null || match.index >= rest.length - unjudged) break;
      const past = match[0].length;
      yield rest.slice(0, match.index);
      rest = rest.slice(startsDocument ? match.index : match.index + past);
      from = startsDocument ? Math.max(1, past) : 0;
    }
    from = Math.max(from, rest.length - unjudged);
  };
  for await (const piece of readText(file)) {
    rest += piece;
    yield* documents(reach);
  }
  yield* documents(0);
  yield rest;
}

function partOf(separator: Separator, file: string): { pattern: RegExp; reach: number; startsDocument: boolean } {
  if (separator === "") throw new Error(`cannot part the documents of ${file} at "": give the text between them`);
  if (typeof separator === "string") {
    const literal = separator.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return { pattern: new RegExp(literal, "g"), reach: separator.length - 1, startsDocument: false };
  }
  try {
    return { pattern: new RegExp(separator.pattern, "gm"), reach: LONGEST_MATCH, startsDocument: true };
  } catch (cause) {
    throw new Error(`cannot part the documents of ${file}: ${(cause as Error).message}`, { cause });
  }
}
