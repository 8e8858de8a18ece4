import type { Argv } from "yargs";
import { present } from "../present.ts";
import { JSON_OPTION, number } from "./flags.ts";
import { dataFlag } from "./runflags.ts";
import type { TaskWishes } from "../store/task/load.ts";

/** What the `tasks` commands do. */
export interface TasksCommands {
  tasksList(flags: { json: boolean }): Promise<number>;
  tasksShow(name: string, flags: TaskFlags): Promise<number>;
  tasksValidate(names: readonly string[], flags: TaskFlags): Promise<number>;
}

export interface TaskFlags {
  readonly json: boolean;
  readonly wishes: TaskWishes;
}

export function tasksCommands(
  argv: Argv,
  commands: TasksCommands,
  set: (running: Promise<number>) => Promise<void>,
): Argv {
  const flagsOf = (given: Record<string, unknown>): TaskFlags => ({
    json: given["json"] === true,
    wishes: present({
      data: dataFlag(given),
      numFewshot: number(given, "num-fewshot", 0),
      limit: number(given, "limit", 1),
    }),
  });
  const withData = <T>(inner: Argv<T>): Argv<T> =>
    inner
      .option("data", { type: "string", array: true, describe: "TASK=PATH: a file or folder of a task's data" })
      .option("num-fewshot", { type: "string", describe: "examples before each question" })
      .option("limit", { type: "string", describe: "only the first so many questions" })
      .option("json", JSON_OPTION);
  return argv
    .command(
      "ls",
      "list them with how they are scored, and where their data is",
      (ls) => ls.option("json", JSON_OPTION),
      (ls) => set(commands.tasksList({ json: ls.json })),
    )
    .command(
      "show <task>",
      "how a task is asked and scored, with its first question as a model gets it",
      (show) => withData(show.positional("task", { type: "string", demandOption: true, describe: "id or path" })),
      (show) => set(commands.tasksShow(show.task, flagsOf(show as Record<string, unknown>))),
    )
    .command(
      "validate <tasks..>",
      "look through a task's file and data; every problem with its file and line",
      (validate) =>
        withData(
          validate.positional("tasks", { type: "string", array: true, demandOption: true, describe: "ids or paths" }),
        ),
      (validate) => set(commands.tasksValidate(validate.tasks, flagsOf(validate as Record<string, unknown>))),
    )
    .demandCommand(1, "tasks: say what to do, for example `perjoule tasks ls`");
}
