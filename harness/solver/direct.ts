import { isDeepStrictEqual } from "node:util";
import type { Engine, LoadedModel, LogLikelihood } from "../engine/engine.ts";
import type { Output } from "../observation.ts";
import type { Question } from "../task.ts";

/** The limits of a generated answer. */
export interface Limits {
  readonly maxTokens: number;
  /** Texts that end an answer; the answer is what stands before the first of them. */
  readonly stops: readonly string[];
}

/** Moments inside an answer, told as they happen so that whoever measures can look at a clock. */
export type Moment = "tokenized" | "token";

export interface Asked {
  readonly output: Output;
  readonly promptTokens: number;
}

/** Tokens a model may write along with the last of a stop string. */
const SPARE_TOKENS = 8;

/** Asks a question once, as it stands: by generation, or by the likelihood of each choice when it has choices. */
export async function direct(
  model: LoadedModel,
  question: Question,
  limits: Limits,
  on: (moment: Moment) => void,
): Promise<Asked> {
  return question.choices === undefined
    ? generate(model, question.prompt, limits, on)
    : choose(model, question.prompt, question.choices, on);
}

async function generate(
  { engine, tokenizer }: LoadedModel,
  text: string,
  limits: Limits,
  on: (moment: Moment) => void,
): Promise<Asked> {
  const prompt = tokenizer.encode(text);
  on("tokenized");
  if (prompt.length === 0) throw noTokens();
  const room = engine.context - prompt.length;
  if (room < 1) throw tooLong(prompt.length, engine.context);
  const written: number[] = [];
  // A byte is the least that a token spells, so no stop string is longer than this many tokens.
  const tail = SPARE_TOKENS + Math.max(0, ...limits.stops.map((stop) => Buffer.byteLength(stop)));
  let stoppedAt: string | undefined;
  const completion = await engine.generate(prompt, { maxTokens: Math.min(limits.maxTokens, room) }, (token) => {
    on("token");
    written.push(token);
    // Only the tail can hold a new stop; decoding everything at every token would cost the square of the length.
    if (beforeStop(tokenizer.decode(written.slice(-tail)), limits.stops) === undefined) return "continue";
    stoppedAt = beforeStop(tokenizer.decode(written), limits.stops);
    return stoppedAt === undefined ? "continue" : "stop";
  });
  return {
    output: {
      type: "generation",
      text: stoppedAt ?? tokenizer.decode(completion.tokens),
      tokens: [...completion.tokens],
      finish: completion.finish,
    },
    promptTokens: prompt.length,
  };
}

/** The text before the earliest stop string, if one has been written. */
export function beforeStop(text: string, stops: readonly string[]): string | undefined {
  const at = Math.min(...stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0));
  return Number.isFinite(at) ? text.slice(0, at) : undefined;
}

async function choose(
  { engine, tokenizer }: LoadedModel,
  prompt: string,
  choices: readonly string[],
  on: (moment: Moment) => void,
): Promise<Asked> {
  const pairs = choices.map((choice) => tokenizer.encodePair(prompt, choice));
  on("tokenized");
  const empty = pairs.findIndex((pair) => pair.continuation.length === 0);
  if (empty >= 0) {
    // It would score ln 1 = 0 and beat every other choice.
    throw new RangeError(
      `choice "${choices[empty]}" has no token of its own: the tokenizer joins it with the end of the prompt`,
    );
  }
  if (pairs.some((pair) => pair.context.length === 0)) throw noTokens();
  const longest = Math.max(...pairs.map((pair) => pair.context.length + pair.continuation.length));
  if (longest > engine.context) throw tooLong(longest, engine.context);
  const { scores, promptTokens } = await scoreChoices(engine, pairs);
  const odd = scores.findIndex((score) => !Number.isFinite(score.sum));
  if (odd >= 0)
    throw new RangeError(`the log-likelihood of choice "${choices[odd]}" is ${scores[odd]?.sum}, not a finite number`);
  return {
    output: {
      type: "likelihoods",
      choices: scores.map((score, i) => ({
        log_likelihood: score.sum,
        tokens: (pairs[i] as Pair).continuation.length,
        greedy: score.greedy,
      })),
    },
    promptTokens,
  };
}

type Pair = ReturnType<LoadedModel["tokenizer"]["encodePair"]>;

/**
 * All choices after one reading of the context they share. A tokenizer that joins the end of the prompt with the
 * beginning of a choice leaves them different contexts, and each is then read by itself.
 */
async function scoreChoices(
  engine: Engine,
  pairs: readonly Pair[],
): Promise<{ scores: LogLikelihood[]; promptTokens: number }> {
  const continuationTokens = pairs.reduce((sum, pair) => sum + pair.continuation.length, 0);
  const [first] = pairs as [Pair];
  if (pairs.every((pair) => isDeepStrictEqual(pair.context, first.context))) {
    const scores = await engine.score(
      first.context,
      pairs.map((pair) => pair.continuation),
    );
    return { scores, promptTokens: first.context.length + continuationTokens };
  }
  const scores = [];
  for (const pair of pairs) scores.push(...(await engine.score(pair.context, [pair.continuation])));
  return { scores, promptTokens: pairs.reduce((sum, pair) => sum + pair.context.length, continuationTokens) };
}

function noTokens(): Error {
  return new RangeError("the prompt has no tokens, and the model no beginning-of-text token");
}

function tooLong(tokens: number, context: number): Error {
  return new RangeError(`${tokens} tokens do not fit the model's context of ${context}`);
}
