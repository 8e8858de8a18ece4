import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Task } from "../../task.ts";
import { useFolder } from "../rows/rows.support.ts";
import { loadTask, loadTasks, type TaskWishes } from "./load.ts";
import { CAPITAL_ROWS, CAPITALS, rowsText, taskText } from "./load.support.ts";

const folder = useFolder();
const bare = (text: string): string => text.replaceAll(`${folder.path}/`, "");
/** The task in `task.yaml` beside other files. */
async function load(
  changes: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string | Uint8Array>>,
  wishes: TaskWishes = {},
): Promise<Task> {
  return loadTask(folder.write({ "task.yaml": taskText(changes), ...files }), wishes);
}
const data = { "data.jsonl": rowsText(12) };
const promptsOf = ({ questions }: Task): string[] => questions.map(({ prompt }) => prompt);
const placed = { "own.jsonl": '{"id":"x","q":"1","a":2}\n{"id":"x","q":"2","a":3}\n' };

describe("loadTask", () => {
  test("reads a folder or its YAML file, to the same task", async () => {
    const file = folder.write({ "t/task.yaml": CAPITALS, "t/test.jsonl": CAPITAL_ROWS });
    const loaded = await loadTask(path.dirname(file));
    expect(loaded).toMatchObject({
      id: "capitals",
      data: [{ split: "test", source: "test.jsonl", files: [{ name: "test.jsonl", bytes: CAPITAL_ROWS.length }] }],
    });
    expect(loaded.questions).toHaveLength(5);
    expect(loaded.questions[1]).toEqual({
      id: "it",
      prompt: "Q: What is the capital of Italy?\nA:",
      target: "Rome",
    });
    expect(await loadTask(file)).toEqual(loaded);
  });

  test("names the line of a broken question in its data file", async () => {
    const broken = load({}, { "data.jsonl": '{"q":"1","a":2}\n{"q":"1"}\n' });
    await expect(broken).rejects.toThrow(/data\.jsonl:2: doc_to_target uses the field "a"/);
  });

  test("refuses a task without questions, at the key that names its data", async () => {
    await expect(load({}, { "data.jsonl": "\n" })).rejects.toThrow(/task\.yaml:3: ".*data\.jsonl" holds no questions$/);
    const other = { perjoule: { config_field: "part" }, dataset_name: "a" };
    await expect(load(other, { "data.jsonl": '{"part":"b"}\n' })).rejects.toThrow(/holds no questions$/);
  });

  test("refuses a group of several, which loadTasks takes", async () => {
    const [group] = ["g.yaml", "a.yaml", "b.yaml"].map((name) => path.join(folder.path, name));
    folder.write({
      "g.yaml": "group: g\ntask: [b, a]\n",
      "a.yaml": taskText({ task: "a" }),
      "b.yaml": taskText({ task: "b" }),
      ...data,
    });
    await expect(loadTask(group as string)).rejects.toThrow(/is a group of several tasks; name one of them$/);
    expect((await loadTasks([group as string, "sort"], { limit: 1 })).map(({ id }) => id)).toEqual(["b", "a", "sort"]);
  });

  test("gives the nearest names for an unknown one", async () => {
    await expect(loadTask("additon")).rejects.toThrow(
      /unknown task "additon"; did you mean addition.*perjoule tasks ls/,
    );
  });
});

describe("loadTask, sha256", () => {
  const more = { "base.yaml": "description: 'X '\n", ...data };
  const task = { include: "base.yaml" };

  test("is the same for the same contents, whatever the folder", async () => {
    const first = await load(task, more);
    const again = Object.entries({ "task.yaml": taskText(task), ...more });
    const elsewhere = folder.write(Object.fromEntries(again.map(([name, text]) => [`sub/${name}`, text])));
    expect((await loadTask(elsewhere)).sha256).toBe(first.sha256);
  });

  test.each([
    ["the definition", { ...task, metadata: { version: 2 } }, more],
    ["an included file", task, { ...more, "base.yaml": "description: 'Y '\n" }],
    ["the data", task, { ...more, "data.jsonl": rowsText(13) }],
  ])("changes with %s", async (_, changes, files) => {
    const { sha256 } = await load(task, more);
    expect((await load(changes, files)).sha256).not.toBe(sha256);
  });

  test("changes with the data that examples come from, and not with the number of questions asked", async () => {
    const fewshot = {
      dataset_kwargs: { data_files: { test: "data.jsonl", train: "train.jsonl" } },
      fewshot_split: "train",
      num_fewshot: 2,
    };
    const { sha256 } = await load(fewshot, { ...data, "train.jsonl": rowsText(5) });
    expect((await load(fewshot, {}, { limit: 3 })).sha256).toBe(sha256);
    expect((await load(fewshot, { "train.jsonl": rowsText(6) })).sha256).not.toBe(sha256);
  });
});

describe("loadTask, limit and examples", () => {
  const fewshot = { num_fewshot: 3, test_split: "test" };

  test("of the first questions gives them the examples that they have among all", async () => {
    const all = promptsOf(await load(fewshot, data));
    const first = promptsOf(await load(fewshot, data, { limit: 4 }));
    expect(first).toEqual(all.slice(0, 4));
    expect(new Set(all.map((prompt) => prompt.split("\n\n")[0])).size).toBeGreaterThan(1);
  });

  test("does not look at rows behind the limit", async () => {
    const { questions } = await load({}, { "data.jsonl": `${rowsText(2)}{broken\n` }, { limit: 2 });
    expect(questions).toHaveLength(2);
  });

  test("counts questions, and no rows of another configuration", async () => {
    const rows = ["b", "a", "b", "a"].map((part, i) => `${JSON.stringify({ part, q: `q${i}`, a: "x" })}\n`);
    const task = { perjoule: { config_field: "part" }, dataset_name: "a" };
    const { questions } = await load(task, { "data.jsonl": rows.join("") }, { limit: 2 });
    expect(questions.map(({ id, prompt }) => [id, prompt])).toEqual([
      ["0", "q1"],
      ["1", "q3"],
    ]);
  });

  test("takes another number of examples, unless the task's own is exactly 0", async () => {
    const examples = async (changes: object, numFewshot?: number): Promise<[number, unknown]> => {
      const task = await load({ ...changes }, data, numFewshot === undefined ? {} : { numFewshot });
      return [(promptsOf(task)[0] as string).split("\n\n").length - 1, task.definition.num_fewshot];
    };
    expect(await examples({ num_fewshot: 3 })).toEqual([3, 3]);
    expect(await examples({ num_fewshot: 3 }, 1)).toEqual([1, 1]);
    expect(await examples({ num_fewshot: 3 }, 0)).toEqual([0, 0]);
    expect(await examples({ num_fewshot: null }, 2)).toEqual([2, 2]);
    expect(await examples({}, 2)).toEqual([2, 2]);
    expect(await examples({ num_fewshot: 0 }, 2)).toEqual([0, 0]);
  });

  test("draws by the seed", async () => {
    const prompts = async (wishes: TaskWishes): Promise<string[]> => promptsOf(await load(fewshot, data, wishes));
    expect(await prompts({ fewshotSeed: 1234 })).toEqual(await prompts({}));
    expect(await prompts({ fewshotSeed: 1 })).not.toEqual(await prompts({}));
  });

  test("takes them from another split, and says so", async () => {
    const task = await load(
      {
        dataset_kwargs: { data_files: { test: "data.jsonl", dev: "dev.jsonl" } },
        fewshot_split: "dev",
        fewshot_config: { sampler: "first_n" },
        num_fewshot: 2,
      },
      { ...data, "dev.jsonl": rowsText(9, "dev") },
    );
    expect(task.questions[0]?.prompt).toBe("qdev0 adev0\n\nqdev1 adev1\n\nq0");
    expect(task.data.map(({ split, source }) => `${split}: ${source}`)).toEqual([
      "test: data.jsonl",
      "few-shot: dev: dev.jsonl",
    ]);
  });

  test("takes them from the task itself, and reads no file for them", async () => {
    const samples = ["one", "two"].map((q) => ({ q, a: "1" }));
    const task = await load({ fewshot_config: { samples, sampler: "first_n" }, num_fewshot: 1 }, data);
    expect(task.questions[3]?.prompt).toBe("one 1\n\nq3");
    expect(task.data).toHaveLength(1);
  });

  test("says how many there are where they do not suffice", async () => {
    await expect(load({}, data, { numFewshot: 20 })).rejects.toThrow(/task\.yaml:1: num_fewshot 20 needs/);
    await expect(load({ num_fewshot: 12, test_split: "test", fewshot_split: "test" }, data)).rejects.toThrow(
      /task\.yaml:6: num_fewshot 12 needs 13 examples to choose from, and there are 12$/,
    );
  });

  test("notes where a task keeps none, and where the examples are of the asked split", async () => {
    const notes = async (changes: object, numFewshot?: number): Promise<string[]> => {
      const told: string[] = [];
      const onNote = (note: string): void => void told.push(note);
      await load({ ...changes }, data, numFewshot === undefined ? { onNote } : { numFewshot, onNote });
      return told;
    };
    const kept = "toy says num_fewshot 0, and keeps it, as in lm-eval";
    expect(await notes({ num_fewshot: 0 }, 2)).toEqual([kept]);
    expect(await notes({ num_fewshot: 0 }, 0)).toEqual([]);
    expect(await notes({ num_fewshot: 0 })).toEqual([]);
    expect(await notes({ num_fewshot: 3 }, 0)).toEqual([]);
    const same = 'toy has no other split to take examples from than "test", which is asked';
    expect(await notes({ num_fewshot: 1 })).toEqual([same]);
    expect(await notes({}, 1)).toEqual([same]);
    expect(await notes({ training_split: "train" }, 1)).toEqual([]);
  });
});

describe("loadTask, ids", () => {
  test("that stand twice in one's own data are refused with both places", async () => {
    const twice = load({ dataset_kwargs: { data_files: "own.jsonl" } }, placed);
    await expect(twice.catch((error: Error) => bare(error.message))).resolves.toBe(
      'own.jsonl:2: question id "x" stands already in own.jsonl:1',
    );
  });

  test("of published data are made unique", async () => {
    folder.write(placed);
    const wishes = { data: { toy: path.join(folder.path, "own.jsonl") } };
    expect((await load({}, {}, wishes)).questions.map(({ id }) => id)).toEqual(["x", "x#1"]);
  });
});

describe("loadTask, onBadRow", () => {
  test("is told of every row that makes no question, and the others are kept", async () => {
    const bad: string[] = [];
    const wishes = { onBadRow: (problem: string): void => void bad.push(bare(problem)) };
    const rows = '{"q":"1","a":2}\n{"q":"1"}\n{"q":"3","a":4}\n{"a":2}\n';
    const { questions } = await load({}, { "data.jsonl": rows }, wishes);
    expect(questions.map(({ prompt }) => prompt)).toEqual(["1", "3"]);
    expect(bad).toEqual([
      'data.jsonl:2: doc_to_target uses the field "a", which this row lacks; it has q',
      'data.jsonl:4: doc_to_text uses the field "q", which this row lacks; it has a',
    ]);
  });

  test("is told of lines that are no JSON, and the reading goes on", async () => {
    const told: string[] = [];
    const wishes = { onBadRow: (problem: string): void => void told.push(problem) };
    const lines = '{"q":"1","a":2}\n{broken\n[3]\n{"q":"4","a":5}\n';
    const { questions } = await load({}, { "data.jsonl": lines }, wishes);
    expect(questions.map(({ prompt }) => prompt)).toEqual(["1", "4"]);
    expect(told).toEqual([
      expect.stringMatching(/data\.jsonl:2: not valid JSON/),
      expect.stringMatching(/data\.jsonl:3: a row is a JSON object, found \[3\]/),
    ]);
  });

  test("does not make up for a file without rows", async () => {
    const wishes = { onBadRow: (): void => {} };
    await expect(load({}, { "data.jsonl": "" }, wishes)).rejects.toThrow("holds no questions");
  });
});
