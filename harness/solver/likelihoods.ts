import { isDeepStrictEqual } from "node:util";
import type { Engine, LoadedModel, LogLikelihood, Pair, TokenIds } from "../engine/engine.ts";
import { present } from "../present.ts";
import type { Question } from "../task.ts";
import type { Asked, Listener } from "./asked.ts";

/** Likelihood of each choice after its context, and after nothing where the question asks for that. */
export async function likelihoods(
  { engine, tokenizer }: LoadedModel,
  { prompt, choices, contexts, unconditional }: Question & { readonly choices: readonly string[] },
  on: Listener,
): Promise<Asked> {
  const after = choices.map((choice, i) => tokenizer.encodePair(prompt + (contexts?.[i] ?? ""), choice));
  const alone = unconditional ? choices.map((choice) => tokenizer.encodePair("", choice)) : [];
  on("tokenized");
  const pairs = [...after, ...alone];
  for (const [i, pair] of pairs.entries()) requireTokens(pair, choices[i % choices.length] as string, engine);
  const cut = pairs.map((pair) => fitted(pair, engine.context));
  const { scores, promptTokens } = await scorePairs(engine, cut);
  const odd = scores.findIndex((score) => !Number.isFinite(score.sum));
  if (odd >= 0) {
    const choice = choices[odd % choices.length];
    throw new RangeError(`the log-likelihood of choice "${choice}" is ${scores[odd]?.sum}, not a finite number`);
  }
  return {
    output: {
      type: "likelihoods",
      choices: after.map(({ continuation }, i) => {
        const score = scores[i] as LogLikelihood;
        return present({
          log_likelihood: score.sum,
          tokens: continuation.length,
          greedy: score.greedy,
          unconditional: scores[after.length + i]?.sum,
        });
      }),
    },
    promptTokens,
    truncatedTokens: Math.max(...pairs.map((pair, i) => pair.context.length - (cut[i] as Pair).context.length)),
  };
}

function requireTokens({ context, continuation }: Pair, choice: string, engine: Engine): void {
  if (continuation.length === 0) {
    // It would score ln 1 = 0 and beat every other choice.
    throw new RangeError(
      `choice "${choice}" has no token of its own: the tokenizer joins it with the end of the prompt`,
    );
  }
  if (context.length === 0) throw new RangeError("there is no context, and the model has no beginning-of-text token");
  if (continuation.length > engine.context) {
    throw new RangeError(
      `the ${continuation.length} tokens of choice "${choice.slice(0, 40)}" do not fit the model's context of ${engine.context}`,
    );
  }
}

/** The context loses its beginning; the last token of the continuation is never fed (lm-eval `HFLM._loglikelihood_tokens`). */
function fitted({ context, continuation }: Pair, most: number): Pair {
  return { context: context.slice(-(most + 1 - continuation.length)), continuation };
}

/** Continuations that share a context are scored after one reading of it. */
async function scorePairs(
  engine: Engine,
  pairs: readonly Pair[],
): Promise<{ scores: LogLikelihood[]; promptTokens: number }> {
  const scores: LogLikelihood[] = [];
  let promptTokens = pairs.reduce((sum, pair) => sum + pair.continuation.length, 0);
  for (let i = 0; i < pairs.length;) {
    const { context } = pairs[i] as Pair;
    const different = pairs.findIndex((pair, at) => at > i && !isDeepStrictEqual(pair.context, context));
    const end = different < 0 ? pairs.length : different;
    const continuations = pairs.slice(i, end).map((pair) => pair.continuation);
    scores.push(...(await engine.score(context, continuations)));
    promptTokens += context.length;
    i = end;
  }
  return { scores, promptTokens };
}

/**
 * Likelihood of a whole text: of every token after those before it, as far back as the model's context reaches. A beginning-of-text token
 * that the tokenizer puts before a text is predicted as well, after the prefix, as lm-eval does (`HFLM.loglikelihood_rolling`).
 */
export async function rollingLikelihood(
  { engine, tokenizer }: LoadedModel,
  text: string,
  on: Listener,
): Promise<Asked> {
  const tokens = tokenizer.encode(text);
  on("tokenized");
  if (text === "" || tokens.length === 0) throw new RangeError("the text has no tokens");
  if (tokenizer.prefix === undefined) {
    throw new RangeError("the model has neither a beginning-of-text nor an end-of-text token to begin a text with");
  }
  const windows = rollingWindows(tokens, tokenizer.prefix, engine.context);
  const { scores, promptTokens } = await scorePairs(engine, windows);
  const sum = scores.reduce((total, score) => total + score.sum, 0);
  if (!Number.isFinite(sum)) throw new RangeError(`the log-likelihood of the text is ${sum}, not a finite number`);
  const greedy = scores.every((score) => score.greedy);
  return {
    output: { type: "likelihoods", choices: [{ log_likelihood: sum, tokens: tokens.length, greedy }] },
    promptTokens,
    truncatedTokens: 0,
  };
}

/**
 * Windows that score every token of a text once (lm-eval `get_rolling_token_windows` with a context of one token, made disjoint): the
 * first begins with the prefix, each further one with the token before it, and the last reaches back as far as there is room.
 */
export function rollingWindows(tokens: TokenIds, prefix: number, length: number): Pair[] {
  const windows: Pair[] = [{ context: [prefix], continuation: tokens.slice(0, length) }];
  for (let start = length; start < tokens.length; start += length) {
    const end = Math.min(start + length, tokens.length);
    windows.push({ context: tokens.slice(end - length - 1, start), continuation: tokens.slice(start, end) });
  }
  return windows;
}
