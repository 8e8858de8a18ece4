import type { LoadedModel } from "../engine/engine.ts";
import { present } from "../present.ts";
import type { Limits, Listener, Writing } from "./asked.ts";

/** Tokens a model may write along with the last of a stop string. */
const SPARE_TOKENS = 8;

/** One generation: tells when the prompt was tokenised, and every token. */
export async function write(
  { engine, tokenizer }: LoadedModel,
  text: string,
  limits: Limits,
  on: Listener,
): Promise<Writing> {
  const whole = tokenizer.encode(text);
  on("tokenized");
  if (whole.length === 0) throw new RangeError("the prompt has no tokens, and the model no beginning-of-text token");
  const maxTokens = roomToWrite(limits.maxTokens, engine.context);
  const prompt = whole.slice(-(engine.context - maxTokens));
  const written: number[] = [];
  // A byte is the least that a token spells, so no stop string is longer than this many tokens.
  const tail = SPARE_TOKENS + Math.max(0, ...limits.stops.map((stop) => Buffer.byteLength(stop)));
  let stoppedAt: string | undefined;
  const options = present({ maxTokens, sampling: limits.sampling });
  const completion = await engine.generate(prompt, options, (token) => {
    on("token");
    written.push(token);
    // Only the tail can hold a new stop; decoding everything at every token would cost the square of the length.
    if (beforeStop(tokenizer.decode(written.slice(-tail)), limits.stops) === undefined) return "continue";
    stoppedAt = beforeStop(tokenizer.decode(written), limits.stops);
    return stoppedAt === undefined ? "continue" : "stop";
  });
  return {
    text: stoppedAt ?? tokenizer.decode(completion.tokens),
    tokens: [...completion.tokens],
    finish: completion.finish,
    promptTokens: prompt.length,
    truncatedTokens: whole.length - prompt.length,
  };
}

/**
 * Tokens that an answer may have. The prompt loses its beginning to leave room for all of them, as in lm-eval (`HFLM.generate_until`);
 * where the context does not hold so many even without a prompt, which lm-eval refuses, prompt and answer have half of it each.
 */
function roomToWrite(maxTokens: number, context: number): number {
  return maxTokens < context ? maxTokens : Math.floor(context / 2);
}

/** The text before the earliest stop string, if one has been written. */
export function beforeStop(text: string, stops: readonly string[]): string | undefined {
  const at = Math.min(...stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0));
  return Number.isFinite(at) ? text.slice(0, at) : undefined;
}
