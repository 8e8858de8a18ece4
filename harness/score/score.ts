import type { MetricName } from "../metric.ts";
import type { Output } from "../observation.ts";
import { creditMetricOf, type FilterStep, type Metric, type Question, type TaskDefinition } from "../task.ts";
import type { Share } from "../units.ts";
import type { Score } from "./aggregate.ts";
import { argmax, chosenBy } from "./choice.ts";
import { applyFilters, isVote, mostCommon, pipelinesOf } from "./filters.ts";
import { choiceScore, continuationScore, heldChoices, rollingScore } from "./likelihood.ts";
import { contains, exactMatch, numeric, wordF1 } from "./text.ts";

export { aggregate, type Score } from "./aggregate.ts";

type Generation = Extract<Output, { type: "generation" }>;

/** What an answer was taken to be, and what it is worth. The two stay together so that a doubter can see both. */
export interface Verdict {
  readonly extracted: string;
  /** Absent where the task has no metric that gives any. */
  readonly credit?: Share;
}

/**
 * Judges an answer by the task's first metric that gives credit and its first pipeline. Pure: a better scorer is a new
 * report, not a new run.
 *
 * @param siblings all outputs of the same question in the order of trials, this one among them
 */
export function judge(
  definition: TaskDefinition,
  question: Question,
  output: Output,
  siblings: readonly Output[] = [output],
): Verdict {
  const metric = creditMetricOf(definition);
  const [{ steps }] = pipelinesOf(definition);
  const taken = extractedOf(definition, steps, output, siblings);
  if (metric === undefined) return { extracted: taken };
  const chosen = chosenOf(metric, definition, question, output);
  const extracted = chosen === undefined ? taken : String(chosen);
  const score = scoreOf(metric, definition, question, output, taken);
  return score === undefined ? { extracted } : { extracted, credit: score.value };
}

/** The choice that the metric itself takes, which need not be the likeliest. */
function chosenOf(
  { metric }: Metric,
  definition: TaskDefinition,
  question: Question,
  output: Output,
): number | undefined {
  const isChoice = output.type === "likelihoods" && definition.output_type === "multiple_choice";
  return isChoice ? chosenBy(metric, heldChoices(definition, question, output)) : undefined;
}

/**
 * What an answer was taken to be: of text what the filters leave (of a vote: what they leave of most drafts, the first of equals), of choices the index of the likeliest, of one continuation
 * whether greedy decoding would have written it, of a text as a whole nothing.
 *
 * @param siblings all outputs of the same question in the order of trials, this one among them: they vote where the filters say so
 */
export function extractedOf(
  definition: TaskDefinition,
  steps: readonly FilterStep[],
  output: Output,
  siblings: readonly Output[] = [output],
): string {
  if (output.type === "generation") return filtered(steps, output, siblings);
  switch (definition.output_type) {
    case "generate_until":
    case "multiple_choice":
      return String(argmax(output.choices.map((choice) => choice.log_likelihood)));
    case "loglikelihood":
      return String(output.choices[0]?.greedy === true);
    case "loglikelihood_rolling":
      return "";
  }
}

function filtered(steps: readonly FilterStep[], output: Generation, siblings: readonly Output[]): string {
  const voters = isVote(steps) ? siblings.filter((one) => one.type === "generation") : [output];
  const written = voters.map(draftsOf);
  const own = voters.indexOf(output);
  const start = written.slice(0, own).flat().length;
  const read = applyFilters(written.flat(), steps).slice(start, start + draftsOf(output).length);
  const text = own < 0 ? undefined : mostCommon(read);
  if (text !== undefined) return text;
  throw new RangeError(`cannot filter the answer "${output.text}": it is not among its siblings`);
}

/** The texts of an answer that vote, each filtered by itself; its own where there is no vote. */
function draftsOf({ text, drafts }: Generation): readonly string[] {
  return drafts?.map((draft) => draft.text) ?? [text];
}

/**
 * One question's part of a metric. Absent where the metric is not of answers like this one, or where it asks for likelihoods
 * after nothing and the output has none.
 *
 * @param extracted what `extractedOf` a pipeline gave; choices are scored without it
 */
export function scoreOf(
  metric: Metric,
  definition: TaskDefinition,
  question: Question,
  output: Output,
  extracted: string,
): Score | undefined {
  if (output.type === "generation") return textScore(metric, extracted, question.targets ?? [question.target]);
  switch (definition.output_type) {
    case "generate_until":
      return undefined;
    case "multiple_choice":
      return choiceScore(metric, question, heldChoices(definition, question, output));
    case "loglikelihood":
      return continuationScore(metric, output);
    case "loglikelihood_rolling":
      return rollingScore(metric, question, output);
  }
}

function textScore(metric: Metric, text: string, references: readonly string[]): Score | undefined {
  const value = OF_TEXT[metric.metric]?.(text, references, metric);
  return value === undefined ? undefined : { value: Number(value) };
}

type TextMetric = (text: string, references: readonly string[], ignored: Metric) => boolean | Share;
const OF_TEXT: Partial<Record<MetricName, TextMetric>> = { exact_match: exactMatch, contains, numeric, f1: wordF1 };
