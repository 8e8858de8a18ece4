import type { FilterStep, TaskDefinition } from "../task.ts";
import { pythonRegex } from "./pythonregex.ts";
import { strip, stripStart } from "./whitespace.ts";

/** Steps that give one reading of the answers; every metric is taken of each. */
export interface Pipeline {
  readonly name: string;
  readonly steps: readonly FilterStep[];
}

/** What lm-eval does when a task names no filter: the response as it is. */
const NONE: Pipeline = { name: "none", steps: [{ function: "take_first" }] };

/** The pipelines of a task in their order; the first gives the verdict of an answer. Of choices only its name counts. */
export function pipelinesOf({
  filter_list = [],
}: Pick<TaskDefinition, "filter_list">): readonly [Pipeline, ...Pipeline[]] {
  const [first, ...others] = filter_list.map(({ name, filter }) => ({ name, steps: filter }));
  return first === undefined ? [NONE] : [first, ...others];
}

/** Whether what becomes of one text depends on the other answers to its question. */
export function isVote(steps: readonly FilterStep[]): boolean {
  return steps.some((step) => step.function === "majority_vote");
}

/**
 * Runs all answers to one question, in the order of their trials, through a pipeline with lm-eval's meaning of each step:
 * as many texts come out as went in. lm-eval keeps one answer of several, or the first `k`; here every answer stays and a
 * question's score is the mean of its repeats, so `take_first` leaves the texts alone. `take_first_k` says who votes.
 */
export function applyFilters(texts: readonly string[], steps: readonly FilterStep[]): string[] {
  let [out, voters] = [[...texts], texts.length];
  for (const step of steps) {
    if (step.function === "take_first_k") voters = Math.min(voters, step.k);
    const change = step.function === "majority_vote" ? voteOf(out.slice(0, voters)) : changeOf(step);
    out = out.map((text) => change(text));
  }
  return out;
}

type Change = (text: string) => string;

function voteOf(texts: readonly string[]): Change {
  const elected = mostCommon(texts);
  return (text) => elected ?? text;
}

/** Python's `Counter.most_common`: of equally frequent ones the first met. Absent of none. */
export function mostCommon(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return texts.find((text) => counts.get(text) === most);
}

function changeOf(step: Exclude<FilterStep, { function: "majority_vote" }>): Change {
  switch (step.function) {
    case "take_first":
    case "take_first_k":
      return (text) => text;
    case "remove_whitespace":
      return stripStart;
    case "lowercase":
      return (text) => text.toLowerCase();
    case "uppercase":
      return (text) => text.toUpperCase();
    case "map":
      return mappingOf(step);
    case "regex":
      return extractionOf(step);
  }
}

/** A text that is not in the mapping becomes lm-eval's `None` there, equal to no reference; here it becomes the empty text. */
function mappingOf({ mapping_dict, default_value = "" }: Extract<FilterStep, { function: "map" }>): Change {
  return (text) => (Object.hasOwn(mapping_dict, text) ? (mapping_dict[text] as string) : default_value);
}

/**
 * lm-eval's RegexFilter: `findall`, one match chosen, and of its groups the first that is not empty. Where there are fewer
 * matches than `group_select` asks for, lm-eval stops with an IndexError; here that is the fallback too.
 */
function extractionOf({ regex_pattern, group_select, fallback }: Extract<FilterStep, { function: "regex" }>): Change {
  const pattern = pythonRegex(regex_pattern, "g");
  return (text) => {
    const match = [...text.matchAll(pattern)].at(group_select);
    if (match === undefined) return fallback;
    const [whole, ...groups]: readonly (string | undefined)[] = match;
    // findall gives texts for one group or none, and tuples for several; a group that took no part is empty.
    const [only = ""] = groups.length === 0 ? [whole] : groups;
    const found = groups.length < 2 ? only : groups.find((group) => group !== undefined && group !== "");
    return strip(found ?? fallback);
  };
}
