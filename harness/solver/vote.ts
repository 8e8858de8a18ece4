import type { LoadedModel } from "../engine/engine.ts";
import { type Question, type SamplingSettings, samplingOf, type TaskDefinition } from "../task.ts";
import { type Asked, generated, type Limits, type Listener, ofCall, tokensOf, type Writing } from "./asked.ts";
import { write } from "./write.ts";

/** Wang et al. 2022, arXiv 2203.11171, which draws at 0.5 to 0.7. */
const TEMPERATURE = 0.7;

/** How a vote's answers are drawn: as the task draws, or else at its temperature above 0, or else at 0.7. */
export function drawingOf(definition: TaskDefinition): SamplingSettings {
  const own = definition.generation_kwargs ?? { max_gen_toks: 256 };
  const drawn = { ...own, do_sample: true, temperature: own.temperature || TEMPERATURE };
  return samplingOf(definition) ?? (samplingOf({ ...definition, generation_kwargs: drawn }) as SamplingSettings);
}

/**
 * Draws several answers to the same prompt (self-consistency). Which of them wins is found after the task's filters, by whoever
 * judges: until then the first stands for all.
 */
export async function vote(
  model: LoadedModel,
  { prompt }: Question,
  draws: number,
  limits: Limits,
  on: Listener,
): Promise<Asked> {
  if (limits.sampling === undefined) {
    throw new RangeError(`cannot vote over ${draws} answers of the likeliest tokens: they would all be the same`);
  }
  const writings: Writing[] = [];
  for (let draw = 0; draw < draws; draw++) writings.push(await write(model, prompt, ofCall(draw, limits), on));
  const drafts = writings.map(generated);
  return {
    output: { type: "generation", ...generated(writings[0] as Writing), drafts },
    ...tokensOf(writings),
  };
}
