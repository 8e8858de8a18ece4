import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { embeddedTasks, loadTask } from "./tasks.ts";

const DEFINITION = `task: toy
dataset_path: json
dataset_kwargs: { data_files: data.jsonl }
output_type: generate_until
doc_to_text: q
doc_to_target: a
metric_list: [{ metric: exact_match }]
metadata: { version: 1 }
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "perjoule-tasks-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function task(id: string, data: string | undefined, definition = DEFINITION): string {
  const folder = path.join(root, id);
  mkdirSync(folder);
  writeFileSync(path.join(folder, "task.yaml"), definition);
  if (data !== undefined) writeFileSync(path.join(folder, "data.jsonl"), data);
  return folder;
}

describe("loadTask", () => {
  test("reads a folder or its YAML file, to the same task", () => {
    const folder = task("toy", '{"q":"1+1?","a":2}\n');
    const loaded = loadTask(folder);
    expect(loaded).toMatchObject({ id: "toy", questions: [{ id: "0", prompt: "1+1?", target: "2" }] });
    expect(loadTask(path.join(folder, "task.yaml"))).toEqual(loaded);
  });

  test("has a hash that follows definition and data", () => {
    const { sha256 } = loadTask(task("a", '{"q":"1","a":2}\n'));
    expect(loadTask(task("b", '{"q":"1","a":2}\n')).sha256).toBe(sha256);
    expect(loadTask(task("c", '{"q":"1","a":3}\n')).sha256).not.toBe(sha256);
    expect(loadTask(task("d", '{"q":"1","a":2}\n', `${DEFINITION}# \n`)).sha256).not.toBe(sha256);
  });

  test("names the line of a broken question in its data file", () => {
    const folder = task("toy", '{"q":"1","a":2}\n{"q":"1"}\n');
    expect(() => loadTask(folder)).toThrow(`${path.join(folder, "data.jsonl")}:2: doc_to_target uses the field "a"`);
  });

  test("refuses a task without questions or without its data", () => {
    expect(() => loadTask(task("empty", "\n"))).toThrow("holds no questions");
    expect(() => loadTask(task("absent", undefined))).toThrow(/task\.yaml: cannot read its data file ".*data\.jsonl"/);
  });

  test("says what a folder lacks", () => {
    expect(() => loadTask(root)).toThrow(`"${root}" holds no task.yaml`);
  });

  test("gives the nearest names for an unknown one", () => {
    expect(() => loadTask("additon")).toThrow(/unknown task "additon"; did you mean addition.*perjoule tasks ls/);
  });
});

describe("embeddedTasks", () => {
  test("are the folders with a definition, by name", () => {
    task("b", "");
    task("a", "");
    mkdirSync(path.join(root, "notes"));
    writeFileSync(path.join(root, "README.md"), "");
    expect(embeddedTasks(root)).toEqual(["a", "b"]);
  });
});
