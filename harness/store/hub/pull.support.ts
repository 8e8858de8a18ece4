/** What every test of pulling starts from: a hub of one data set, an empty cache, and the notes. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { temporaryFolder } from "../../../models/build/checkpoint.support.ts";
import { pullDataset } from "./pull.ts";
import type { HubDataset } from "./dataset.ts";
import { type HubBranch, type HubServer, commitOfBranch, hubServer } from "./server.support.ts";

export const CONVERSION = "refs/convert/parquet";
export const ID = "openai/gsm8k";
export const converted: HubBranch = {
  "README.md": "# converted",
  "main/test/0001.parquet": "second rows",
  "main/test/0000.parquet": "first rows",
  "main/train/0000.parquet": "training rows",
  "socratic/test/0000.parquet": "socratic rows",
};
export const commit = commitOfBranch(converted);
export const wanted: HubDataset = { id: ID, config: "main", split: "test" };
export const OFFLINE = { HF_HUB_OFFLINE: "1" };

export let hub: HubServer;
export let cache: string;
export const notes: string[] = [];
beforeEach(async () => {
  hub = await hubServer({ [ID]: { main: { "README.md": "" }, [CONVERSION]: converted } });
  cache = temporaryFolder();
  notes.length = 0;
});
afterEach(() => hub.close());

export const pull = (dataset: HubDataset = wanted, env: NodeJS.ProcessEnv = {}) =>
  pullDataset(dataset, {
    onNote: (note) => notes.push(note),
    env: { HF_ENDPOINT: hub.endpoint, PERJOULE_CACHE: cache, ...env },
  });
export const contents = (files: readonly string[]) => files.map((file) => readFileSync(file, "utf8"));
/** Names in the cache. */
export const cached = () => readdirSync(path.join(cache, "data"));
