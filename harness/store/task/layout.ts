import type { TaskDefinition } from "../../task.ts";
import type { Fields, Row } from "../rows/row.ts";
import { compileTemplate, type Template } from "../template/template.ts";

/** Rows in the layout that a task's templates read; those of other configurations are undefined. */
export function layouter({
  dataset_name,
  perjoule: { config_field, layouts, fields = {} },
}: Pick<TaskDefinition, "dataset_name" | "perjoule">): (row: Row) => Row | undefined {
  const known = layouts?.map((layout, i) => ({
    has: layout.has,
    compute: computing(layout.fields, `perjoule.layouts.${i}.fields`),
  }));
  const compute = computing(fields, "perjoule.fields");
  const isKept = (row: Fields): boolean =>
    config_field === undefined ||
    row[config_field] === undefined ||
    row[config_field] === (dataset_name ?? row[config_field]);
  return ({ fields: found, at }) => {
    if (!isKept(found)) return undefined;
    const layout = known?.find(({ has }) => has.every((name) => Object.hasOwn(found, name)));
    if (known !== undefined && layout === undefined) {
      throw new Error(
        `${at}: a row of ${Object.keys(found).join(", ")} is in no layout of the task: ${known.map(({ has }) => has.join(", ")).join("; or ")}`,
      );
    }
    try {
      return { at, fields: compute(layout?.compute(found) ?? found) };
    } catch (cause) {
      throw new Error(`${at}: ${(cause as Error).message}`, { cause });
    }
  };
}

/**
 * Puts the values of templates into a row, one after another: a later one may read an earlier one. `row` is the whole of it, for
 * fields whose names are no words.
 */
function computing(sources: Readonly<Record<string, string>>, key: string): (fields: Fields) => Fields {
  const templates = Object.entries(sources).map(([name, source]): [string, Template] => [
    name,
    compileTemplate(source, `${key}.${name}`),
  ]);
  return (fields) => {
    const row: Record<string, unknown> = { ...fields };
    for (const [name, template] of templates) row[name] = template.value({ ...row, row });
    return row;
  };
}
