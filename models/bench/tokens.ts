import { seeded } from "../../harness/stats/random.ts";

/** What a runner reads: a prompt at once, then tokens one by one. */
export interface Reading {
  readonly threads: number;
  /** Tokens of a prompt. */
  readonly prompt: number;
  /** Tokens after it. */
  readonly tokens: number;
  readonly vocabulary: number;
  /** Rows that are read together, 1 if not given. Rates count the tokens of all rows. */
  readonly batch?: number;
}

/** Token ids that are the same at every call, so that all runners read the same; no two rows are alike. */
export interface Tokens {
  /** [batch, prompt] */
  readonly prompt: Uint32Array;
  /** [batch], for each token after the prompt. */
  readonly steps: readonly Uint32Array[];
}

export function randomTokens({ prompt, tokens, vocabulary, batch = 1 }: Reading): Tokens {
  const random = seeded(1);
  const ids = (length: number): Uint32Array => Uint32Array.from({ length }, () => Math.floor(random() * vocabulary));
  return { prompt: ids(batch * prompt), steps: Array.from({ length: tokens }, () => ids(batch)) };
}
