import { z } from "zod";

/** How an answer is taken from a model, in lm-eval's words. */
export const OutputType = z.enum(["generate_until", "multiple_choice", "loglikelihood", "loglikelihood_rolling"]);
export type OutputType = z.infer<typeof OutputType>;

/** What questions' scores become together, in lm-eval's words. */
export const Aggregation = z.enum([
  "mean",
  "perplexity",
  "weighted_perplexity",
  "bits_per_byte",
  "brier_score",
  "f1",
  "bypass",
]);
export type Aggregation = z.infer<typeof Aggregation>;

/** What is known of a metric before any answer. */
interface MetricFacts {
  /** Ways of answering that it can score. */
  readonly of: readonly OutputType[];
  readonly aggregation: Aggregation;
  readonly better: "higher" | "lower";
  /** Whether a question's score is credit, 0 to 1, that sums up to correct answers. */
  readonly isCredit: boolean;
}

const share = (...of: OutputType[]): MetricFacts => ({ of, aggregation: "mean", better: "higher", isCredit: true });
const loss = (aggregation: Aggregation, ...of: OutputType[]): MetricFacts => ({
  of,
  aggregation,
  better: "lower",
  isCredit: false,
});

/** Every metric. Those after `bits_per_byte` are our own, or lm-eval's with a meaning that it gives in code. */
export const METRICS = {
  acc: share("multiple_choice", "loglikelihood"),
  /** Log-likelihoods over the choice's length in code points. */
  acc_norm: share("multiple_choice"),
  /** Log-likelihoods over the choice's length in bytes of UTF-8. */
  acc_bytes: share("multiple_choice"),
  /** Log-likelihoods less those of the choice after nothing. */
  acc_mutual_info: share("multiple_choice"),
  /** Of choices: whether greedy decoding would have written a right one. */
  exact_match: share("generate_until", "multiple_choice"),
  /** Of choices: of the labels of the whole set, with 1 the positive one. Of text: words shared with the nearest reference, as SQuAD counts them. */
  f1: { ...share("generate_until", "multiple_choice"), aggregation: "f1" },
  /** Sum over choices of (probability - truth)^2: 0 to 2. */
  brier_score: loss("brier_score", "multiple_choice"),
  /** Of one continuation a question, not weighted by its length. */
  perplexity: loss("perplexity", "loglikelihood"),
  word_perplexity: loss("weighted_perplexity", "loglikelihood_rolling"),
  byte_perplexity: loss("weighted_perplexity", "loglikelihood_rolling"),
  bits_per_byte: loss("bits_per_byte", "loglikelihood_rolling"),
  /** Of the model's own tokens: not comparable between vocabularies. */
  token_perplexity: loss("weighted_perplexity", "loglikelihood_rolling"),
  /** Probability of the right choices over that of all: the `acc` of truthfulqa_mc2. */
  probability_mass: share("multiple_choice"),
  /** Whether the text holds a reference. */
  contains: share("generate_until"),
  /** Equality of numbers: "29.00" is 29. */
  numeric: share("generate_until"),
  /** Answers are recorded and not scored. */
  bypass: { ...loss("bypass", ...OutputType.options), better: "higher" },
} as const satisfies Record<string, MetricFacts>;

export type MetricName = keyof typeof METRICS;
export const MetricName = z.enum(Object.keys(METRICS) as [MetricName, ...MetricName[]]);

export function factsOf(metric: MetricName): MetricFacts {
  return METRICS[metric];
}

/** How scores of this metric come together: the F1 of text is a mean over questions, of labels it is one figure of all. */
export function aggregationOf(metric: MetricName, type: OutputType): Aggregation {
  return metric === "f1" && type === "generate_until" ? "mean" : METRICS[metric].aggregation;
}

export function isCredit(metric: MetricName, type: OutputType): boolean {
  return METRICS[metric].isCredit && aggregationOf(metric, type) === "mean";
}

/** What lm-eval reports of a task that names no metric. */
export const DEFAULT_METRICS: Readonly<Record<OutputType, readonly MetricName[]>> = {
  generate_until: ["exact_match"],
  multiple_choice: ["acc", "acc_norm"],
  loglikelihood: ["perplexity", "acc"],
  loglikelihood_rolling: ["word_perplexity", "byte_perplexity", "bits_per_byte"],
};
