import type { LoadedModel } from "../engine/engine.ts";
import type { Question } from "../task.ts";
import { type Asked, askedOf, type Limits, type Listener, ofCall, type Style, type Writing } from "./asked.ts";
import { limitsBefore, partsOf } from "./prompt.ts";
import { write } from "./write.ts";

/** What stands before a draft, for tasks without a cue of their own. */
const USUAL_REVIEW: Style = { cue: "\nDraft:", maxTokens: 256 };
const CHECK = "\nCheck:";

/**
 * Lets a model answer, then check that draft and answer again, so many times; the last answer counts. A round is
 * two calls: `<stem><cue> <draft>\nCheck:` gives a check, and after it stands the line by which the prompt asks for its answer. Each
 * round sees the question and the latest answer only.
 */
export async function review(
  model: LoadedModel,
  { prompt }: Question,
  rounds: number,
  limits: Limits,
  on: Listener,
  style: Style = USUAL_REVIEW,
): Promise<Asked> {
  const parts = partsOf(prompt);
  const writings: [Writing, ...Writing[]] = [await write(model, prompt, limits, on)];
  let draft = writings[0].text;
  for (let round = 0; round < rounds; round++) {
    const asking = `${parts.stem}${style.cue}${draft.trimEnd()}${CHECK}`;
    const before = ofCall(writings.length, limitsBefore(parts, style, limits));
    const check = await write(model, asking, before, on);
    const after = ofCall(writings.length + 1, limits);
    const refined = await write(model, asking + check.text.trimEnd() + parts.marker, after, on);
    writings.push(check, refined);
    draft = refined.text;
  }
  return askedOf(writings);
}
