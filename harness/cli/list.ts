import Table from "cli-table3";
import type { Model, ModelRecord } from "../model.ts";

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
