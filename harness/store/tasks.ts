import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Task } from "../task.ts";
import { sha256 } from "./hash.ts";
import { unknownName } from "./nearest.ts";
import { parseRows, renderQuestions } from "./questions.ts";
import { ROOT } from "./root.ts";
import { dataFile, parseTaskFile } from "./taskfile.ts";

const EMBEDDED = path.join(ROOT, "tasks");
const DEFINITION = "task.yaml";

/** Ids of the tasks that come with perjoule. */
export function embeddedTasks(folder: string = EMBEDDED): string[] {
  return readdirSync(folder)
    .filter((id) => existsSync(path.join(folder, id, DEFINITION)))
    .sort();
}

/** A task by the id of an embedded one, or by the path of a task folder or of its YAML file. */
export function loadTask(name: string): Task {
  const file = definitionFile(name);
  const folder = path.dirname(file);
  const text = readText(file);
  const definition = parseTaskFile(text, file);
  const data = dataFile(definition, folder);
  const rows = readData(data, file);
  const questions = renderQuestions(definition, parseRows(rows, data), data);
  if (questions.length === 0) throw new Error(`"${data}" holds no questions`);
  return { id: definition.task, definition, questions, sha256: sha256(text, rows) };
}

function definitionFile(name: string): string {
  const embedded = path.join(EMBEDDED, name, DEFINITION);
  if (/^[\w.-]+$/.test(name) && existsSync(embedded)) return embedded;
  if (existsSync(name)) {
    const file = statSync(name).isDirectory() ? path.join(name, DEFINITION) : name;
    if (existsSync(file)) return path.resolve(file);
    throw new Error(`"${name}" holds no ${DEFINITION}`);
  }
  throw unknownName(
    "task",
    name,
    embeddedTasks(),
    "A task is an id of `perjoule tasks ls` or the path of a task folder.",
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`cannot read the task "${file}": ${(cause as Error).message}`, { cause });
  }
}

function readData(data: string, definition: string): string {
  try {
    return readFileSync(data, "utf8");
  } catch (cause) {
    throw new Error(`${definition}: cannot read its data file "${data}": ${(cause as Error).message}`, { cause });
  }
}
