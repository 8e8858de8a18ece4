import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { sha256 } from "../hash.ts";
import type { HubDataset } from "./dataset.ts";

/** A name for a split at a revision: readable as far as file names allow, and no two alike. */
export function recordName({ id, config, split }: HubDataset, revision = ""): string {
  const readable = [id, config ?? "", split, revision.slice(0, 12)]
    .filter((part) => part !== "")
    .map((part) => part.replaceAll(/[^\w.]+/g, "-").slice(0, 40));
  const hash = sha256(JSON.stringify([id, config ?? null, split, revision]));
  return [...readable, hash.slice(0, 12)].join("-");
}

/** The commit that a revision was when the hub was last asked. */
export async function readCommit(record: string): Promise<string | undefined> {
  const text = await readFile(record, "utf8").catch(() => "");
  return /^[0-9a-f]{40}$/.exec(text)?.[0];
}

export async function writeCommit(record: string, commit: string): Promise<void> {
  const draft = `${record}-${randomBytes(4).toString("hex")}`;
  await writeFile(draft, commit);
  await rename(draft, record);
}

/** What a folder of the cache holds. */
export interface Pulled {
  readonly config: string;
  /** In the order of the rows. */
  readonly files: readonly string[];
  /** ISO 8601. */
  readonly pulled: string;
}

const PULLED = "pulled.json";

export async function readPulled(folder: string): Promise<Pulled> {
  return JSON.parse(await readFile(path.join(folder, PULLED), "utf8")) as Pulled;
}

export async function writePulled(folder: string, pulled: Pulled): Promise<void> {
  await writeFile(path.join(folder, PULLED), JSON.stringify(pulled));
}
