import type { MetricName } from "../metric.ts";

/** The choices of one question with what a model held of each, index by index. */
export interface HeldChoices {
  /** Without the delimiter before them. */
  readonly texts: readonly string[];
  /** ln p of each after the prompt. */
  readonly logLikelihoods: readonly number[];
  /** ln p of each after nothing. */
  readonly unconditional?: readonly number[];
  /** Whether greedy decoding would have written it. */
  readonly greedy: readonly boolean[];
  /** Indexes of the right ones. */
  readonly right: readonly number[];
}

/** Python's `len`: code points, where a string's own length counts UTF-16. */
const codePoints = (text: string): number => Array.from(text).length;
export const utf8Bytes = (text: string): number => Buffer.byteLength(text, "utf8");

/** What each choice is compared by; the largest is taken. */
const COMPARED: Partial<Record<MetricName, (held: HeldChoices) => readonly number[] | undefined>> = {
  acc: ({ logLikelihoods }) => logLikelihoods,
  acc_norm: (held) => per(codePoints, held),
  acc_bytes: (held) => per(utf8Bytes, held),
  acc_mutual_info: ({ logLikelihoods, unconditional }) =>
    unconditional && logLikelihoods.map((ln, i) => ln - (unconditional[i] as number)),
  f1: ({ logLikelihoods }) => logLikelihoods,
};

/** An empty choice has the length 0, and -x / 0 is -Infinity here as in numpy: it never wins. */
function per(length: (text: string) => number, { texts, logLikelihoods }: HeldChoices): number[] {
  return logLikelihoods.map((ln, i) => ln / length(texts[i] as string));
}

/**
 * The choice that a metric takes for the answer. Absent of metrics that take none, and where there are no likelihoods after
 * nothing to subtract.
 */
export function chosenBy(metric: MetricName, held: HeldChoices): number | undefined {
  const values = COMPARED[metric]?.(held);
  return values && argmax(values);
}

/** numpy's: the first of equals, and before all numbers the first NaN. */
export function argmax(values: readonly number[]): number {
  const odd = values.findIndex(Number.isNaN);
  return odd >= 0 ? odd : values.indexOf(Math.max(...values));
}

/** Whether greedy decoding would have written a right one. */
export function isGreedilyRight({ greedy, right }: HeldChoices): boolean {
  return right.some((i) => greedy[i] === true);
}

/**
 * Sum over choices of (probability - truth)^2, 0 to 2 (Brier 1950). Several right choices share the truth equally; lm-eval
 * knows of one.
 */
export function brierTerm({ logLikelihoods, right }: HeldChoices): number {
  const truth = (i: number): number => (right.includes(i) ? 1 / right.length : 0);
  return softmax(logLikelihoods).reduce((sum, p, i) => sum + (p - truth(i)) ** 2, 0);
}

/** Probability of the right choices over that of all, as truthfulqa_mc2 of lm-eval counts it. */
export function probabilityMass({ logLikelihoods, right }: HeldChoices): number {
  return softmax(logLikelihoods).reduce((sum, p, i) => sum + (right.includes(i) ? p : 0), 0);
}

function softmax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
