import type { TaskDefinition } from "../../task.ts";
import { isFieldNumber } from "../rows/number.ts";
import { type Fields, shownField } from "../rows/row.ts";
import { pythonLiteral } from "../template/literal.ts";
import { textOf } from "../template/print.ts";
import { compileTemplate } from "../template/template.ts";
import { fromPlain } from "../template/values.ts";

/** What a row says under a task's `doc_to_text`, `doc_to_target` and `doc_to_choice`. */
export interface Doc {
  /** A number is the index of the choice that stands in the prompt. */
  readonly text: string | number;
  readonly target: Target;
  /** Bare: without what stands before them in a prompt. */
  readonly choices?: readonly string[];
}

/** A number is the index of a choice; several are all right. */
export type Target = string | number | readonly (string | number)[];

export type DocKeys = Pick<TaskDefinition, "doc_to_text" | "doc_to_target" | "doc_to_choice">;

/** How to read a row, its templates compiled once. Throws an Error without a place for a row that cannot be read. */
export function docReader(keys: DocKeys): (fields: Fields) => Doc {
  const hasChoices = keys.doc_to_choice !== undefined;
  const text = textReader(keys.doc_to_text, hasChoices);
  const target = targetReader(keys.doc_to_target, hasChoices);
  const choices = keys.doc_to_choice === undefined ? undefined : choiceReader(keys.doc_to_choice);
  return (fields) => {
    const doc = { text: text(fields), target: target(fields) };
    if (choices === undefined) return doc;
    const list = choices(fields);
    return { ...doc, target: typeof doc.text === "number" ? doc.target : withIndexes(doc.target, list), choices: list };
  };
}

/** Digits that are no choice's text are its index: a CSV file has no other way to write a number. */
function withIndexes(target: Target, choices: readonly string[]): Target {
  const one = (part: string | number): string | number =>
    typeof part === "string" && isDigits(part) && !choices.includes(part) ? Number(part) : part;
  return typeof target === "object" ? target.map(one) : one(target);
}

/** The text of a field, or of a template. A single word that is no field is a slip of the pen, or means itself. */
export function fieldText(source: string, key: string, word: "field" | "itself" = "field"): (fields: Fields) => string {
  const read = fieldOrTemplate(source, key, word);
  return (fields) => {
    const found = read(fields);
    return "text" in found ? found.text : plainText(found.field, source);
  };
}

/** A field's own value where the source is a field's name, and otherwise what the template makes of the row. */
function fieldOrTemplate(
  source: string,
  key: string,
  word: "field" | "itself" = "field",
): (fields: Fields) => { readonly field: unknown } | { readonly text: string; readonly value: unknown } {
  const template = compileTemplate(source, key);
  return (fields) => {
    if (Object.hasOwn(fields, source)) return { field: fields[source] };
    // lm-eval would ask this very word of every row.
    if (word === "field" && /^[A-Za-z_]\w*$/.test(source)) {
      throw new Error(
        `${key} uses the field "${source}", which this row lacks; it has ${Object.keys(fields).join(", ")}`,
      );
    }
    const text = template.text(fields);
    return { text, value: template.value(fields) };
  };
}

function textReader(source: string | number, hasChoices: boolean): (fields: Fields) => string | number {
  if (typeof source === "number") return () => source;
  const read = fieldOrTemplate(source, "doc_to_text");
  return (fields) => {
    const found = read(fields);
    if ("text" in found) return hasChoices && isDigits(found.text) ? Number(found.text) : found.text;
    return hasChoices && isIndex(found.field) ? found.field : plainText(found.field, source);
  };
}

function targetReader(source: TaskDefinition["doc_to_target"], hasChoices: boolean): (fields: Fields) => Target {
  if (typeof source !== "string") return () => source;
  const read = fieldOrTemplate(source, "doc_to_target");
  return (fields) => {
    const found = read(fields);
    if ("field" in found) return targetOf(found.field, source, hasChoices);
    if (hasChoices && isDigits(found.text)) return Number(found.text);
    if (Array.isArray(found.value)) return targetOf(found.value, source, hasChoices);
    const list = /^\[[^]*\]$/.test(found.text) ? pythonLiteral(found.text) : undefined;
    return Array.isArray(list) ? targetOf(list, source, hasChoices) : found.text;
  };
}

function targetOf(value: unknown, source: string, hasChoices: boolean): Target {
  if (Array.isArray(value)) {
    if (value.length === 0) throw new Error(`doc_to_target "${source}" gave no answer: an empty list`);
    return value.map((one) => (hasChoices && isIndex(one) ? one : plainText(one, source)));
  }
  // Python's True is 1.
  if (typeof value === "boolean" && hasChoices) return Number(value);
  return hasChoices && isIndex(value) ? value : plainText(value, source);
}

function choiceReader(source: NonNullable<TaskDefinition["doc_to_choice"]>): (fields: Fields) => readonly string[] {
  if (typeof source !== "string") {
    const templates = Object.values(source).map((one) => compileTemplate(one, "doc_to_choice"));
    return (fields) => templates.map((template) => template.text(fields));
  }
  const read = fieldOrTemplate(source, "doc_to_choice");
  return (fields) => {
    const found = read(fields);
    const value = "field" in found ? found.field : found.value;
    if (!Array.isArray(value)) {
      throw new Error(`doc_to_choice "${source}" must give a list, found ${shown(value)}`);
    }
    return value.map((choice) => plainText(choice, source));
  };
}

const isDigits = (text: string): boolean => /^\d+$/.test(text);
const isIndex = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

/** Python's `str(value)`. */
export function plainText(value: unknown, source: string): string {
  if (typeof value === "string" || typeof value === "boolean" || isFieldNumber(value)) return textOf(fromPlain(value));
  throw new Error(`"${source}" must give text or a number, found ${shown(value)}`);
}

function shown(value: unknown): string {
  const text = shownField(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
