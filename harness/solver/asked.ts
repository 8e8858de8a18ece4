import type { Sampling } from "../engine/engine.ts";
import type { Output } from "../observation.ts";

/** The limits of a generated answer. */
export interface Limits {
  readonly maxTokens: number;
  /** Texts that end an answer; the answer is what stands before the first of them. */
  readonly stops: readonly string[];
  /** Absent: the likeliest token each time. */
  readonly sampling?: Sampling;
}

/** Moments inside an answer, told as they happen so that whoever measures can look at a clock. */
export type Moment = "tokenized" | "token";

export interface Asked {
  readonly output: Output;
  /** Tokens fed to the model. */
  readonly promptTokens: number;
  /** Tokens at the beginning of the prompt that the model's context has no room for. */
  readonly truncatedTokens: number;
}

export type Listener = (moment: Moment) => void;
