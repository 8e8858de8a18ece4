import { present } from "../../present.ts";
import { metricsOf, type Question, type TaskDefinition } from "../../task.ts";
import type { Examples } from "./fewshot.ts";
import { askedText, choiceAt } from "./prompt.ts";
import { type Doc, docReader, fieldText, plainText, type Target } from "./reading.ts";
import { isFieldNumber } from "../rows/number.ts";
import { type Fields, type Row, shownField } from "../rows/row.ts";

/** How strictly rows are looked at: what only a slip can be in a file of one's own, a published data set may well have. */
export type Care = "own" | "published";

/** How to make a question of a row; the examples before it advance with every call. Errors name the row's place. */
export function questionMaker(definition: TaskDefinition, examples: Examples, care: Care): (row: Row) => Question {
  const make = rendering(definition, examples, care);
  const seen = new Map<string, string>();
  let index = 0;
  return ({ fields, at }) => {
    try {
      const id = idOf(fields["id"], index++, seen, care);
      seen.set(id, at);
      return make(fields, id);
    } catch (cause) {
      throw new Error(`${at}: ${(cause as Error).message}`, { cause });
    }
  };
}

/** The field `id`, or where there is none the place in the file. */
function idOf(value: unknown, index: number, seen: ReadonlyMap<string, string>, care: Care): string {
  const hasId = typeof value === "string" || isFieldNumber(value);
  if (value !== undefined && !hasId && care === "own") {
    throw new Error(`"id" must be text or a number, found ${shownField(value)}`);
  }
  const id = hasId ? plainText(value, "id") : String(index);
  const earlier = seen.get(id);
  if (earlier === undefined) return id;
  if (care === "own" && hasId) throw new Error(`question id "${id}" stands already in ${earlier}`);
  return `${id}#${index}`;
}

function rendering(
  definition: TaskDefinition,
  examples: Examples,
  care: Care,
): (fields: Fields, id: string) => Question {
  const { perjoule } = definition;
  const read = docReader(definition);
  const description = optionalText(definition.description, "description");
  const prefix = optionalText(definition.gen_prefix, "gen_prefix");
  const cluster = perjoule.cluster === undefined ? undefined : fieldText(perjoule.cluster, "perjoule.cluster");
  const counted = perjoule.counted === undefined ? undefined : fieldText(perjoule.counted, "perjoule.counted");
  return (fields, id) => {
    const doc = read(fields);
    const before = description(fields) + examples(fields);
    const question = { id, ...ask(definition, doc, { before, prefix: prefix(fields), care }) };
    return present({ ...question, counted: counted?.(fields), cluster: cluster?.(fields) });
  };
}

function optionalText(source: string | undefined, key: string): (fields: Fields) => string {
  return source === undefined || source === "" ? () => "" : fieldText(source, key, "itself");
}

/** What stands before a question and right before its answer. */
interface Around {
  readonly before: string;
  readonly prefix: string;
  readonly care: Care;
}

/** lm-eval's requests (`ConfigurableTask.construct_requests`), as one question. */
function ask(definition: TaskDefinition, doc: Doc, around: Around): Omit<Question, "id"> {
  const delimiter = definition.target_delimiter;
  const promptOf = (text: string): string => around.before + askedText(text, delimiter, around.prefix);
  switch (definition.output_type) {
    case "generate_until":
      return { prompt: promptOf(singleText(doc)), ...references(writtenTargets(doc)) };
    case "loglikelihood": {
      const target = onlyText(doc.target);
      return { prompt: promptOf(singleText(doc)), target, choices: [target] };
    }
    case "loglikelihood_rolling":
      return { prompt: "", target: onlyText(doc.target), rolling: true };
    case "multiple_choice":
      return typeof doc.text === "number"
        ? choiceOfContexts(doc, doc.text, delimiter, around)
        : choiceOfEndings(definition, doc, promptOf(doc.text), around.care);
  }
}

function singleText({ text, choices }: Doc): string {
  return typeof text === "number" ? choiceAt(choices, text) : text;
}

function onlyText(target: Target): string {
  if (typeof target === "string") return target;
  throw new Error(`doc_to_target must give one text here, found ${JSON.stringify(target)}`);
}

/** With choices, a target that is the index of one stands for its text. */
function writtenTargets({ target, choices }: Doc): string[] {
  const list = Array.isArray(target) ? (target as readonly (string | number)[]) : [target as string | number];
  return list.map((one) => (typeof one === "number" && choices !== undefined ? choiceAt(choices, one) : String(one)));
}

function references(targets: readonly string[]): Pick<Question, "target" | "targets"> {
  const [target = ""] = targets;
  return targets.length > 1 ? { target, targets: [...targets] } : { target };
}

function choiceOfEndings(definition: TaskDefinition, doc: Doc, prompt: string, care: Care): Omit<Question, "id"> {
  const choices = requireChoices(doc, care);
  const list = Array.isArray(doc.target)
    ? (doc.target as readonly (string | number)[])
    : [doc.target as string | number];
  const right = list.map((one) => String(indexOf(one, choices)));
  requireLabels(definition, choices, right);
  const isMutual = metricsOf(definition).some(({ metric }) => metric === "acc_mutual_info");
  return present({
    prompt,
    ...references(right),
    choices: choices.map((choice) => definition.target_delimiter + choice),
    unconditional: isMutual ? (true as const) : undefined,
  });
}

/** The F1 of choices is of two labels. */
function requireLabels(definition: TaskDefinition, choices: readonly string[], right: readonly string[]): void {
  if (!metricsOf(definition).some(({ metric }) => metric === "f1") || (choices.length === 2 && right.length === 1))
    return;
  throw new Error(
    `metric "f1" is of questions with two choices and one right one, found ${choices.length} choices, ${right.length} right`,
  );
}

/** lm-eval's multiple inputs: the choice stands in the context, and what follows is the same for all. */
function choiceOfContexts(
  doc: Doc,
  gold: number,
  delimiter: string,
  { before, prefix, care }: Around,
): Omit<Question, "id"> {
  const contexts = requireChoices(doc, care);
  choiceAt(contexts, gold);
  const ending = delimiter + onlyText(doc.target);
  return {
    prompt: before,
    target: String(gold),
    contexts: contexts.map((context) => askedText(context, "", prefix)),
    choices: contexts.map(() => ending),
  };
}

function requireChoices({ choices = [] }: Doc, care: Care): readonly string[] {
  if (choices.length < 2) throw new Error(`a question needs two choices or more, found ${choices.length}`);
  const twice = choices.find((choice, i) => choices.indexOf(choice) !== i);
  if (twice !== undefined && care === "own") throw new Error(`two choices are the same: "${twice}"`);
  return choices;
}

/** A target that is a choice's own text means that choice; digits that are none of them are an index. */
function indexOf(target: string | number, choices: readonly string[]): number {
  const named = typeof target === "string" ? choices.indexOf(target) : -1;
  // Number("") is 0: a question without its answer must not be given the first choice as the right one.
  const index = named >= 0 ? named : typeof target === "number" || /^\d+$/.test(target) ? Number(target) : NaN;
  if (Number.isInteger(index) && index >= 0 && index < choices.length) return index;
  throw new Error(
    `doc_to_target gave "${target}", which is not the index of one of ${choices.length} choices, nor one of them`,
  );
}
