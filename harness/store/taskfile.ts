import path from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { ZodError } from "zod";
import { TaskDefinition } from "../task.ts";

/** A task.yaml that cannot be used: every problem of the file, each with its line. */
export class TaskFileError extends Error {
  override readonly name = "TaskFileError";
}

/** Reads and checks a task definition. `file` only names it in errors. */
export function parseTaskFile(text: string, file: string): TaskDefinition {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const at = (offset: number | undefined): string => `${file}:${offset === undefined ? 1 : lines.linePos(offset).line}`;
  const [broken] = document.errors;
  if (broken !== undefined) throw new TaskFileError(`${at(broken.pos[0])}: not valid YAML: ${broken.message}`);
  const tagged = /!function\b/.exec(text);
  if (tagged !== null) {
    throw new TaskFileError(
      `${at(tagged.index)}: "!function" runs code from a data file, which perjoule refuses; say it in Jinja, filters or data`,
    );
  }
  const result = TaskDefinition.safeParse(contentOf(document, file));
  if (!result.success)
    throw new TaskFileError(
      problems(result.error, document)
        .map(([offset, problem]) => `${at(offset)}: ${problem}`)
        .join("; "),
    );
  const wrong = misfits(result.data);
  if (wrong.length > 0) {
    throw new TaskFileError(wrong.map(([keys, problem]) => `${at(offsetOf(document, keys))}: ${problem}`).join("; "));
  }
  return result.data;
}

function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new TaskFileError(`${file}:1: not usable YAML: ${(cause as Error).message}`, { cause });
  }
}

type Problem = [offset: number | undefined, text: string];

/** Each issue with the place in the file of the key it is about. */
function problems(error: ZodError, document: Document): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const keys = issue.path.filter((key): key is string | number => typeof key !== "symbol");
    const where = keys.length === 0 ? "" : ` in "${keys.join(".")}"`;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => [offsetOf(document, [...keys, key]), `unknown key "${key}"${where}`]);
    }
    const isMissing = document.getIn(keys) === undefined;
    return [[offsetOf(document, keys), isMissing ? `missing key "${keys.join(".")}"` : `${issue.message}${where}`]];
  });
}

/** The part of yaml's maps and lists that places a key. */
interface YamlCollection {
  readonly items?: readonly { key?: { value?: unknown; range?: number[] }; range?: number[] }[];
}

/** Where the key at the end of a path begins; of a missing one, its nearest parent. */
function offsetOf(document: Document, keys: readonly (string | number)[]): number | undefined {
  for (let depth = keys.length; depth > 0; depth--) {
    const parent = (depth === 1 ? document.contents : document.getIn(keys.slice(0, depth - 1), true)) as
      | YamlCollection
      | null
      | undefined;
    const last = keys[depth - 1];
    const items = parent?.items;
    const item = typeof last === "number" ? items?.[last] : items?.find((pair) => pair.key?.value === last);
    const range = item?.key?.range ?? item?.range;
    if (range !== undefined) return range[0];
  }
  return undefined;
}

/** What a schema of single keys cannot say, each with the key it is about. */
function misfits(definition: TaskDefinition): [keys: (string | number)[], problem: string][] {
  const type = definition.output_type;
  const fits = type === "multiple_choice" ? "acc" : "exact_match";
  const out: [keys: (string | number)[], problem: string][] = [];
  if (type === "multiple_choice" && definition.doc_to_choice === undefined) {
    out.push([["output_type"], 'output_type multiple_choice needs "doc_to_choice"']);
  }
  for (const [i, { metric }] of definition.metric_list.entries()) {
    if (metric === fits) continue;
    out.push([["metric_list", i], `metric "${metric}" does not fit output_type ${type}; it takes "${fits}"`]);
  }
  for (const [i, { filter }] of (definition.filter_list ?? []).entries()) {
    for (const [j, step] of filter.entries()) {
      const problem = step.function === "regex" ? unusablePattern(step.regex_pattern) : undefined;
      if (problem !== undefined) out.push([["filter_list", i, "filter", j, "regex_pattern"], problem]);
    }
  }
  return out;
}

/** A pattern only Python can read would otherwise be noticed when a run is judged, after everything was measured. */
function unusablePattern(pattern: string): string | undefined {
  try {
    return void new RegExp(pattern, "g");
  } catch (cause) {
    return `regex_pattern cannot be used: ${(cause as Error).message}`;
  }
}

/** The data file of the test split, beside the definition; it may not climb out of the task's folder. */
export function dataFile(definition: TaskDefinition, folder: string): string {
  const files = definition.dataset_kwargs.data_files;
  const name = typeof files === "string" ? files : files[definition.test_split];
  if (name === undefined)
    throw new TaskFileError(
      `${path.join(folder, "task.yaml")}: data_files names no file for the split "${definition.test_split}"`,
    );
  const resolved = path.resolve(folder, name);
  if (isOutside(folder, resolved)) {
    throw new TaskFileError(`${path.join(folder, "task.yaml")}: data file "${name}" lies outside the task's folder`);
  }
  return resolved;
}

/** On Windows the way to another drive is an absolute path. */
function isOutside(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return way.startsWith("..") || path.isAbsolute(way);
}
