import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** sha256, in hex, of the named files of a folder: of each file's name, length and bytes in the given order. Files are streamed. */
export async function hashFiles(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    const path = join(folder, file);
    // Name and length first, so that no two lists of files run together into the same bytes.
    hash.update(`${file}\0${(await stat(path)).size}\0`);
    for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  }
  return hash.digest("hex");
}

let ownHash: Promise<string> | undefined;

/** Hash of the builder's own code: any change to it makes other graphs, without a version number that one could forget to raise. */
export function builderHash(): Promise<string> {
  ownHash ??= hashOwnFiles(fileURLToPath(new URL(".", import.meta.url)));
  return ownHash;
}

async function hashOwnFiles(folder: string): Promise<string> {
  const isCode = (file: string) => /^[a-z0-9]+\.(js|ts)$/.test(file);
  return hashFiles(folder, (await readdir(folder)).filter(isCode).sort());
}
