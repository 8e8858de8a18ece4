import { isDeepStrictEqual } from "node:util";
import { pythonRandom } from "../../stats/pythonrandom.ts";
import { present } from "../../present.ts";
import type { TaskDefinition } from "../../task.ts";
import { exampleText } from "./prompt.ts";
import { docReader, fieldText } from "./reading.ts";
import type { Fields } from "../rows/row.ts";

/** The split that examples come from, unless the task writes them itself; as lm-eval chooses it. */
export function fewshotSplitOf(definition: TaskDefinition): string | undefined {
  const { fewshot_config, fewshot_split, training_split, validation_split, test_split } = definition;
  const named = fewshot_config?.split ?? fewshot_split ?? undefined;
  if (named !== undefined || fewshot_config?.samples === undefined) {
    return named ?? training_split ?? validation_split ?? test_split ?? "test";
  }
  return undefined;
}

/** Examples to stand before a question. */
export type Examples = (asked: Fields) => string;

/**
 * Draws a task's examples as lm-eval does: one stream of Python's generator for the whole task, advanced once a question in the
 * questions' order. Where the questions may be among the examples one more is drawn, and the question itself left out; lm-eval takes
 * them for that also where neither split has a name.
 */
export function exampleSampler(definition: TaskDefinition, pool: readonly Fields[], seed: number): Examples {
  const count = definition.num_fewshot ?? 0;
  if (count === 0) return () => "";
  const own = definition.fewshot_config ?? {};
  const docs = own.fewshot_indices === undefined ? pool : own.fewshot_indices.map((index) => at(pool, index));
  const mayHoldAsked = (own.split ?? definition.fewshot_split ?? null) === (definition.test_split ?? null);
  const wanted = count + (mayHoldAsked ? 1 : 0);
  if (docs.length < wanted) {
    throw new Error(`num_fewshot ${count} needs ${wanted} examples to choose from, and there are ${docs.length}`);
  }
  const random = pythonRandom(seed);
  const without = (asked: Fields, among: readonly Fields[]): Fields[] =>
    mayHoldAsked ? among.filter((doc) => !isDeepStrictEqual(doc, asked)) : [...among];
  const draw = (asked: Fields): readonly Fields[] => {
    if (own.sampler === "first_n") return firstWithout(mayHoldAsked ? asked : undefined, docs, count);
    const drawn = without(asked, random.sample(docs, wanted)).slice(0, count);
    // The question may have stood there more than once.
    return drawn.length === count ? drawn : random.sample(without(asked, docs), count);
  };
  const write = exampleWriter(definition);
  return (asked) => draw(asked).map(write).join("");
}

function firstWithout(asked: Fields | undefined, docs: readonly Fields[], count: number): Fields[] {
  const first: Fields[] = [];
  for (let i = 0; i < docs.length && first.length < count; i++) {
    const doc = docs[i] as Fields;
    if (asked === undefined || !isDeepStrictEqual(doc, asked)) first.push(doc);
  }
  return first;
}

function at(pool: readonly Fields[], index: number): Fields {
  const doc = pool[index];
  if (doc === undefined) throw new Error(`fewshot_indices names example ${index}, and there are ${pool.length}`);
  return doc;
}

function exampleWriter(definition: TaskDefinition): (fields: Fields) => string {
  const own = definition.fewshot_config ?? {};
  const read = docReader(
    present({
      doc_to_text: own.doc_to_text ?? definition.doc_to_text,
      doc_to_target: own.doc_to_target ?? definition.doc_to_target,
      doc_to_choice: own.doc_to_choice ?? definition.doc_to_choice,
    }),
  );
  const prefix = own.gen_prefix ?? definition.gen_prefix;
  const prefixOf = prefix === undefined ? () => "" : fieldText(prefix, "gen_prefix", "itself");
  const delimiters = {
    target_delimiter: own.target_delimiter ?? definition.target_delimiter,
    fewshot_delimiter: own.fewshot_delimiter ?? definition.fewshot_delimiter,
  };
  return (fields) => exampleText(read(fields), delimiters, prefixOf(fields));
}
