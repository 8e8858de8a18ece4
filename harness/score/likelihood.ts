import type { MetricName } from "../metric.ts";
import type { Output } from "../observation.ts";
import type { Metric, Question, TaskDefinition } from "../task.ts";
import type { Score } from "./aggregate.ts";
import { brierTerm, chosenBy, type HeldChoices, isGreedilyRight, probabilityMass, utf8Bytes } from "./choice.ts";
import { pieceCount } from "./whitespace.ts";

type Likelihoods = Extract<Output, { type: "likelihoods" }>;

/** What a model held of the choices, beside the choices as the task has them. */
export function heldChoices(definition: TaskDefinition, question: Question, { choices }: Likelihoods): HeldChoices {
  const unconditional = choices.flatMap((choice) => choice.unconditional ?? []);
  return {
    texts: bareChoices(definition, question),
    logLikelihoods: choices.map((choice) => choice.log_likelihood),
    greedy: choices.map((choice) => choice.greedy),
    // A target that is no index is right of no choice; Number("") would be 0.
    right: (question.targets ?? [question.target]).flatMap((target) => (/^\d+$/.test(target) ? Number(target) : [])),
    ...(unconditional.length === choices.length && { unconditional }),
  };
}

/** What lm-eval measures a choice by: its text in the task, which stands in the prompt where the choices are contexts. */
function bareChoices({ target_delimiter }: TaskDefinition, { contexts, choices = [] }: Question): readonly string[] {
  return (
    contexts ??
    choices.map((choice) => (choice.startsWith(target_delimiter) ? choice.slice(target_delimiter.length) : choice))
  );
}

/** Of choices: credit, a loss, or the label that was taken beside the right one. */
export function choiceScore({ metric }: Metric, question: Question, held: HeldChoices): Score | undefined {
  const value = OF_CHOICES[metric]?.(held);
  if (value !== undefined) return { value: Number(value) };
  const chosen = chosenBy(metric, held);
  if (chosen === undefined) return undefined;
  return metric === "f1"
    ? { value: chosen, gold: onlyRight(question, held) }
    : { value: Number(held.right.includes(chosen)) };
}

/** Metrics that take no choice. */
const OF_CHOICES: Partial<Record<MetricName, (held: HeldChoices) => boolean | number>> = {
  exact_match: isGreedilyRight,
  brier_score: brierTerm,
  probability_mass: probabilityMass,
};

function onlyRight({ id }: Question, { right }: HeldChoices): number {
  const [gold] = right;
  if (gold !== undefined && right.length === 1) return gold;
  throw new RangeError(
    `cannot take the F1 of labels: question "${id}" has ${right.length} right choices, and one is needed`,
  );
}

/** Of one continuation: ln p, or whether greedy decoding would have written it. */
export function continuationScore({ metric }: Metric, { choices: [held] }: Likelihoods): Score | undefined {
  if (held === undefined) return undefined;
  if (metric === "perplexity") return { value: held.log_likelihood };
  return metric === "acc" ? { value: Number(held.greedy) } : undefined;
}

/** ln p of a whole text with the words, UTF-8 bytes or tokens that it is spread over. */
export function rollingScore(
  { metric }: Metric,
  question: Question,
  { choices: [held] }: Likelihoods,
): Score | undefined {
  if (held === undefined) return undefined;
  const weight = SPREAD[metric]?.(question.counted ?? question.target, held.tokens);
  return weight === undefined ? undefined : { value: held.log_likelihood, weight };
}

const SPREAD: Partial<Record<MetricName, (text: string, tokens: number) => number>> = {
  word_perplexity: pieceCount,
  byte_perplexity: utf8Bytes,
  bits_per_byte: utf8Bytes,
  token_perplexity: (_, tokens) => tokens,
};
