import type { LoadedModel } from "../engine/engine.ts";
import type { Question } from "../task.ts";
import { type Asked, askedOf, type Limits, type Listener } from "./asked.ts";
import { likelihoods, rollingLikelihood } from "./likelihoods.ts";
import { write } from "./write.ts";

/** Asks a question once, as it stands: by generation, or by the likelihood of each choice, or of a whole text. */
export async function direct(model: LoadedModel, question: Question, limits: Limits, on: Listener): Promise<Asked> {
  if (question.rolling) return rollingLikelihood(model, question.target, on);
  return question.choices === undefined
    ? askedOf([await write(model, question.prompt, limits, on)])
    : likelihoods(model, { ...question, choices: question.choices }, on);
}
