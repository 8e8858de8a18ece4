import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Task } from "../../task.ts";
import { useFolder } from "../rows/rows.support.ts";
import { loadTask, loadTasks } from "./load.ts";
import { taskText } from "./load.support.ts";

const folder = useFolder();
const bare = (text: string): string => text.replaceAll(`${folder.path}/`, "");

describe("loadTasks, data", () => {
  const refusal = (names: string[], stray: string): Promise<unknown> =>
    loadTasks(names, { data: { [stray]: "none.jsonl" } }).catch((error: Error) => bare(error.message));

  test("of a task that is not asked is refused before any is read, with the nearest name", async () => {
    const file = folder.write({ "task.yaml": taskText() });
    expect(await refusal([file], "tox")).toBe('--data names "tox", which is none of the tasks; did you mean "toy"?');
    expect(await refusal([file], "zzzzzzzzzz")).toBe(
      '--data names "zzzzzzzzzz", which is none of the tasks; those are task.yaml',
    );
    expect(await refusal(["mmlu"], "mmlu_anatomi")).toBe(
      '--data names "mmlu_anatomi", which is none of the tasks; did you mean "mmlu_anatomy"?',
    );
  });

  test("may be that of a task, of a task or a group inside, or of a name as it was given", async () => {
    const file = folder.write({
      "g.yaml": "group: g\ntask: [h]\n",
      "h.yaml": "group: h\ntask: [a]\n",
      "a.yaml": taskText({ task: "a" }),
    });
    for (const name of ["g", "h", "a", file]) {
      expect(await refusal([file], name)).toMatch(/^cannot look for data in "none\.jsonl"/);
    }
  });
});

describe("loadTask, formats", () => {
  const asked = [
    { id: "0", prompt: "1+1?", target: "2" },
    { id: "1", prompt: "a,b?", target: "3" },
  ];
  const from = async (name: string, content: string | Uint8Array, more: object = {}): Promise<unknown> =>
    (await load({ dataset_kwargs: { data_files: name }, ...more }, { [name]: content })).questions;
  const load = (changes: object, files: Record<string, string | Uint8Array>): Promise<Task> =>
    loadTask(folder.write({ "task.yaml": taskText({ ...changes }), ...files }));

  test("reads CSV with a header, and without one by the task's columns", async () => {
    expect(await from("d.csv", 'q,a\n1+1?,2\n"a,b?",3\n')).toEqual(asked);
    expect(await from("d.csv", '2,1+1?\n3,"a,b?"\n', { perjoule: { columns: ["a", "q"] } })).toEqual(asked);
  });

  test("reads JSON and packed JSONL", async () => {
    expect(await from("d.json", '[{"q":"1+1?","a":2},{"q":"a,b?","a":3}]')).toEqual(asked);
    expect(await from("d.jsonl.gz", gzipSync('{"q":"1+1?","a":2}\n{"q":"a,b?","a":3}\n'))).toEqual(asked);
  });

  test("reads several files as one", async () => {
    const files = { "a.jsonl": '{"q":"1+1?","a":2}\n', "b.csv": 'a,q\n3,"a,b?"\n' };
    const task = await load({ dataset_kwargs: { data_files: ["a.jsonl", "b.csv"] } }, files);
    expect(task.questions).toEqual(asked);
    expect(task.data[0]?.files.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["a.jsonl", 19],
      ["b.csv", 13],
    ]);
  });

  test("reads the documents of a text", async () => {
    const task = { output_type: "loglikelihood_rolling", doc_to_text: "", doc_to_target: "{{text}}" };
    expect(await from("d.txt", "one--two", { ...task, perjoule: { separator: "--" } })).toEqual([
      { id: "0", prompt: "", target: "one", rolling: true },
      { id: "1", prompt: "", target: "two", rolling: true },
    ]);
  });
});
