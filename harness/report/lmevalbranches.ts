import { metricsOf, type Question, type TaskDefinition } from "../task.ts";
import { groupBy } from "./group.ts";

/** A task, or a group with what is in it. */
export interface Branch {
  readonly name: string;
  /** Names of the groups and tasks right below; a task has none. */
  readonly children: readonly string[];
  /** In the task's order; of a group those of all its tasks. */
  readonly questions: readonly Question[];
}

/** What a run knows as one task, as lm-eval does: a group, the groups in it and its tasks apart, each above its own. */
export function branchesOf(task: string, questions: readonly Question[]): Branch[] {
  const paths = questions.map((question) => ({ question, path: [task, ...(question.members ?? [])] }));
  const steps = paths.flatMap(({ question, path }) => path.map((name, i) => ({ name, child: path[i + 1], question })));
  return [...groupBy(steps, ({ name }) => name)].map(([name, own]) => ({
    name,
    children: [...new Set(own.flatMap(({ child }) => child ?? []))],
    questions: own.map(({ question }) => question),
  }));
}

export function isGroup({ children }: Branch): boolean {
  return children.length > 0;
}

/** lm-eval's name of a metric: the probability of the right choices is the `acc` of its truthfulqa_mc2. */
export function lmEvalMetric(metric: string, definition: TaskDefinition): string {
  const hasAcc = metricsOf(definition).some((one) => one.metric === "acc");
  return metric === "probability_mass" && !hasAcc ? "acc" : metric;
}
