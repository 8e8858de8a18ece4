import type { LoadedModel } from "../engine/engine.ts";
import type { Question } from "../task.ts";
import { type Asked, askedOf, type Limits, type Listener, ofCall, type Style } from "./asked.ts";
import { limitsBefore, partsOf } from "./prompt.ts";
import { write } from "./write.ts";

/** For tasks without a cue of their own: Kojima et al. 2022, arXiv 2205.11916. */
const USUAL_STEPS: Style = { cue: "\nLet's think step by step.", maxTokens: 256 };

/**
 * Lets a model write steps before it answers. The cue stands where the prompt's last line asked for the answer; after the steps that
 * line comes back, and a second call, which reads everything again, answers under the task's own limits: whatever the steps
 * look like, the answer is as easy to find as a direct one.
 */
export async function steps(
  model: LoadedModel,
  { prompt }: Question,
  limits: Limits,
  on: Listener,
  style: Style = USUAL_STEPS,
): Promise<Asked> {
  const parts = partsOf(prompt);
  const asking = parts.stem + style.cue;
  const thought = await write(model, asking, limitsBefore(parts, style, limits), on);
  const answer = await write(model, asking + thought.text.trimEnd() + parts.marker, ofCall(1, limits), on);
  return askedOf([thought, answer]);
}
