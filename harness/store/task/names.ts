import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { unknownName } from "../nearest.ts";
import { ROOT } from "../root.ts";

const EMBEDDED = path.join(ROOT, "tasks");
const DEFINITION = "task.yaml";

/** Ids of the tasks that come with perjoule together with their questions. */
export function embeddedTasks(folder: string = EMBEDDED): string[] {
  return readdirSync(folder)
    .filter((id) => hasQuestions(path.join(folder, id)))
    .sort();
}

/** Ids of the tasks and groups that perjoule defines, and whose data is elsewhere. */
export function readyMadeTasks(folder: string = EMBEDDED): string[] {
  return [...definitionsIn(folder).keys()].filter((id) => !hasQuestions(path.join(folder, id))).sort();
}

/** Whether a definition and its data lie side by side. */
function hasQuestions(folder: string): boolean {
  return existsSync(path.join(folder, DEFINITION)) && readdirSync(folder).some((name) => name.endsWith(".jsonl"));
}

/** Files of definitions by the name of what they define: the folder's for `task.yaml`, else the file's. Names with `_` first are for inclusion only. */
function definitionsIn(folder: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const name of yamlIn(path.join(folder, entry.name))) {
      out.set(
        name === DEFINITION ? entry.name : path.basename(name, path.extname(name)),
        path.join(folder, entry.name, name),
      );
    }
  }
  return out;
}

function yamlIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^[^_.].*\.ya?ml$/.test(name));
}

/**
 * The file that defines a task or group: of a name of ours, of a file's path, or of a folder's. In a group's file, which lies in
 * `beside`, a name means first what lies there too.
 */
export function definitionFile(name: string, beside?: string): string {
  const ours = definitionsIn(EMBEDDED);
  const known = ours.get(name);
  if (beside === undefined && known !== undefined) return known;
  const candidates = beside === undefined ? [name] : [path.resolve(beside, name), path.resolve(beside, `${name}.yaml`)];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return path.resolve(statSync(found).isDirectory() ? fileIn(found) : found);
  if (known !== undefined) return known;
  if (/[/\\]|\.ya?ml$/.test(name)) throw new Error(`there is no file or folder "${name}"`);
  throw unknownName(
    "task",
    name,
    [...ours.keys()],
    "A task is an id of `perjoule tasks ls` or the path of a task folder.",
  );
}

function fileIn(folder: string): string {
  const names = yamlIn(folder);
  const [only] = names;
  if (names.includes(DEFINITION)) return path.join(folder, DEFINITION);
  if (only !== undefined && names.length === 1) return path.join(folder, only);
  const hint = only === undefined ? "" : `; it has ${names.join(", ")}: name one of them`;
  throw new Error(`"${folder}" holds no ${DEFINITION}${hint}`);
}

/** Every group of ours, for a name that only a group's list defines. */
export function ourDefinitions(): string[] {
  return [...definitionsIn(EMBEDDED).values()];
}
