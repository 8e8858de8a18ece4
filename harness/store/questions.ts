import { parse, Template, tokenize } from "@huggingface/jinja";
import type { Question, TaskDefinition } from "../task.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One record of a data file with the line it came from. */
export interface Row {
  readonly fields: Fields;
  readonly line: number;
}

/** Reads JSONL. Empty lines are passed over; a broken one is an error that names file and line. */
export function parseRows(text: string, file: string): Row[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .flatMap((line, index) => {
      if (line.trim() === "") return [];
      const at = `${file}:${index + 1}`;
      let fields: unknown;
      try {
        fields = JSON.parse(line);
      } catch (cause) {
        throw new Error(`${at}: not valid JSON: ${(cause as Error).message}`, { cause });
      }
      if (typeof fields !== "object" || fields === null || Array.isArray(fields))
        throw new Error(`${at}: a question is a JSON object`);
      return [{ fields: fields as Fields, line: index + 1 }];
    });
}

/** Renders the questions of a task. */
export function renderQuestions(definition: TaskDefinition, rows: readonly Row[], file: string): Question[] {
  const expression = compileExpressions(definition);
  const seen = new Map<string, number>();
  return rows.map(({ fields, line }, index) => {
    const at = `${file}:${line}`;
    const id = idOf(fields["id"], index, at);
    const earlier = seen.get(id);
    if (earlier !== undefined) throw new Error(`${at}: question id "${id}" stands already in line ${earlier}`);
    seen.set(id, line);
    try {
      return renderQuestion(definition, expression, fields, id);
    } catch (cause) {
      throw new Error(`${at}: ${(cause as Error).message}`, { cause });
    }
  });
}

/** The field `id`, or where there is none the place in the file. */
function idOf(value: unknown, index: number, at: string): string {
  if (value === undefined) return String(index);
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new Error(`${at}: "id" must be text or a number, found ${JSON.stringify(value)}`);
}

type Expressions = ReturnType<typeof compileExpressions>;

function compileExpressions(definition: TaskDefinition): {
  text: (fields: Fields) => string;
  target: (fields: Fields) => string;
  choices: ((fields: Fields) => string[]) | undefined;
} {
  return {
    text: template(definition.doc_to_text, "doc_to_text"),
    target: template(definition.doc_to_target, "doc_to_target"),
    choices: definition.doc_to_choice === undefined ? undefined : choiceList(definition.doc_to_choice),
  };
}

function renderQuestion(definition: TaskDefinition, expressions: Expressions, fields: Fields, id: string): Question {
  const prompt = definition.description + expressions.text(fields);
  const target = expressions.target(fields);
  if (definition.output_type === "generate_until") return { id, prompt, target };
  const bare = expressions.choices?.(fields) ?? [];
  const twice = bare.find((choice, i) => bare.indexOf(choice) !== i);
  if (twice !== undefined) throw new Error(`two choices are the same: "${twice}"`);
  if (bare.length < 2) throw new Error(`a question needs two choices or more, found ${bare.length}`);
  const gold = Number(target);
  // Number("") is 0: a question without its answer must not be given the first choice as the right one.
  if (!/^\d+$/.test(target) || gold >= bare.length) {
    throw new Error(`doc_to_target gave "${target}", which is not the index of one of ${bare.length} choices`);
  }
  return { id, prompt, target: String(gold), choices: bare.map((choice) => definition.target_delimiter + choice) };
}

/** A field's own value where the text is a field's name; otherwise a Jinja template. */
function template(source: string, key: string): (fields: Fields) => string {
  const compiled = compile(source, key);
  const needed = fieldNames(source);
  const lacks = (name: string, fields: Fields): Error =>
    new Error(`${key} uses the field "${name}", which this question lacks; it has ${Object.keys(fields).join(", ")}`);
  return (fields) => {
    if (source in fields) return plainText(fields[source], source);
    if (/^\w+$/.test(source)) throw lacks(source, fields);
    const missing = needed.find((name) => !(name in fields));
    if (missing !== undefined) throw lacks(missing, fields);
    for (const name of needed) if (fields[name] === null) throw new Error(`the field "${name}" is null`);
    return compiled.render({ ...fields });
  };
}

/**
 * lm-eval's environment keeps a newline at the end of a template and the white space around its blocks. The library drops
 * one newline at the end and trims around blocks, as chat templates want, so the source is parsed without that.
 */
function compile(source: string, key: string): Template {
  try {
    const compiled = new Template("");
    compiled.parsed = parse(tokenize(`${source}\n`));
    return compiled;
  } catch (cause) {
    throw new Error(`${key} is not a usable template: ${(cause as Error).message}`, { cause });
  }
}

/** Names that stand alone or first in a `{{ ... }}`, but for those the template itself binds. */
function fieldNames(source: string): string[] {
  const bound = new Set(["loop", "true", "false", "none", "True", "False", "None", "namespace", "range"]);
  for (const [, names = ""] of source.matchAll(/\{%-?\s*(?:for|set)\s+([\w\s,]+?)\s*(?:\bin\b|=|%\})/g)) {
    for (const name of names.split(",")) bound.add(name.trim());
  }
  return [...source.matchAll(/\{\{-?\s*([A-Za-z_]\w*)\s*(?=[}|.[\s-])/g)]
    .map((match) => match[1] as string)
    .filter((name) => !bound.has(name));
}

function plainText(value: unknown, field: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`the field "${field}" must be text or a number, found ${JSON.stringify(value)}`);
}

function choiceList(source: string | readonly string[]): (fields: Fields) => string[] {
  if (typeof source !== "string") {
    const templates = source.map((text) => template(text, "doc_to_choice"));
    return (fields) => templates.map((render) => render(fields));
  }
  return (fields) => {
    const value = fields[source];
    if (!Array.isArray(value))
      throw new Error(
        `doc_to_choice names the field "${source}", which must hold a list, found ${JSON.stringify(value) ?? "nothing"}`,
      );
    return value.map((choice) => plainText(choice, source));
  };
}
