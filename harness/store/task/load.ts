import { createHash, type Hash } from "node:crypto";
import { present } from "../../present.ts";
import {
  type Aggregate,
  askedSplitOf,
  type Question,
  type Task,
  type TaskData,
  type TaskDefinition,
} from "../../task.ts";
import { nearest } from "../nearest.ts";
import { type Examples, exampleSampler, fewshotSplitOf } from "./fewshot.ts";
import { questionMaker } from "./questions.ts";
import { layouter } from "./layout.ts";
import type { Fields } from "../rows/row.ts";
import { at, type DataWish, describeFiles, filesOf, NoDataError, noQuestions, rowsOf } from "./data.ts";
import { type Defined, defined, type Member, membersOf, sharedDefinition, type TaskSource } from "./group.ts";

export { embeddedTasks, readyMadeTasks } from "./names.ts";

/** What a run asks of its tasks beyond their files. */
export interface TaskWishes {
  /** The first so many questions, of each task of a group. */
  readonly limit?: number;
  /** In place of the task's own number of examples, unless that is exactly 0, as in lm-eval. */
  readonly numFewshot?: number;
  /** Of the drawing of examples; lm-eval's is 1234. */
  readonly fewshotSeed?: number;
  /** Files or folders of data by the id of a task or a group. */
  readonly data?: Readonly<Record<string, string>>;
  readonly onNote?: (note: string) => void;
  /** Told of every row that makes no question; without it the first one ends the reading. */
  readonly onBadRow?: (problem: string) => void;
}

/** lm-eval's default for `fewshot_random_seed`. */
export const FEWSHOT_SEED = 1234;

/** Tasks by names of ours or paths; a group that has no score of its own stands for its tasks. */
export async function loadTasks(names: readonly string[], wishes: TaskWishes = {}): Promise<Task[]> {
  const found = names.map((name): [string, Defined] => [name, defined(name)]);
  requireUsed(wishes.data ?? {}, found);
  const out: Task[] = [];
  for (const [name, one] of found) out.push(...(await loadDefined(one, wishes, [name])));
  return out;
}

/** A place for the data of a task that is not asked is a slip of the pen. */
function requireUsed(data: Readonly<Record<string, string>>, found: readonly (readonly [string, Defined])[]): void {
  const namesIn = (one: Defined): string[] =>
    one.kind === "task" ? [one.source.definition.task] : [one.id, ...one.members.flatMap(namesIn)];
  const known = new Set(found.flatMap(([name, one]) => [name, ...namesIn(one)]));
  const stray = Object.keys(data).find((name) => !known.has(name));
  if (stray === undefined) return;
  const [close] = nearest(stray, [...known]);
  const hint = close === undefined ? `those are ${found.map(([name]) => name).join(", ")}` : `did you mean "${close}"?`;
  throw new Error(`--data names "${stray}", which is none of the tasks; ${hint}`);
}

/** One task, or one group that is scored as a whole. */
export async function loadTask(name: string, wishes: TaskWishes = {}): Promise<Task> {
  const [task, ...others] = await loadTasks([name], wishes);
  if (task !== undefined && others.length === 0) return task;
  throw new Error(`"${name}" is a group of several tasks; name one of them`);
}

async function loadDefined(found: Defined, wishes: TaskWishes, names: readonly string[]): Promise<Task[]> {
  if (found.kind === "task") return [await loadOne(found.source, wishes, names)];
  if (found.definition.aggregate_metric_list !== undefined) return [await loadGroup(found, wishes, names)];
  const out: Task[] = [];
  for (const member of found.members) out.push(...(await loadDefined(member, wishes, [found.id, ...names])));
  return out;
}

async function loadOne({ yaml, definition }: TaskSource, wishes: TaskWishes, names: readonly string[]): Promise<Task> {
  const hash = textHash(yaml.texts);
  const loaded = await readQuestions({ yaml, definition }, wishes, [definition.task, ...names], hash);
  return { id: definition.task, ...loaded, sha256: hash.digest("hex") };
}

async function loadGroup(
  group: Defined & { kind: "group" },
  wishes: TaskWishes,
  names: readonly string[],
): Promise<Task> {
  const members = membersOf(group);
  const shared = sharedDefinition(group);
  const hash = textHash([...new Set([...group.yaml.texts, ...members.flatMap(({ source }) => source.yaml.texts)])]);
  const questions: Question[] = [];
  const data: TaskData[] = [];
  const shots = new Set<number | null | undefined>();
  const absent: string[] = [];
  const told = new Set<string>();
  for (const member of members) {
    const { task } = member.source.definition;
    const onNote = (note: string): void => {
      const ofGroup = note.replace(task, group.id);
      if (!told.has(ofGroup)) wishes.onNote?.(ofGroup);
      told.add(ofGroup);
    };
    const own = [task, ...member.groups.toReversed(), ...names];
    const loaded = await readQuestions(member.source, { ...wishes, onNote }, own, hash).catch((error: unknown) => {
      if (!(error instanceof NoDataError)) throw error;
      absent.push(task);
      if (absent.length === members.length) throw error;
      return undefined;
    });
    if (loaded === undefined) continue;
    for (const question of loaded.questions) questions.push(asMember(question, member));
    if (placeOf(own, wishes) !== undefined) requireOwnFiles(member.source, loaded.data, data);
    data.push(...loaded.data);
    shots.add(loaded.definition.num_fewshot);
  }
  if (absent.length > 0) {
    wishes.onNote?.(
      `${group.id}: the data has nothing of ${absent.length} of its ${members.length} tasks, and the score is of the others only`,
    );
  }
  return present({
    id: group.id,
    absent: absent.length > 0 ? absent : undefined,
    definition: { ...shared, num_fewshot: shots.size === 1 ? [...shots][0] : shared.num_fewshot },
    questions,
    data: [...new Map(data.map((one) => [JSON.stringify(one), one])).values()],
    aggregates: Object.fromEntries(aggregatesIn(group)),
    sha256: hash.digest("hex"),
  });
}

function aggregatesIn(found: Defined): [name: string, aggregates: readonly Aggregate[]][] {
  if (found.kind === "task") return [];
  const own = found.definition.aggregate_metric_list;
  return [
    ...(own === undefined ? [] : [[found.id, own] as [string, readonly Aggregate[]]]),
    ...found.members.flatMap(aggregatesIn),
  ];
}

/** Of the names that a task goes by, the nearest that the user gave a place for. */
function placeOf(names: readonly string[], { data }: TaskWishes): string | undefined {
  return names.map((name) => data?.[name]).find((place) => place !== undefined);
}

/** One file given for a whole group would be asked again for each of its tasks, unless a field tells rows apart. */
function requireOwnFiles({ definition }: TaskSource, data: readonly TaskData[], others: readonly TaskData[]): void {
  if (definition.perjoule.config_field !== undefined) return;
  const hashes = new Set(others.filter(isAsked).flatMap(({ files }) => files.map(({ sha256 }) => sha256)));
  const [shared] = data.filter(isAsked).flatMap(({ files }) => files.filter(({ sha256 }) => hashes.has(sha256)));
  if (shared !== undefined) {
    throw new Error(
      `"${shared.name}" would be asked as "${definition.task}" and as another task of its group; give a folder with a file for each`,
    );
  }
}

const isAsked = ({ split }: TaskData): boolean => !split.startsWith("few-shot");

function asMember(question: Question, { source, groups }: Member): Question {
  const { task } = source.definition;
  const cluster = question.cluster === undefined ? undefined : `${task}/${question.cluster}`;
  return present({ ...question, id: `${task}/${question.id}`, cluster, members: [...groups.slice(1), task] });
}

/** Each text with its length, so that moving a byte between them changes the hash. */
function textHash(texts: readonly string[]): Hash {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash;
}

type Loaded = Pick<Task, "definition" | "questions" | "data">;

async function readQuestions(
  source: TaskSource,
  wishes: TaskWishes,
  names: readonly string[],
  hash: Hash,
): Promise<Loaded> {
  const definition = withWishes(source.definition, wishes);
  const place = placeOf(names, wishes);
  const wish: DataWish = present({ definition, yaml: source.yaml, place, onNote: wishes.onNote });
  const split = askedSplitOf(definition);
  const asked = await filesOf(wish, split);
  const data: TaskData[] = [{ split, source: asked.source, files: await describeFiles(asked.files, hash) }];
  const pool = await readExamples(wish, definition, data, hash);
  const examples = samplerOf(wish, pool, wishes.fewshotSeed ?? FEWSHOT_SEED);
  const question = questionMaker(definition, examples, asked.care);
  const layOut = layouter(definition);
  const questions: Question[] = [];
  let bad = 0;
  const onBadRow = wishes.onBadRow && ((problem: string): void => (bad++, wishes.onBadRow?.(problem)));
  for await (const row of rowsOf(asked.files, definition, split, onBadRow)) {
    try {
      const laidOut = layOut(row);
      if (laidOut !== undefined) questions.push(question(laidOut));
    } catch (error) {
      if (onBadRow === undefined) throw error;
      onBadRow((error as Error).message);
    }
    if (questions.length === wishes.limit) break;
  }
  if (questions.length + bad === 0) throw noQuestions(wish, asked.files);
  return { definition, questions, data };
}

function samplerOf({ definition, yaml }: DataWish, pool: readonly Fields[], seed: number): Examples {
  try {
    return exampleSampler(definition, pool, seed);
  } catch (cause) {
    throw at(yaml, ["num_fewshot"], (cause as Error).message);
  }
}

function withWishes(definition: TaskDefinition, { numFewshot, onNote }: TaskWishes): TaskDefinition {
  if (numFewshot === undefined || numFewshot === definition.num_fewshot) return definition;
  if (definition.num_fewshot !== 0) return { ...definition, num_fewshot: numFewshot };
  onNote?.(`${definition.task} says num_fewshot 0, and keeps it, as in lm-eval`);
  return definition;
}

/** All examples of the split that they are drawn from: which ones are drawn depends on how many there are. */
async function readExamples(
  wish: DataWish,
  definition: TaskDefinition,
  data: TaskData[],
  hash: Hash,
): Promise<Fields[]> {
  if ((definition.num_fewshot ?? 0) === 0) return [];
  const split = fewshotSplitOf(definition);
  if (split === undefined) return [...(definition.fewshot_config?.samples ?? [])];
  if (split === askedSplitOf(definition)) {
    wish.onNote?.(`${definition.task} has no other split to take examples from than "${split}", which is asked`);
  }
  const { files, source } = await filesOf(wish, split);
  data.push({ split: `few-shot: ${split}`, source, files: await describeFiles(files, hash) });
  const layOut = layouter(definition);
  const pool: Fields[] = [];
  for await (const row of rowsOf(files, definition, split)) {
    const laidOut = layOut(row);
    if (laidOut !== undefined) pool.push(laidOut.fields);
  }
  return pool;
}
