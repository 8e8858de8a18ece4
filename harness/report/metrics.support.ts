import type { Observation, Output } from "../observation.ts";
import type { Run } from "../run.ts";
import type { Question } from "../task.ts";
import { metricRows, type MetricRow } from "./metrics.ts";
import { answered, definition, runOf } from "./run.support.ts";
import { summarise } from "./summarise.ts";

export const runWith = (task: object, more: Partial<Run["tasks"][string]> = {}): Run =>
  runOf({ tasks: { addition: { definition: definition(task), sha256: "0", questions: 1, ...more } } });
export const rowsOf = (run: Run, observations: readonly Observation[]): MetricRow[] =>
  metricRows(run, summarise(run, observations));
export const told = ({ task, metric, filter, estimate }: MetricRow): unknown[] => [
  task,
  metric,
  filter,
  estimate?.value,
];

export const CHOICE = { output_type: "multiple_choice", doc_to_choice: "c", perjoule: {} };
/** Likelihoods of which the one at `chosen` is the largest. */
export const choosing = (chosen: number, choices = 2): Output => ({
  type: "likelihoods",
  choices: Array.from({ length: choices }, (_, i) => ({
    log_likelihood: i === chosen ? -1 : -3,
    tokens: 1,
    greedy: i === chosen,
  })),
});
export const likelihood = (log_likelihood: number, tokens = 1): Output => ({
  type: "likelihoods",
  choices: [{ log_likelihood, tokens, greedy: false }],
});
export const numbered = (count: number, more: Partial<Question> = {}): Question[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `q${i}`,
    prompt: "?",
    target: "0",
    choices: [" a", " bcd"],
    ...more,
  }));
export const inTask = (count: number, members: string[]): Question[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${members.at(-1)}/q${i}`,
    prompt: "?",
    target: "0",
    choices: [" a", " bcd"],
    members,
  }));
export const answers = (questions: readonly Question[], outputs: readonly Output[]): Observation[] =>
  questions.map(({ id }, i) => answered(id, { output: outputs[i] as Output, at: [] }));
