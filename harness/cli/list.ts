import Table from "cli-table3";
import type { Model, ModelRecord } from "../model.ts";
import type { Task } from "../task.ts";

/** Columns without rules, as other command lines list things. */
export function listing(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
  };
  const table = new Table({
    head: [...head],
    chars: none,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) table.push([...row]);
  return `${table.toString()}\n`;
}

const count = (value: number | undefined): string => (value === undefined ? "" : value.toLocaleString("en-US"));

export async function listModels(
  models: readonly Model[],
  describe: (model: Model) => Promise<Partial<ModelRecord>>,
  json: boolean,
): Promise<string> {
  const described = await Promise.all(models.map(describe));
  if (json) return `${JSON.stringify(described, null, 2)}\n`;
  const rows = described.map((model) => [
    model.id ?? "",
    model.architecture ?? model.source ?? "",
    count(model.parameters_total),
    count(model.parameters_active),
    model.experts === undefined ? "" : `${model.experts.per_token} of ${model.experts.count}`,
    model.source ?? "",
  ]);
  return listing(["model", "architecture", "parameters", "active per token", "experts", "comes as"], rows);
}

export function listTasks(tasks: readonly Task[], json: boolean): string {
  if (json) {
    const documents = tasks.map(({ id, definition, questions, sha256 }) => ({
      id,
      ...definition.perjoule,
      output_type: definition.output_type,
      questions: questions.length,
      version: definition.metadata.version,
      sha256,
    }));
    return `${JSON.stringify(documents, null, 2)}\n`;
  }
  const rows = tasks.map(({ id, definition, questions }) => [
    id,
    definition.perjoule.kind,
    definition.output_type,
    String(questions.length),
    definition.perjoule.chance === undefined ? "" : definition.perjoule.chance.toFixed(2),
    definition.perjoule.title ?? "",
  ]);
  return listing(["task", "kind", "scored by", "questions", "chance", "about"], rows);
}
