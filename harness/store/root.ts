import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds perjoule's package.json, `models/` and `tasks/`; the same from `harness/` and from `dist/`. */
export const ROOT: string = (() => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
})();

function versionIn(file: string): string {
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

export function versions(): { perjoule: string; onnxruntime?: string } {
  const perjoule = versionIn(path.join(ROOT, "package.json"));
  try {
    // Its main file, not its package.json, is what the package exports.
    const main = createRequire(import.meta.url).resolve("onnxruntime-node");
    return { perjoule, onnxruntime: versionIn(path.join(main, "..", "..", "package.json")) };
  } catch {
    return { perjoule };
  }
}
