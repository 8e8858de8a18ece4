import { metricsOf, type Question, type Task, type TaskDefinition } from "../task.ts";
import { pipelinesOf } from "../score/filters.ts";
import { loadTasks } from "../store/task/load.ts";
import type { TaskFlags } from "./taskscommands.ts";

/** A task with its first question as a model gets it. Its data is read, and pulled if it is on the hub. */
export async function showTask(name: string, { json, wishes }: TaskFlags): Promise<string> {
  const tasks = await loadTasks([name], { limit: 1, ...wishes });
  if (json) {
    const documents = tasks.map(({ questions, ...task }) => ({ ...task, first_question: questions[0] }));
    return `${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`;
  }
  return tasks.map(described).join("\n");
}

function described(task: Task): string {
  const { definition } = task;
  const { title, kind, chance } = definition.perjoule;
  const lines = [
    `${task.id}${title === undefined ? "" : `: ${title}`}`,
    `  kind        ${kind}${chance === undefined ? "" : `, chance ${chance}`}`,
    `  answers     ${definition.output_type}${writingOf(definition)}`,
    `  examples    ${definition.num_fewshot ?? 0}`,
    `  metrics     ${metricsOf(definition)
      .map(({ metric }) => metric)
      .join(", ")}`,
    ...(definition.output_type === "generate_until"
      ? [
          `  filters     ${pipelinesOf(definition)
            .map((pipeline) => pipeline.name)
            .join(", ")}`,
        ]
      : []),
    ...(task.aggregates === undefined
      ? []
      : [`  as a group  ${new Set(task.questions.map(({ members }) => members?.at(-1))).size} tasks`]),
    ...task.data.slice(0, 4).map(({ split, source, files }) => `  data        ${split}: ${source}, ${bytes(files)}`),
    ...(task.data.length > 4 ? [`  data        and ${task.data.length - 4} more`] : []),
    `  sha256      ${task.sha256}`,
    "",
    "the first question:",
    ...questionLines(task.questions[0] as Question),
  ];
  return `${lines.join("\n")}\n`;
}

function writingOf({ output_type, generation_kwargs }: TaskDefinition): string {
  if (output_type !== "generate_until") return "";
  return `, at most ${generation_kwargs?.max_gen_toks ?? 256} tokens`;
}

/** Each line of a text on a line of its own. */
function quoted(text: string): string {
  const lines = text.split(/(?<=\n)/).map((line) => JSON.stringify(line).slice(1, -1));
  return `"${lines.join(`\n${" ".repeat(11)}`)}"`;
}

function bytes(files: Task["data"][number]["files"]): string {
  const sum = files.reduce((total, file) => total + file.bytes, 0);
  return `${files.map(({ name }) => name).join(", ")} (${sum.toLocaleString("en-US")} bytes)`;
}

/** Texts in JSON's quotes: what stands at their ends decides a score. */
function questionLines({ prompt, contexts, choices, target, targets, rolling }: Question): string[] {
  const right = new Set(targets ?? [target]);
  if (rolling) return [`  text    ${JSON.stringify(target)}`];
  const asked = `  prompt  ${quoted(prompt)}`;
  if (choices === undefined) return [asked, `  answer  ${JSON.stringify(targets ?? target)}`];
  if (choices.length === 1) return [asked, `  answer  ${JSON.stringify(choices[0])}`];
  return [
    asked,
    ...choices.map((choice, i) => {
      const text = contexts === undefined ? choice : `${contexts[i]}|${choice}`;
      return `  ${right.has(String(i)) ? "right " : "wrong "}  ${JSON.stringify(text)}`;
    }),
  ];
}
