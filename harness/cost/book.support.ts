import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { readBook } from "./book.ts";

export const HEAD = "kind,id,part,value,low,high,unit,date,source,verified,scenario,note";

/** A file with that text, gone after the test. */
export async function bookOf(text: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "perjoule-prices-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "own.csv");
  await writeFile(file, text);
  return file;
}

/** What is wrong with a file of that text, with `own.csv` for its path. */
export async function problemsOf(text: string): Promise<string> {
  const file = await bookOf(text);
  const error: unknown = await readBook(file).then(
    () => expect.unreachable("the file was read"),
    (cause: unknown) => cause,
  );
  return (error as Error).message.replaceAll(file, "own.csv");
}
