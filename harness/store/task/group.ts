import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { pipelinesOf } from "../../score/filters.ts";
import {
  Aggregate,
  type Metric,
  metricsOf,
  repeatsOf,
  samplingOf,
  stopsOf,
  TaskDefinition,
  writingLimitsOf,
} from "../../task.ts";
import { definitionOf } from "./file.ts";
import { failure, type KeyProblem, schemaProblems } from "./problems.ts";
import { definitionFile, ourDefinitions } from "./names.ts";
import { inlineYaml, overlaid, readTaskYaml, type TaskYaml } from "./yaml.ts";

const UNREADABLE_MEMBER =
  'a member is a name, a path, or a map with a name under "task"; a group inside a group is a file of its own';

/** A group's file: tasks by name or path, or written right there over what they include. */
const GroupDefinition = z.strictObject({
  group: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "a group's name is letters, digits, '_', '.' and '-'"),
  group_alias: z.string().optional(),
  task: z.array(z.union([z.string().min(1), z.looseObject({ task: z.string() })], UNREADABLE_MEMBER)).min(1),
  /** What a group is scored by as a whole. Without it a group is a list of tasks. */
  aggregate_metric_list: z
    .array(Aggregate)
    .min(1)
    .refine(
      (list) => new Set(list.map(({ metric }) => metric)).size === list.length,
      "a metric is aggregated in one way",
    )
    .optional(),
  metadata: z.looseObject({ version: z.union([z.number(), z.string()]).optional() }).optional(),
  perjoule: z.strictObject({ title: z.string().optional() }).default({}),
});
type GroupDefinition = z.infer<typeof GroupDefinition>;

/** A task as its files say it. */
export interface TaskSource {
  readonly yaml: TaskYaml;
  readonly definition: TaskDefinition;
}

/** One task, or tasks under a name. */
export type Defined =
  | { readonly kind: "task"; readonly source: TaskSource }
  | {
      readonly kind: "group";
      readonly id: string;
      readonly yaml: TaskYaml;
      readonly definition: GroupDefinition;
      readonly members: readonly Defined[];
    };

/** What a name stands for: a definition of ours, a member of one of our groups, or a path of the user's. */
export function defined(name: string): Defined {
  try {
    return definedIn(definitionFile(name), []);
  } catch (error) {
    const member = memberOfOurs(name);
    if (member !== undefined) return member;
    throw error;
  }
}

/** Keys that a group's list writes over those of its tasks. */
type Over = (yaml: TaskYaml) => TaskYaml;

function definedIn(file: string, above: readonly string[], over: Over = (yaml) => yaml): Defined {
  const yaml = readTaskYaml(file);
  if (!Array.isArray(yaml.content["task"])) return taskOf(over(yaml));
  if (above.includes(file))
    throw failure(yaml, [[["task"], `the group "${String(yaml.content["group"])}" is inside itself`]]);
  const definition = groupOf(yaml);
  const members = definition.task.map((_, i) => memberOf(yaml, definition, i, [...above, file], over));
  return { kind: "group", id: definition.group, yaml, definition, members };
}

function taskOf(yaml: TaskYaml): Defined {
  return { kind: "task", source: { yaml, definition: definitionOf(yaml) } };
}

function groupOf(yaml: TaskYaml): GroupDefinition {
  const result = GroupDefinition.safeParse(yaml.content);
  if (result.success) return result.data;
  throw failure(yaml, schemaProblems(result.error, yaml, Object.keys(GroupDefinition.shape)));
}

function memberOf(
  yaml: TaskYaml,
  { task }: GroupDefinition,
  i: number,
  above: readonly string[],
  over: Over = (inner) => inner,
): Defined {
  const member = task[i] as string | { task: string };
  if (typeof member === "string") return memberNamed(yaml, i, member, above, over);
  const own = inlineYaml(yaml, ["task", i]);
  if (own.content["dataset_path"] !== undefined) return taskOf(over(own));
  // Here the key names the base, by its path maybe: a task keeps its own name, and the tasks of a group theirs.
  const { task: _, ...content } = own.content;
  return memberNamed(yaml, i, member.task, above, (base) => over(overlaid(base, { ...own, content })));
}

function memberNamed(yaml: TaskYaml, i: number, name: string, above: readonly string[], over: Over): Defined {
  let file: string;
  try {
    file = definitionFile(name, path.dirname(yaml.file));
  } catch (cause) {
    const member = memberOfOurs(name, over);
    if (member !== undefined) return member;
    throw failure(yaml, [[["task", i], (cause as Error).message]]);
  }
  return definedIn(file, above, over);
}

/** A member that is written inside a group's file has no file of its own name. */
function memberOfOurs(name: string, over?: Over): Defined | undefined {
  for (const file of ourDefinitions()) {
    const yaml = readTaskYaml(file);
    const list = yaml.content["task"];
    if (!Array.isArray(list)) continue;
    const i = list.findIndex(
      (member: { task?: unknown; include?: unknown }) => member.include !== undefined && member.task === name,
    );
    if (i >= 0) return memberOf(yaml, groupOf(yaml), i, [file], over);
  }
  return undefined;
}

/** A task with the groups that it is in, the outermost first. */
export interface Member {
  readonly source: TaskSource;
  readonly groups: readonly string[];
}

/** The tasks of a group and of the groups in it. A group that is all of another is no part of it. */
export function membersOf(group: Defined, groups: readonly string[] = []): Member[] {
  if (group.kind === "task") return [{ source: group.source, groups }];
  const [only] = group.members;
  const members = group.members.length === 1 && only?.kind === "group" ? only.members : group.members;
  return members.flatMap((member) => membersOf(member, [...groups, group.id]));
}

/** What the tasks of a group must have in common to be scored as one: what their keys mean, not how they are written. */
const COMMON = {
  output_type: (task) => task.output_type,
  metric_list: (task) => metricsOf(task).map(meaningOf),
  filter_list: (task) => pipelinesOf(task),
  generation_kwargs: (task) => [writingLimitsOf(task).maxTokens, samplingOf(task)],
  repeats: (task) => repeatsOf(task),
  target_delimiter: (task) => task.target_delimiter,
  // Where there is no "until", the delimiter ends answers.
  "until or fewshot_delimiter": (task) => (task.output_type === "generate_until" ? stopsOf(task) : undefined),
} as const satisfies Record<string, (task: TaskDefinition) => unknown>;

function meaningOf({ metric, ignore_case, ignore_punctuation, ignore_numbers, regexes_to_ignore }: Metric): unknown {
  const flags = [ignore_case, ignore_punctuation, ignore_numbers].map((flag) => flag ?? false);
  return [metric, flags, regexes_to_ignore ?? []];
}

/** Why two tasks cannot be scored as one. */
function differenceOf(a: TaskDefinition, b: TaskDefinition): string | undefined {
  return Object.entries(COMMON).find(([, meaning]) => !isDeepStrictEqual(meaning(a), meaning(b)))?.[0];
}

/** The definition of a group as one task: its first member's, under the group's name. */
export function sharedDefinition(group: Defined & { kind: "group" }): TaskDefinition {
  const definitions = membersOf(group).map(({ source }) => source.definition);
  const [first, ...others] = definitions as [TaskDefinition, ...TaskDefinition[]];
  const problem = others.flatMap((other, i): KeyProblem[] => {
    if (definitions.slice(0, i + 1).some(({ task }) => task === other.task))
      return [[["task"], `the group holds two tasks called "${other.task}"`]];
    const differs = differenceOf(first, other);
    const text = `"${first.task}" and "${other.task}" differ in ${differs}, so the group has no score of its own; take aggregate_metric_list out`;
    return differs === undefined ? [] : [[["task"], text]];
  })[0];
  if (problem !== undefined) throw failure(group.yaml, [problem]);
  const { description: _, dataset_name: __, ...shared } = first;
  const { title } = group.definition.perjoule;
  const { chance } = first.perjoule;
  return TaskDefinition.parse({
    ...shared,
    task: group.id,
    ...(group.definition.metadata === undefined ? {} : { metadata: group.definition.metadata }),
    perjoule: {
      ...shared.perjoule,
      chance: others.every(({ perjoule }) => perjoule.chance === chance) ? chance : undefined,
      ...(title === undefined ? {} : { title }),
    },
  });
}
