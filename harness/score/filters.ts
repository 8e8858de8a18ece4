import type { FilterStep, TaskDefinition } from "../task.ts";

/** What lm-eval does when a task names no filter: the first response as it is. */
const NONE: readonly FilterStep[] = [{ function: "take_first" }];

/** The filter pipeline that gives the task's first metric. */
export function pipelineOf(definition: TaskDefinition): readonly FilterStep[] {
  return definition.filter_list?.[0]?.filter ?? NONE;
}

/** Runs a generated text through a pipeline, with lm-eval's meaning of each step. */
export function applyFilters(text: string, steps: readonly FilterStep[]): string {
  return steps.reduce(applyFilter, text);
}

function applyFilter(text: string, step: FilterStep): string {
  switch (step.function) {
    case "take_first":
      return text;
    case "remove_whitespace":
      return text.trimStart();
    case "regex":
      return extract(text, step);
  }
}

/** lm-eval's RegexFilter: `findall`, one match chosen, and of its groups the first that is not empty. */
function extract(text: string, step: Extract<FilterStep, { function: "regex" }>): string {
  const matches = [...text.matchAll(new RegExp(step.regex_pattern, "g"))];
  const match = matches.at(step.group_select);
  if (match === undefined) return step.fallback;
  // findall gives texts for one group or none, and tuples for several.
  const found = match.length > 2 ? match.slice(1).find((group) => group !== undefined && group !== "") : match.at(-1);
  return found === undefined ? step.fallback : found.trim();
}
