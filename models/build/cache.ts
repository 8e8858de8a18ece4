import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where built graphs are kept: `PERJOULE_CACHE`, else `perjoule` in `XDG_CACHE_HOME` or `~/.cache`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env["PERJOULE_CACHE"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "perjoule");
}

const unfinished = ".unfinished-";

/**
 * The folder `key` in `root`, made by `fill` unless it exists. It is filled under another name and then renamed: what has the name
 * is whole, whatever happened to earlier attempts, and several processes may make the same one at once.
 */
export async function cachedFolder(
  root: string,
  key: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const finished = join(root, key);
  if (existsSync(finished)) return finished;
  await mkdir(root, { recursive: true });
  await removeAbandoned(root);
  const draft = join(root, `${unfinished}${key}-${randomBytes(4).toString("hex")}`);
  try {
    await mkdir(draft);
    await fill(draft);
    await rename(draft, finished).catch((error: unknown) => {
      // Another process was faster, and made the same: the key says so.
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return finished;
}

/** Drafts of processes that were killed. A day is longer than any build. */
async function removeAbandoned(root: string): Promise<void> {
  const yesterday = Date.now() - 86_400_000;
  for (const name of await readdir(root)) {
    if (!name.startsWith(unfinished)) continue;
    const path = join(root, name);
    const made = await stat(path).catch(() => undefined);
    if (made && made.mtimeMs < yesterday) await rm(path, { recursive: true, force: true });
  }
}
