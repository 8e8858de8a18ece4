import { present } from "../present.ts";
import { metricsOf, type TaskDefinition } from "../task.ts";
import { type Defined, defined, membersOf } from "../store/task/group.ts";
import { embeddedTasks, loadTask, readyMadeTasks } from "../store/task/load.ts";
import { listing } from "./list.ts";

/** A task or group as it is listed. */
interface Listed {
  readonly id: string;
  readonly title?: string;
  readonly kind: string;
  readonly output_type: string;
  readonly metrics: readonly string[];
  readonly chance?: number;
  readonly version?: string | number;
  /** Of those whose questions come with perjoule. */
  readonly questions?: number;
  readonly sha256?: string;
  /** Of a group. */
  readonly tasks?: number;
  readonly data: string;
}

/** Every task that perjoule defines: those that bring their questions first. */
export async function listTasks(json: boolean): Promise<string> {
  const listed: Listed[] = [];
  for (const id of embeddedTasks()) {
    const { definition, questions, sha256 } = await loadTask(id);
    listed.push({ ...describe(definition), id, questions: questions.length, sha256, data: "comes with perjoule" });
  }
  for (const id of readyMadeTasks()) listed.push(describeReadyMade(defined(id)));
  if (json) return `${JSON.stringify(listed, null, 2)}\n`;
  const rows = listed.map(({ id, kind, output_type, questions, chance, title, data, tasks }) => [
    id,
    kind,
    output_type,
    questions === undefined ? "" : String(questions),
    chance === undefined ? "" : chance.toFixed(2),
    data,
    (title ?? "") + (tasks === undefined ? "" : ` (${tasks} tasks)`),
  ]);
  return listing(["task", "kind", "scored by", "questions", "chance", "data", "about"], rows);
}

function describe(definition: TaskDefinition): Omit<Listed, "data"> {
  const { task, perjoule, output_type, metadata } = definition;
  return {
    id: task,
    ...(perjoule.title === undefined ? {} : { title: perjoule.title }),
    kind: perjoule.kind,
    output_type,
    metrics: metricsOf(definition).map(({ metric }) => metric),
    ...(perjoule.chance === undefined ? {} : { chance: perjoule.chance }),
    ...(metadata?.version === undefined ? {} : { version: metadata.version }),
  };
}

function describeReadyMade(found: Defined): Listed {
  const members = membersOf(found);
  const first = members[0]?.source.definition as TaskDefinition;
  const data = isFormat(first.dataset_path) ? `give --data ${first.task}=PATH` : `hub: ${first.dataset_path}`;
  if (found.kind === "task") return { ...describe(first), data };
  const { perjoule, metadata } = found.definition;
  const { version: _, title: __, ...shared } = describe(first);
  const own = present({ title: perjoule.title, version: metadata?.version });
  return { ...shared, ...own, id: found.id, tasks: members.length, data };
}

const isFormat = (datasetPath: string): boolean => ["json", "csv", "text", "parquet"].includes(datasetPath);
