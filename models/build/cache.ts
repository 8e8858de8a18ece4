import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where built graphs are kept: `PERJOULE_CACHE`, else `perjoule` in `XDG_CACHE_HOME` or `~/.cache`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env["PERJOULE_CACHE"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "perjoule");
}

const unfinished = ".unfinished-";

/**
 * The folder `key` in `root`, made by `fill` unless it exists. It is filled under another name and then renamed: what has the name
 * is whole, whatever happened to earlier attempts, and several processes may make the same one at once. One whose files are no
 * longer as long as they were is made again.
 */
export async function cachedFolder(
  root: string,
  key: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const finished = join(root, key);
  if (existsSync(finished)) {
    if (await isWhole(finished)) return finished;
    await writing(root, () => rm(finished, { recursive: true, force: true }));
  }
  await writing(root, () => makeFolder(root));
  await removeAbandoned(root);
  const draft = join(root, `${unfinished}${key}-${randomBytes(4).toString("hex")}`);
  try {
    await writing(root, async () => {
      await mkdir(draft);
      await fill(draft);
      await writeFile(join(draft, sizesFile), JSON.stringify(await sizesIn(draft)));
    });
    await rename(draft, finished).catch((error: unknown) => {
      // Another process was faster, and made the same: the key says so.
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return finished;
}

/** What a folder's files were as long as when it was made. */
const sizesFile = ".sizes.json";

async function sizesIn(folder: string): Promise<Record<string, number>> {
  const names = (await readdir(folder)).filter((name) => name !== sizesFile).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size])),
  );
}

async function isWhole(folder: string): Promise<boolean> {
  const stated = await readFile(join(folder, sizesFile), "utf8").catch(() => undefined);
  return stated !== undefined && stated === JSON.stringify(await sizesIn(folder));
}

/** Says of an error of the file system what was attempted, and what to do. */
async function writing<T>(root: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new Error(`cannot write to the cache "${root}": ${cause.message}; set PERJOULE_CACHE to another folder`, {
      cause,
    });
  }
}

/** Level by level: Node 20's own recursive mkdir never returns where a file system refuses with ENOENT, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
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
