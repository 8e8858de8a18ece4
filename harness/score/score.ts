import type { Output } from "../observation.ts";
import type { Question, TaskDefinition } from "../task.ts";
import type { Share } from "../units.ts";
import { applyFilters, pipelineOf } from "./filters.ts";

/** What an answer was taken to be, and what it is worth. The two stay together so that a doubter can see both. */
export interface Verdict {
  readonly extracted: string;
  readonly credit: Share;
}

/** Judges an answer by the task's first metric. Pure: a better scorer is a new report, not a new run. */
export function judge(definition: TaskDefinition, question: Question, output: Output): Verdict {
  switch (output.type) {
    case "generation":
      return exactMatch(definition, question, output.text);
    case "likelihoods":
      return mostLikely(
        question,
        output.choices.map((choice) => choice.log_likelihood),
      );
  }
}

/** `exact_match`: the filtered text equals the target. */
function exactMatch(definition: TaskDefinition, question: Question, text: string): Verdict {
  const extracted = applyFilters(text, pipelineOf(definition));
  const fold = definition.metric_list[0]?.ignore_case === true ? (s: string) => s.toLowerCase() : (s: string) => s;
  return { extracted, credit: fold(extracted) === fold(question.target) ? 1 : 0 };
}

/** `acc`: the choice with the largest log-likelihood, the first of equals (numpy's argmax). */
function mostLikely(question: Question, logLikelihoods: readonly number[]): Verdict {
  const best = logLikelihoods.indexOf(Math.max(...logLikelihoods));
  return { extracted: String(best), credit: best === Number(question.target) ? 1 : 0 };
}
