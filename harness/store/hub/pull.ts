import path from "node:path";
import { cachedFolder, cacheFolder } from "../../../models/build/cache.ts";
import { readHub } from "./client.ts";
import { currentCommit } from "./commit.ts";
import { downloadTo, type HubTree, listDataset } from "./download.ts";
import { readCommit, readPulled, recordName, writeCommit, writePulled } from "./record.ts";
import { splitFiles } from "./split.ts";
import type { HubDataset } from "./dataset.ts";

/** A split that lies on this machine. */
export interface PulledData {
  /** Paths, in the order of the rows. */
  readonly files: readonly string[];
  /** "hub:openai/gsm8k@<commit>/main/test" */
  readonly source: string;
  readonly commit: string;
}

/**
 * The files of a split, verified against the hub's hashes, from the cache where it has them. The hub is asked first which commit
 * the revision is now, unless it is given as one; where the hub cannot be reached, it is the one that it was when last asked.
 */
export async function pullDataset(
  wanted: HubDataset,
  { onNote = () => {}, env = process.env }: { onNote?: (note: string) => void; env?: NodeJS.ProcessEnv } = {},
): Promise<PulledData> {
  const { id, split, revision } = wanted;
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(id)) {
    throw new Error(`cannot pull the data set "${id}": it is no name of one, such as "openai/gsm8k"`);
  }
  const hub = readHub(env);
  const root = path.join(cacheFolder(env), "data");
  const record = path.join(root, `${recordName(wanted, revision)}.commit`);
  const known = await readCommit(record);
  const { commit, offline } = await currentCommit(hub, wanted, { known, onNote });
  const folder = await cachedFolder(root, recordName(wanted, commit), (draft) =>
    pullInto(draft, { hub, wanted, commit }, onNote),
  );
  if (commit !== known && commit !== revision) await writeCommit(record, commit);
  const { config, files, pulled } = await readPulled(folder);
  if (offline) {
    onNote(`the hub cannot be reached (${offline}); using the copy of ${commit}, pulled ${pulled.slice(0, 10)}`);
  }
  return {
    files: files.map((name) => path.join(folder, name)),
    source: `hub:${id}@${commit}/${config}/${split}`,
    commit,
  };
}

async function pullInto(folder: string, tree: HubTree, onNote: (note: string) => void): Promise<void> {
  const { id, split } = tree.wanted;
  const { config, files } = splitFiles(await listDataset(tree), tree.wanted);
  const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 1e6;
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  onNote(`pulling ${id} ${config}/${split}, ${count}, ${megabytes.toFixed(1)} MB`);
  const names: string[] = [];
  for (const file of files) {
    // Flat: files of one name in several folders stay apart, and the name still says where each is from.
    const name = file.path.replaceAll("/", "--");
    await downloadTo(path.join(folder, name), tree, file);
    names.push(name);
  }
  await writePulled(folder, { config, files: names, pulled: new Date().toISOString() });
}
