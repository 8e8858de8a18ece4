import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder, requireFreshFolder } from "../store/folder.ts";

/** Refuses a folder in which something else stands than these files, of which a later call replaces its own. Creates nothing. */
export function requireOwnFolder(folder: string, files: readonly string[]): void {
  const content = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
  const other = content.find((name) => !files.includes(name));
  if (other !== undefined) {
    throw new Error(
      `cannot write ${files.join(" and ")} into "${folder}": it also holds "${other}"; name a folder with --out that is new, empty or holds nothing but them`,
    );
  }
  if (content.length === 0) requireFreshFolder(folder);
}

/**
 * Writes files by name into a folder, each in one step: a reader sees the old one or the new one.
 *
 * @returns their paths
 */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string[] {
  try {
    makeFolder(path.resolve(folder));
    return Object.entries(files).map(([name, content]) => {
      const file = path.join(folder, name);
      writeFileSync(`${file}.tmp`, content);
      renameSync(`${file}.tmp`, file);
      return file;
    });
  } catch (cause) {
    throw new Error(`cannot write into "${folder}": ${(cause as Error).message}; name another with --out`, { cause });
  }
}
