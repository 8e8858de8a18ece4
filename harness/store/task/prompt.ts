import type { TaskDefinition } from "../../task.ts";
import type { Doc } from "./reading.ts";

/** What stands between a question and its answer, and after it. */
export type Delimiters = Pick<TaskDefinition, "target_delimiter" | "fewshot_delimiter">;

/**
 * A question with its answer, as lm-eval writes an example before the one that is asked (`ConfigurableTask.build_qa_turn`). Of several
 * right answers it is the first. A question that stands in the prompt by its index is that choice.
 */
export function exampleText({ text, target, choices }: Doc, delimiters: Delimiters, prefix = ""): string {
  const question = typeof text === "number" ? choiceAt(choices, text) : text;
  const first = Array.isArray(target) ? (target as readonly (string | number)[])[0] : target;
  // With the question itself a choice, the target is text.
  const answer =
    typeof first === "number" && choices !== undefined && typeof text !== "number"
      ? choiceAt(choices, first)
      : String(first);
  if (answer === "") return question;
  const between = prefix === "" || joinsBadly(question, prefix) ? delimiters.target_delimiter : "";
  return question + between + joined(prefix, answer, " ") + delimiters.fewshot_delimiter;
}

/** The question that is asked, up to where its answer begins. */
export function askedText(question: string, delimiter: string, prefix = ""): string {
  return prefix !== "" && joinsBadly(question, prefix) ? question + delimiter + prefix : question + prefix;
}

export function choiceAt(choices: readonly string[] | undefined, index: number): string {
  const choice = choices?.[index];
  if (choice === undefined)
    throw new Error(`there is no choice ${index} among ${choices?.length ?? 0}, counted from 0`);
  return choice;
}

/** Whether two texts would stand together without white space between them. */
function joinsBadly(before: string, after: string): boolean {
  return before !== "" && !/\s$/.test(before) && !/^\s/.test(after);
}

function joined(before: string, after: string, delimiter: string): string {
  if (before === "" || after === "") return before + after;
  return joinsBadly(before, after) ? before + delimiter + after : before + after;
}
