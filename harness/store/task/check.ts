import { TaskFileError } from "./file.ts";
import { loadTasks, type TaskWishes } from "./load.ts";

/** What is wrong with a task. */
export interface TaskCheck {
  /** Each begins with its file and line, where it has one. */
  readonly problems: readonly string[];
  readonly questions: number;
}

/** Rows with a problem of their own are all told of up to here; a template that fails fails on every row. */
const MOST_ROWS = 20;

/** Looks through a task's files and all of its rows; what is wrong with one row hides nothing of the next. */
export async function checkTask(name: string, wishes: TaskWishes): Promise<TaskCheck> {
  const rows: string[] = [];
  const onBadRow = (problem: string): void => void rows.push(problem);
  try {
    const tasks = await loadTasks([name], { ...wishes, onBadRow });
    const questions = tasks.reduce((sum, task) => sum + task.questions.length, 0);
    return { problems: shortened(rows), questions };
  } catch (error) {
    const whole =
      error instanceof TaskFileError
        ? error.problems.map(({ file, line, text }) => `${file}:${line}: ${text}`)
        : [(error as Error).message];
    return { problems: [...shortened(rows), ...whole], questions: 0 };
  }
}

function shortened(rows: readonly string[]): string[] {
  const more = rows.length - MOST_ROWS;
  return more > 0 ? [...rows.slice(0, MOST_ROWS), `and ${more} more rows`] : [...rows];
}
