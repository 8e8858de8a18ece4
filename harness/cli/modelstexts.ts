import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Tokenizer, TokenIds } from "../engine/engine.ts";
import { standInTokenizer } from "../engine/standin.ts";
import { openTokenizer } from "../engine/tokenizer.ts";
import { embeddedTasks, loadTasks } from "../store/task/load.ts";

/** Texts as a model's tokens. */
export interface Texts {
  readonly texts: readonly TokenIds[];
  /** What they are, for a person. */
  readonly of: string;
}

/** Where a graph's tokens come from. */
export interface Vocabulary {
  /** The folder of its tokenizer, if it has one. */
  readonly folder: string;
  /** Tokens it knows, for a folder without a tokenizer; absent of a graph built elsewhere. */
  readonly size?: number;
  /** Longest text in tokens; absent of a graph built elsewhere. */
  readonly context?: number;
}

const QUESTIONS_EACH = 8;
/** Long enough for attention to matter, short enough for many of them. */
const PIECE = 256;

/** The given texts as tokens, or questions of our tasks; long texts in pieces. */
export async function tokensOf(vocabulary: Vocabulary, given: readonly string[], name?: string): Promise<Texts> {
  const { tokenizer, made } = await tokenizerOf(vocabulary);
  const texts = given.length > 0 ? given : await questions();
  const longest = Math.min(PIECE, vocabulary.context ?? PIECE);
  const pieces = texts.map(tokenizer.encode).flatMap((tokens) => cut(tokens, longest));
  if (pieces.length === 0) throw new Error(`there are no tokens in ${name ?? "the text"}`);
  const what = name ?? (given.length > 0 ? "the given text" : "questions of perjoule's tasks");
  return { texts: pieces, of: made ? `${what} (in made-up tokens, for want of a tokenizer)` : what };
}

/** The text of a file. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`--text: cannot read "${file}": ${(cause as Error).message}`, { cause });
  }
}

/** All tokens, one text after another, as `batch` rows of one length, at most `longest`. */
export function rowsOf({ texts }: Texts, batch: number, longest: number): TokenIds[] {
  const all = texts.flat();
  const length = Math.min(longest, Math.floor(all.length / batch));
  if (length === 0) throw new Error(`a batch of ${batch} needs as many tokens, and the text has ${all.length}`);
  return Array.from({ length: batch }, (_, row) => all.slice(row * length, (row + 1) * length));
}

async function tokenizerOf({ folder, size }: Vocabulary): Promise<{ tokenizer: Tokenizer; made: boolean }> {
  const home = [folder, path.dirname(folder)].find((place) => existsSync(path.join(place, "tokenizer.json")));
  if (home !== undefined) return { tokenizer: await openTokenizer(home), made: false };
  if (size !== undefined) return { tokenizer: standInTokenizer(size), made: true };
  throw new Error(`no tokenizer.json in "${folder}" or the folder above, so no text can be given to the graph`);
}

async function questions(): Promise<string[]> {
  const tasks = await loadTasks(embeddedTasks(), { limit: QUESTIONS_EACH });
  return tasks.flatMap((task) => task.questions.map(({ prompt }) => prompt));
}

function cut(tokens: TokenIds, longest: number): TokenIds[] {
  return Array.from({ length: Math.ceil(tokens.length / longest) }, (_, i) =>
    tokens.slice(i * longest, (i + 1) * longest),
  );
}
