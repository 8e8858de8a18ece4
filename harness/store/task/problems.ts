import type { z } from "zod";
import { FilterStep } from "../../task.ts";
import { nearest } from "../nearest.ts";
import { type Keys, type Problem, TaskFileError, type TaskYaml } from "./yaml.ts";

/** A problem and the key that it is about. */
export type KeyProblem = [keys: Keys, text: string];

export function failure(yaml: TaskYaml, problems: readonly KeyProblem[]): TaskFileError {
  const placed = problems.map(([keys, text]): Problem => ({ ...yaml.place(keys), text }));
  return new TaskFileError(placed.sort((a, b) => (a.file === b.file ? a.line - b.line : 0)));
}

/** Keys of lm-eval that are code or need it. */
const CODE = new Set([
  "process_docs",
  "process_results",
  "custom_dataset",
  "doc_to_image",
  "doc_to_audio",
  "use_prompt",
]);

/** The keys that a map may have; `above` are those that lead to it, none to the file's own. */
export type KnownKeys = (above: Keys) => readonly string[];

/** What a schema found, in words for the author of the file. `known` are the keys that its map may have, for suggestions. */
export function schemaProblems(error: z.ZodError, yaml: TaskYaml, known: readonly string[] | KnownKeys): KeyProblem[] {
  const knownAt: KnownKeys = typeof known === "function" ? known : (above) => (above.length === 0 ? known : []);
  return error.issues.flatMap((issue): KeyProblem[] => {
    const keys = issue.path.filter((key): key is string | number => typeof key !== "symbol");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => [[...keys, key], unknownKey(key, keys, knownAt(keys))]);
    }
    const value = valueAt(yaml.content, keys);
    const name = `"${keys.join(".")}"`;
    if (value === undefined) return [[keys, `missing key ${name}`]];
    return [[keys, `${name} ${demandOf(issue, value)}, found ${shown(value)}${adviceOn(issue, value)}`]];
  });
}

function unknownKey(key: string, above: Keys, known: readonly string[]): string {
  if (CODE.has(key)) return `"${key}" needs code, which perjoule does not run from data`;
  const [close] = nearest(key, known);
  const hint = close === undefined ? "" : `; did you mean "${close}"?`;
  return `unknown key "${key}"${above.length === 0 ? "" : ` in "${above.join(".")}"`}${hint}`;
}

const FILTERS = FilterStep.options.map((option) => option.shape.function.value);

function demandOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "invalid_type") return `must be ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") return `must be ${oneOf(issue.values.map(String), value)}`;
  // A filter's function is the one key by which a union is told apart.
  if (issue.code === "invalid_union" && issue.path.at(-1) === "function") return `must be ${oneOf(FILTERS, value)}`;
  return issue.message === "Invalid input" ? "cannot be that" : `is not usable: ${issue.message}`;
}

function adviceOn(issue: z.core.$ZodIssue, value: unknown): string {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (issue.code === "invalid_type" && issue.expected === "array" && isMap) return "; begin it with a dash";
  // YAML reads {{x}} as a map in a map.
  return isMap && Object.keys(value).some((key) => key.startsWith("{")) ? "; put a template in quotes" : "";
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys and values",
  record: "a map of keys and values",
};

function oneOf(options: readonly string[], value: unknown): string {
  const [close] = typeof value === "string" ? nearest(value, options) : [];
  return `${options.length === 1 ? "" : "one of "}${options.join(", ")}${close === undefined ? "" : ` (did you mean "${close}"?)`}`;
}

function valueAt(content: unknown, keys: Keys): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined,
    content,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
