import { readFileSync } from "node:fs";
import path from "node:path";
import { type Document, isNode, LineCounter, parseAllDocuments, parseDocument, visit } from "yaml";

/** Something wrong with a task's files, where it stands. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A task's YAML that cannot be used: every problem of it, each with its file and line. */
export class TaskFileError extends Error {
  override readonly name = "TaskFileError";
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(({ file, line, text }) => `${file}:${line}: ${text}`).join("; "), options);
    this.problems = problems;
  }
}

export type Keys = readonly (string | number)[];

/** A YAML map, what it includes merged into it, that knows where each of its keys stands. */
export interface TaskYaml {
  readonly file: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** The text of every file that it is made of, its own last. */
  readonly texts: readonly string[];
  /** Of a missing key, its nearest parent. */
  place(keys: Keys): { readonly file: string; readonly line: number };
}

/** Reads a file and what it includes; keys of the including file win, as in lm-eval. Throws a TaskFileError. */
export function readTaskYaml(file: string): TaskYaml {
  return parseTaskYaml(readText(file), file);
}

/** The same of a text; `file` names it in errors, and is where includes are looked for. */
export function parseTaskYaml(text: string, file: string, above: readonly string[] = []): TaskYaml {
  return withIncludes(ownYaml(text, file), [...above, path.resolve(file)]);
}

/** The map inside another file's list of tasks, as a file of its own. */
export function inlineYaml(outer: TaskYaml, keys: Keys): TaskYaml {
  const content = keys.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], outer.content);
  const place: TaskYaml["place"] = (inner) => outer.place([...keys, ...inner]);
  const own = { ...outer, content: requireMap(content, outer.file, outer.place(keys).line), place };
  return withIncludes(own, [path.resolve(outer.file)]);
}

/** A map whose own keys win over those of another. */
export function overlaid(base: TaskYaml, own: TaskYaml): TaskYaml {
  return {
    file: own.file,
    content: { ...base.content, ...own.content },
    texts: [...base.texts, ...own.texts.filter((text) => !base.texts.includes(text))],
    place: (keys) =>
      (keys[0] !== undefined && !(keys[0] in own.content) && keys[0] in base.content ? base : own).place(keys),
  };
}

function withIncludes(yaml: TaskYaml, above: readonly string[]): TaskYaml {
  const { include, ...content } = yaml.content;
  if (include === undefined) return yaml;
  const own = { ...yaml, content };
  const refuse = (text: string, cause?: unknown): TaskFileError =>
    new TaskFileError([{ ...yaml.place(["include"]), text }], { cause });
  const names = Array.isArray(include) ? include : [include];
  const bases = names.map((name): TaskYaml => {
    if (typeof name !== "string") throw refuse(`"include" names a file, found ${JSON.stringify(name)}`);
    const file = path.isAbsolute(name) ? name : path.join(path.dirname(yaml.file), name);
    if (above.includes(path.resolve(file))) throw refuse(`"${name}" includes itself`);
    return parseTaskYaml(readText(file, refuse), file, above);
  });
  // Of several includes the first wins.
  return bases.reduce((inner, base) => overlaid(base, inner), own);
}

function readText(file: string, refuse?: (text: string, cause: unknown) => Error): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    if (cause instanceof TypeError) throw new TaskFileError([{ file, line: 1, text: "not UTF-8 text" }], { cause });
    const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const why = isAbsent ? `there is no file "${file}"` : `cannot read "${file}": ${(cause as Error).message}`;
    throw refuse?.(why, cause) ?? new Error(why, { cause });
  }
}

function ownYaml(text: string, file: string): TaskYaml {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, logLevel: "silent", merge: true } as const;
  const [document = parseDocument("", options), second] = parseAllDocuments(text, options);
  const lineAt = (offset: number | undefined): number => (offset === undefined ? 1 : lines.linePos(offset).line);
  const problem = (offset: number | undefined, what: string): Problem => ({ file, line: lineAt(offset), text: what });
  if (second !== undefined) {
    throw new TaskFileError([problem(second.range?.[0], "a second YAML document begins here; a file holds one")]);
  }
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new TaskFileError([
      problem(broken.pos[0], `not valid YAML: ${oneLine(broken.message)}${adviceOn(broken.message, file)}`),
    ]);
  const tagged = tagsOf(document).map(({ tag, offset }) => problem(offset, refusalOf(tag)));
  if (tagged.length > 0) throw new TaskFileError(tagged);
  let content: unknown;
  try {
    content = document.toJS();
  } catch (cause) {
    throw new TaskFileError([problem(undefined, `not usable YAML: ${oneLine((cause as Error).message)}`)], { cause });
  }
  return {
    file,
    content: requireMap(content, file, 1),
    texts: [text],
    place: (keys) => ({ file, line: lineAt(offsetOf(document, keys)) }),
  };
}

function requireMap(content: unknown, file: string, line: number): Record<string, unknown> {
  if (typeof content === "object" && content !== null && !Array.isArray(content))
    return content as Record<string, unknown>;
  throw new TaskFileError([{ file, line, text: `it must be a map of keys and values${dataAdvice(file)}` }]);
}

function tagsOf(document: Document): { tag: string; offset: number | undefined }[] {
  const out: { tag: string; offset: number | undefined }[] = [];
  visit(document, {
    Node(_, node) {
      const { tag } = node as { tag?: string };
      if (isNode(node) && tag?.startsWith("!")) out.push({ tag, offset: node.range?.[0] });
    },
  });
  return out;
}

function refusalOf(tag: string): string {
  return tag === "!function"
    ? '"!function" runs code from a data file, which perjoule refuses; say it in Jinja, in filters, or under "perjoule"'
    : `the tag "${tag}" means nothing here`;
}

function adviceOn(message: string, file: string): string {
  const quotes = /mapping|flow-map|flow map|plain value|node end/i.test(message)
    ? '; a text with ": ", "{" or "#" in it needs quotes'
    : "";
  return dataAdvice(file) || quotes;
}

function dataAdvice(file: string): string {
  return /\.(jsonl?|csv|tsv|parquet|txt)$/i.test(file) ? "; this is a data file: name the task's YAML file" : "";
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** The part of yaml's maps and lists that places a key. */
interface YamlCollection {
  readonly items?: readonly { key?: { value?: unknown; range?: number[] }; range?: number[] }[];
}

/** Where the key at the end of a path begins; of a missing one, its nearest parent. */
function offsetOf(document: Document, keys: Keys): number | undefined {
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
