import type { Completion, GenerateOptions, LogLikelihood, Next, TokenIds } from "./engine.ts";
import { sampler } from "./sample.ts";

/** Rows of next-token logits, for the last so many of the tokens that were fed. */
export interface Logits {
  readonly data: Float32Array;
  readonly rows: number;
  readonly vocabulary: number;
}

/** A place in a text: the logits after the tokens read so far, and how to read more from here. Branches are allowed. */
export interface Position {
  /** Its last row is of this place. */
  readonly logits: Logits;
  /** There will be a row for each of `tokens`. */
  feed(tokens: TokenIds): Promise<Position>;
}

/** One row's slice; negative rows count from the end. Throws a RangeError for a row that was not kept. */
export function row(logits: Logits, index: number): Float32Array {
  const at = index < 0 ? logits.rows + index : index;
  if (at < 0 || at >= logits.rows)
    throw new RangeError(`the graph gave ${logits.rows} rows of logits, and not row ${index}`);
  return logits.data.subarray(at * logits.vocabulary, (at + 1) * logits.vocabulary);
}

/** Index of the largest value, the first of equals. Throws a RangeError when no value is a number above -Infinity. */
export function argmax(values: Float32Array): number {
  let best = 0;
  let top = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > top) {
      top = value;
      best = i;
    }
  }
  if (top === -Infinity)
    throw new RangeError("the model's logits are not numbers: its weights or its graph are broken");
  return best;
}

/** ln softmax(values)[index], summed in double precision. */
export function logSoftmax(values: Float32Array, index: number): number {
  let top = -Infinity;
  for (const value of values) if (value > top) top = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - top);
  return (values[index] as number) - top - Math.log(sum);
}

/**
 * What a model writes after a prompt that has been read: its first choices, or tokens drawn by `options.sampling`. The
 * end-of-text token ends it and is not part of the output.
 */
export async function decode(
  prompt: Position,
  endOfText: ReadonlySet<number>,
  options: GenerateOptions,
  onToken: (token: number) => Next,
): Promise<Completion> {
  const pick = options.sampling === undefined ? argmax : sampler(options.sampling);
  const tokens: number[] = [];
  let position = prompt;
  for (;;) {
    const token = pick(row(position.logits, -1));
    if (endOfText.has(token)) return { tokens, finish: "end_of_text" };
    tokens.push(token);
    if (onToken(token) === "stop") return { tokens, finish: "stop" };
    if (tokens.length >= options.maxTokens) return { tokens, finish: "length" };
    position = await position.feed([token]);
  }
}

/** Log-likelihood of a continuation after a context that has been read. */
export async function likelihood(context: Position, continuation: TokenIds): Promise<LogLikelihood> {
  // Nobody asks what comes after the last token.
  const rest = continuation.length > 1 ? (await context.feed(continuation.slice(0, -1))).logits : undefined;
  let sum = 0;
  let isGreedy = true;
  for (const [i, token] of continuation.entries()) {
    const logits = i === 0 ? row(context.logits, -1) : row(rest as Logits, i - continuation.length);
    sum += logSoftmax(logits, token);
    isGreedy &&= argmax(logits) === token;
  }
  return { sum, greedy: isGreedy };
}
