import { checkTask, type TaskCheck } from "../store/task/check.ts";
import type { TaskFlags } from "./taskscommands.ts";

/** Says of each task whether it can be run, with every problem on a line of its own. Exit code 1 if one cannot. */
export async function validateTasks(
  names: readonly string[],
  { json, wishes }: TaskFlags,
  stdout: (text: string) => void,
): Promise<number> {
  const checks: (TaskCheck & { name: string })[] = [];
  for (const name of names) checks.push({ name, ...(await checkTask(name, wishes)) });
  stdout(json ? `${JSON.stringify(checks, null, 2)}\n` : checks.map(textOf).join(""));
  return checks.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

function textOf({ name, problems, questions }: TaskCheck & { name: string }): string {
  return problems.length === 0
    ? `${name}: well-formed, ${questions} question${questions === 1 ? "" : "s"}\n`
    : problems.map((problem) => `${problem}\n`).join("");
}
