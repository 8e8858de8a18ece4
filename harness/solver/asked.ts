import type { Completion, Sampling } from "../engine/engine.ts";
import type { Output } from "../observation.ts";
import { seedFrom } from "../stats/random.ts";

/** The limits of a generated answer. */
export interface Limits {
  readonly maxTokens: number;
  /** Texts that end an answer; the answer is what stands before the first of them. */
  readonly stops: readonly string[];
  /** Absent: the likeliest token each time. */
  readonly sampling?: Sampling;
}

/** Another way of answering: what is put in place of the end of the prompt, and how much may be written before the answer. */
export interface Style {
  readonly cue: string;
  readonly maxTokens: number;
}

/**
 * Moments inside an answer, told as they happen so that whoever measures can look at a clock. Every call of a model begins with
 * `tokenized`.
 */
export type Moment = "tokenized" | "token";

/** What a model wrote after a text, in one call. */
export interface Writing {
  /** Up to, not including, the stop string that ended it. */
  readonly text: string;
  readonly tokens: number[];
  readonly finish: Completion["finish"];
  /** Tokens fed to the model. */
  readonly promptTokens: number;
  /** Tokens at the beginning of the prompt that the model's context has no room for. */
  readonly truncatedTokens: number;
}

export interface Asked {
  readonly output: Output;
  /** Tokens fed to the model, in all calls. */
  readonly promptTokens: number;
  /** Tokens at the beginning of a prompt that the model's context has no room for: of the call that lost most. */
  readonly truncatedTokens: number;
}

export type Listener = (moment: Moment) => void;

/** The last of the writings as the answer; those before it are kept. */
export function askedOf(writings: readonly [Writing, ...Writing[]]): Asked {
  const before = writings.slice(0, -1).map(generated);
  const last = generated(writings.at(-1) as Writing);
  return {
    output: { type: "generation", ...last, ...(before.length > 0 && { before }) },
    ...tokensOf(writings),
  };
}

/** What an output keeps of a writing. */
export function generated({ text, tokens, finish }: Writing): Pick<Writing, "text" | "tokens" | "finish"> {
  return { text, tokens, finish };
}

/** Of all calls of an answer. */
export function tokensOf(writings: readonly Writing[]): Pick<Asked, "promptTokens" | "truncatedTokens"> {
  return {
    promptTokens: writings.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    truncatedTokens: Math.max(...writings.map(({ truncatedTokens }) => truncatedTokens)),
  };
}

/** The limits of a question's further calls, from 1: each draws its own tokens, and the first those of a single call. */
export function ofCall<T extends Pick<Limits, "sampling">>(call: number, limits: T): T {
  const { sampling } = limits;
  if (sampling === undefined || call === 0) return limits;
  return { ...limits, sampling: { ...sampling, seed: seedFrom(sampling.seed, `call ${call}`) } };
}
