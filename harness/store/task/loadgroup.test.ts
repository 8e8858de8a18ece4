import { rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Task } from "../../task.ts";
import { useFolder } from "../rows/rows.support.ts";
import { loadTask, loadTasks, type TaskWishes } from "./load.ts";
import { rowsText, taskText } from "./load.support.ts";

const folder = useFolder();
const at = (name: string): string => path.join(folder.path, name);
const bare = (text: string): string => text.replaceAll(`${folder.path}/`, "");
const scored = "aggregate_metric_list: [{ metric: exact_match, weight_by_size: false }]\n";
const member = (task: string, more: object = {}): string =>
  taskText({ task, dataset_kwargs: { data_files: `${task}.jsonl` }, ...more });

/** Groups of three tasks with two questions each; one of the groups lies in the other. */
function write(more: object = {}): string {
  return folder.write({
    "g.yaml": `group: g\ntask: [c, h]\n${scored}`,
    "h.yaml": `group: h\ntask: [a, b]\n${scored}`,
    ...Object.fromEntries(["a", "b", "c"].flatMap((id) => [[`${id}.yaml`, member(id, more)]])),
    ...Object.fromEntries(["a", "b", "c"].map((id) => [`${id}.jsonl`, rowsText(2, id)])),
  });
}
const idsOf = ({ questions }: Task): string[] => questions.map(({ id }) => id);
const fails = (loading: Promise<unknown>): Promise<string> =>
  loading.then(
    () => "loaded",
    (error: Error) => `${error.name}: ${bare(error.message)}`,
  );

describe("loadTask, a group scored as a whole", () => {
  test("is one task of all questions, each with the groups inside and the task that it belongs to", async () => {
    const task = await loadTask(write());
    expect(task).toMatchObject({
      id: "g",
      definition: { task: "g" },
      aggregates: { g: [{ metric: "exact_match", aggregation: "mean", weight_by_size: false }] },
    });
    expect(task.questions.map(({ id, members }) => [id, members])).toEqual([
      ["c/0", ["c"]],
      ["c/1", ["c"]],
      ["a/0", ["h", "a"]],
      ["a/1", ["h", "a"]],
      ["b/0", ["h", "b"]],
      ["b/1", ["h", "b"]],
    ]);
    expect(task.data.map(({ source }) => source)).toEqual(["c.jsonl", "a.jsonl", "b.jsonl"]);
    expect(task).not.toHaveProperty("absent");
  });

  test("asks the first questions of each of its tasks", async () => {
    expect(idsOf(await loadTask(write(), { limit: 1 }))).toEqual(["c/0", "a/0", "b/0"]);
  });

  test("keeps the clusters of its tasks apart", async () => {
    const { questions } = await loadTask(write({ perjoule: { cluster: "{{ q[0] }}" } }), { limit: 1 });
    expect(questions.map(({ cluster }) => cluster)).toEqual(["c/q", "a/q", "b/q"]);
  });

  test("has a hash of all files, each once", async () => {
    const { sha256 } = await loadTask(write());
    expect((await loadTask(at("g.yaml"))).sha256).toBe(sha256);
    const changed = {
      "b.jsonl": rowsText(3),
      "a.yaml": `${member("a")}# \n`,
      "g.yaml": `group: g\ntask: [h, c]\n${scored}`,
    };
    for (const [name, text] of Object.entries(changed)) {
      write();
      folder.write({ [name]: text });
      expect((await loadTask(at("g.yaml"))).sha256).not.toBe(sha256);
    }
  });

  test("records the number of examples that its tasks had", async () => {
    const shots = async (wishes: TaskWishes): Promise<unknown> =>
      (await loadTask(at("g.yaml"), wishes)).definition.num_fewshot;
    write();
    expect(await shots({ numFewshot: 1 })).toBe(1);
    expect(await shots({})).toBeUndefined();
  });

  test("refuses tasks that are scored differently", async () => {
    write();
    folder.write({ "b.yaml": member("b", { metric_list: [{ metric: "contains" }] }) });
    expect(await fails(loadTask(at("g.yaml")))).toMatch(/^TaskFileError: g\.yaml:2: "c" and "b" differ in metric_list/);
  });
});

describe("loadTasks, a group without a score of its own", () => {
  test("stands for its tasks, and for the groups in it that have one", async () => {
    write();
    folder.write({ "g.yaml": "group: g\ntask: [c, h]\n" });
    const tasks = await loadTasks([at("g.yaml")]);
    expect(
      tasks.map(({ id, questions, aggregates }) => [id, questions.length, aggregates && Object.keys(aggregates)]),
    ).toEqual([
      ["c", 2, undefined],
      ["h", 4, ["h"]],
    ]);
    expect(idsOf(tasks[0] as Task)).toEqual(["0", "1"]);
  });
});

describe("loadTask, data of a group", () => {
  test("is found by the task's name, the nearest group's, or how the group was named", async () => {
    const file = write();
    folder.write({
      "far.jsonl": rowsText(1, "far"),
      "near.jsonl": rowsText(1, "near"),
      "own.jsonl": rowsText(1, "own"),
    });
    const prompts = async (data: Record<string, string>): Promise<string[]> =>
      (await loadTask(file, { data })).questions.map(({ prompt }) => prompt);
    expect(await prompts({ g: at("far.jsonl"), h: at("near.jsonl"), a: at("own.jsonl") })).toEqual([
      "qfar0",
      "qown0",
      "qnear0",
    ]);
    expect(await prompts({ [file]: at("far.jsonl"), h: at("near.jsonl"), a: at("own.jsonl") })).toEqual([
      "qfar0",
      "qown0",
      "qnear0",
    ]);
  });

  test("that is one file for several tasks is refused, unless a field tells their rows apart", async () => {
    const both = '{"part":"a","q":"1","a":2}\n{"part":"b","q":"3","a":4}\n{"part":"c","q":"5","a":6}\n';
    folder.write({ "all.jsonl": both });
    expect(await fails(loadTask(write(), { data: { g: at("all.jsonl") } }))).toBe(
      'Error: "all.jsonl" would be asked as "a" and as another task of its group; give a folder with a file for each',
    );
    for (const id of ["a", "b", "c"]) {
      folder.write({ [`${id}.yaml`]: member(id, { dataset_name: id, perjoule: { config_field: "part" } }) });
    }
    const { questions } = await loadTask(at("g.yaml"), { data: { g: at("all.jsonl") } });
    expect(questions.map(({ prompt }) => prompt)).toEqual(["5", "1", "3"]);
  });

  test("may be one file that all take their examples from", async () => {
    folder.write({ "shots.jsonl": rowsText(3, "shot") });
    const file = write();
    for (const id of ["a", "b", "c"]) {
      const data_files = { test: `${id}.jsonl`, train: "shots.jsonl" };
      folder.write({ [`${id}.yaml`]: member(id, { dataset_kwargs: { data_files }, training_split: "train" }) });
    }
    expect(idsOf(await loadTask(file, { numFewshot: 1, limit: 1 }))).toEqual(["c/0", "a/0", "b/0"]);
  });

  test("that has nothing of some tasks leaves them out, and says so", async () => {
    for (const id of ["a", "b", "c"]) folder.write({ [`data/${id}_test.jsonl`]: rowsText(1, id) });
    rmSync(at("data/b_test.jsonl"));
    write();
    for (const id of ["a", "b", "c"]) folder.write({ [`${id}.yaml`]: member(id, { dataset_name: id }) });
    const notes: string[] = [];
    const wishes = { data: { g: at("data") }, onNote: (note: string): void => void notes.push(note) };
    const task = await loadTask(at("g.yaml"), wishes);
    expect(task.absent).toEqual(["b"]);
    expect(idsOf(task)).toEqual(["c/0", "a/0"]);
    expect(notes).toEqual(["g: the data has nothing of 1 of its 3 tasks, and the score is of the others only"]);
  });

  test("that has nothing of any is refused", async () => {
    folder.write({ "data/x_train.jsonl": "" });
    expect(await fails(loadTask(write(), { data: { g: at("data") } }))).toMatch(
      /^NoDataError: no data of split "test" in "data"/,
    );
  });

  test("that is not where the task itself says is refused, and not passed over", async () => {
    const file = write();
    rmSync(at("b.jsonl"));
    expect(await fails(loadTask(file))).toBe('Error: b.yaml:3: there is no data file "b.jsonl"');
  });
});
