import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { readRows } from "./readrows.ts";
import type { Row, RowOptions } from "./row.ts";

export const FIXTURES: string = path.join(import.meta.dirname, "fixtures");

/** A fresh folder for each test of a file. */
export function useFolder(): {
  readonly path: string;
  /** Writes files, each with its contents or with none, and gives the path of the first. */
  write(files: Readonly<Record<string, string | Uint8Array>>): string;
} {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-rows-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return {
    get path() {
      return folder;
    },
    write(files) {
      for (const [name, contents] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), contents);
      }
      return path.join(folder, Object.keys(files)[0] ?? "");
    },
  };
}

/** All rows of a file, their places without the folder. An error's message lacks it as well. */
export async function rowsOf(file: string, options?: RowOptions): Promise<Row[]> {
  const bare = (text: string): string => text.replaceAll(`${path.dirname(file)}${path.sep}`, "");
  const rows: Row[] = [];
  try {
    for await (const { fields, at } of readRows(file, options)) rows.push({ fields, at: bare(at) });
  } catch (cause) {
    throw new Error(bare((cause as Error).message), { cause });
  }
  return rows;
}

export async function fieldsOf(file: string, options?: RowOptions): Promise<Row["fields"][]> {
  return (await rowsOf(file, options)).map(({ fields }) => fields);
}
