import type { LoadedModel } from "../engine/engine.ts";
import { type Clock, monotonic, stopwatch } from "../meter/stopwatch.ts";
import { present } from "../present.ts";
import { solve, type Way } from "../solver/solve.ts";
import { seedFrom } from "../stats/random.ts";
import type { Question } from "../task.ts";
import type { Nanoseconds } from "../units.ts";
import type { BlockResult } from "./messages.ts";

type BlockAnswer = BlockResult["answers"][number];

/** Asks one question and notes when what happened. A question that fails is an answer of its own kind, never a throw. */
export async function askOne(
  model: LoadedModel,
  question: Question,
  way: Way,
  clock: Clock = monotonic,
): Promise<BlockAnswer> {
  const submitted = clock();
  const tokens: Nanoseconds[] = [];
  const calls: { tokenized: Nanoseconds; tokens: number }[] = [];
  try {
    const { output, promptTokens, truncatedTokens } = await solve(model, question, ownSeed(way, question), (moment) => {
      const at = clock() - submitted;
      if (moment === "tokenized") calls.push({ tokenized: at, tokens: 0 });
      else {
        tokens.push(at);
        (calls.at(-1) as { tokens: number }).tokens++;
      }
    });
    const latency = clock() - submitted;
    return present({
      outcome: "answered" as const,
      question: question.id,
      output,
      prompt_tokens: promptTokens,
      truncated_tokens: truncatedTokens === 0 ? undefined : truncatedTokens,
      timing: { tokenized: calls[0]?.tokenized ?? 0, tokens, latency, ...(calls.length > 1 && { calls }) },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { outcome: "failed", question: question.id, reason, latency: clock() - submitted };
  }
}

/** What is drawn for a question does not depend on those asked before it. */
function ownSeed(way: Way, { id }: Question): Way {
  const { sampling } = way;
  return sampling === undefined ? way : { ...way, sampling: { ...sampling, seed: seedFrom(sampling.seed, id) } };
}

/**
 * Asks a block of questions one after another inside one measured window, and all of them again until the window is as long as
 * it should be; the answers are the first round's. Inside: tokenisation, inference, stop strings, and the loop that asks.
 * Outside: loading, rendering of prompts, scoring, anything written anywhere.
 */
export async function askBlock(
  model: LoadedModel,
  { questions, least }: { readonly questions: readonly Question[]; readonly least: Nanoseconds },
  way: Way,
  clock: Clock = monotonic,
): Promise<BlockResult> {
  const answers: BlockAnswer[] = [];
  const elapsed = stopwatch(clock);
  for (const question of questions) answers.push(await askOne(model, question, way, clock));
  const isShort = (): boolean => least > 0 && elapsed().wall < least;
  let rounds = 1;
  for (; isShort(); rounds++) {
    for (const question of questions) await askOne(model, question, way, clock);
  }
  return { type: "block", ...elapsed(), rounds, answers };
}
