import { createHash, type Hash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import path from "node:path";
import { present } from "../../present.ts";
import type { TaskData, TaskDefinition } from "../../task.ts";
import { pullDataset } from "../hub/pull.ts";
import { type Care } from "./questions.ts";
import { locateData, splitWords, type WantedData } from "../rows/locate.ts";
import { readRows } from "../rows/readrows.ts";
import type { Row } from "../rows/row.ts";
import type { TaskYaml } from "./yaml.ts";

/** Where a task's rows are to come from. */
export interface DataWish {
  readonly definition: TaskDefinition;
  readonly yaml: TaskYaml;
  /** A file or folder of the user's in place of what the task names. */
  readonly place?: string;
  readonly onNote?: (note: string) => void;
}

/** Files of one split, found or pulled. */
export interface SplitFiles {
  readonly files: readonly string[];
  readonly source: string;
  readonly care: Care;
}

/** `dataset_path` of the `datasets` library's own readers; the format is told by the files' names. */
const READERS = new Set(["json", "csv", "text", "parquet"]);

const SPLIT_KEYS = ["test_split", "validation_split", "training_split", "fewshot_split"] as const;
const DATA_FILES: readonly string[] = ["dataset_kwargs", "data_files"];

/** Finds the files of a split: at the user's place, beside the task, in a folder, or on the hub. Errors name the task's file and line. */
export async function filesOf(wish: DataWish, split: string): Promise<SplitFiles> {
  const { definition, yaml, place } = wish;
  const { dataset_path, dataset_name, dataset_kwargs } = definition;
  const wanted = present({ config: dataset_name ?? undefined, split });
  if (place !== undefined) return { files: filesIn(place, wanted), source: place, care: "published" };
  if (READERS.has(dataset_path)) return { ...ownFiles(wish, split), care: "own" };
  const folder = path.resolve(baseOf(yaml, "dataset_path"), dataset_path);
  if (existsSync(folder)) return { files: filesBeside(yaml, folder, wanted), source: dataset_path, care: "published" };
  if (dataset_kwargs?.data_files !== undefined) {
    throw at(
      yaml,
      DATA_FILES,
      `"data_files" of a data set on the hub are not read: give them with dataset_path json, csv or parquet`,
    );
  }
  const pulled = await pullDataset(
    present({ id: dataset_path, ...wanted, revision: dataset_kwargs?.revision }),
    present({ onNote: wish.onNote }),
  ).catch((cause: Error) => {
    // What to do can be said more exactly here than where a data set is pulled.
    throw new Error(cause.message.replaceAll("--data TASK=", `--data ${definition.task}=`), { cause });
  });
  return { files: pulled.files, source: pulled.source, care: "published" };
}

/** A place of the user's has nothing of a task; of a group, other tasks may be there. */
export class NoDataError extends Error {
  override readonly name = "NoDataError";
}

function filesIn(place: string, wanted: WantedData): string[] {
  try {
    return locateData(place, wanted);
  } catch (cause) {
    throw new NoDataError((cause as Error).message, { cause });
  }
}

function filesBeside(yaml: TaskYaml, folder: string, wanted: WantedData): string[] {
  try {
    return locateData(folder, wanted);
  } catch (cause) {
    throw at(yaml, ["dataset_path"], (cause as Error).message);
  }
}

/** What a file names is beside that file. */
const baseOf = (yaml: TaskYaml, key: string): string => path.dirname(path.resolve(yaml.place([key]).file));

function ownFiles({ definition, yaml }: DataWish, split: string): Pick<SplitFiles, "files" | "source"> {
  const files = definition.dataset_kwargs?.data_files;
  if (files === undefined) {
    const task = definition.task;
    throw at(
      yaml,
      ["dataset_path"],
      `dataset_path "${definition.dataset_path}" needs dataset_kwargs.data_files, or a place: --data ${task}=PATH`,
    );
  }
  const named = typeof files === "string" || Array.isArray(files) ? files : files[split];
  if (named === undefined) {
    throw at(
      yaml,
      keyOfSplit(definition, split) ?? DATA_FILES,
      `data_files names no file for the split "${split}"; it has ${Object.keys(files).join(", ")}`,
    );
  }
  const names = [named].flat();
  const address = names.find((name) => /^\w+:\/\//.test(name));
  if (address !== undefined)
    throw at(yaml, DATA_FILES, `data file "${address}" is an address; download it and name the file`);
  const paths = names.map((name) => path.resolve(baseOf(yaml, "dataset_kwargs"), name));
  const absent = paths.find((file) => !isFile(file));
  if (absent !== undefined) throw at(yaml, DATA_FILES, `there is no data file "${absent}"`);
  return { files: paths, source: names.join(", ") };
}

/** Where a split is named. */
function keyOfSplit(definition: TaskDefinition, split: string): readonly string[] | undefined {
  if (definition.fewshot_config?.split === split) return ["fewshot_config", "split"];
  const key = SPLIT_KEYS.find((one) => definition[one] === split);
  return key && [key];
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** An error that names the place of a key. */
export function at(yaml: TaskYaml, keys: readonly string[], text: string): Error {
  const { file, line } = yaml.place(keys);
  return new Error(`${file}:${line}: ${text}`);
}

/** Files without a single question: an error at the key that named them, or of a user's place a NoDataError. */
export function noQuestions({ definition, yaml, place }: DataWish, files: readonly string[]): Error {
  const why = `"${files.join('", "')}" holds no questions`;
  if (place !== undefined) return new NoDataError(why);
  return at(yaml, definition.dataset_kwargs?.data_files === undefined ? ["dataset_path"] : DATA_FILES, why);
}

/** The rows of files, one after another, as they are read. */
export async function* rowsOf(
  files: readonly string[],
  { perjoule }: TaskDefinition,
  split: string,
  onBadLine?: (problem: string) => void,
): AsyncGenerator<Row> {
  const { columns, separator } = perjoule;
  const options = present({ columns, separator, members: splitWords(split), onBadLine });
  for (const file of files) yield* readRows(file, options);
}

/** What is recorded of files. They are read as streams, and `into` is given each with its length before it. */
export async function describeFiles(files: readonly string[], into: Hash): Promise<TaskData["files"]> {
  const out: TaskData["files"] = [];
  for (const file of files) {
    const { size: bytes } = statSync(file);
    const own = createHash("sha256");
    into.update(`${bytes}\n`);
    for await (const chunk of createReadStream(file)) {
      own.update(chunk as Buffer);
      into.update(chunk as Buffer);
    }
    out.push({ name: path.basename(file), bytes, sha256: own.digest("hex") });
  }
  return out;
}
