import path from "node:path";
import { describe, expect, test } from "vitest";
import { useFolder } from "../rows/rows.support.ts";
import { definitionFile, embeddedTasks, ourDefinitions, readyMadeTasks } from "./names.ts";

const folder = useFolder();

describe("embeddedTasks and readyMadeTasks", () => {
  test("tell definitions with their questions from those whose data is elsewhere", () => {
    folder.write({
      "b/task.yaml": "",
      "b/test.jsonl": "",
      "a/task.yaml": "",
      "a/test.jsonl": "",
      "family/hard.yaml": "",
      "family/easy.yaml": "",
      "family/_shared.yaml": "",
      "alone/task.yaml": "",
      "notes/README.md": "",
      "README.md": "",
    });
    expect(embeddedTasks(folder.path)).toEqual(["a", "b"]);
    expect(readyMadeTasks(folder.path)).toEqual(["alone", "easy", "hard"]);
  });

  test("of ours have no name in common", () => {
    const ready = readyMadeTasks();
    expect(ready).toEqual(expect.arrayContaining(["mmlu", "mmlu_stem", "gsm8k", "blimp"]));
    expect(embeddedTasks()).toEqual(expect.arrayContaining(["addition", "sort"]));
    expect(embeddedTasks().filter((id) => ready.includes(id))).toEqual([]);
    expect(ourDefinitions()).toHaveLength(ready.length + embeddedTasks().length);
  });
});

describe("definitionFile", () => {
  test("is that of a name of ours, of a file, or of a folder", () => {
    expect(definitionFile("addition")).toMatch(/tasks\/addition\/task\.yaml$/);
    expect(definitionFile("arc_easy")).toMatch(/tasks\/arc\/arc_easy\.yaml$/);
    const file = folder.write({ "mine/task.yaml": "", "mine/other.yaml": "", "single/only.yml": "" });
    expect(definitionFile(path.dirname(file))).toBe(file);
    expect(definitionFile(file)).toBe(file);
    expect(definitionFile(path.join(folder.path, "single"))).toBe(path.join(folder.path, "single/only.yml"));
  });

  test("of a folder with several asks for one of them", () => {
    folder.write({ "two/a.yaml": "", "two/b.yaml": "", "two/_base.yaml": "" });
    const two = path.join(folder.path, "two");
    expect(() => definitionFile(two)).toThrow(`"${two}" holds no task.yaml; it has a.yaml, b.yaml: name one of them`);
  });

  test("of a folder with none says so", () => {
    expect(() => definitionFile(folder.path)).toThrow(new Error(`"${folder.path}" holds no task.yaml`));
  });

  test("in a group's file looks beside it first, with and without the extension", () => {
    folder.write({ "sort.yaml": "", "sub/task.yaml": "" });
    const beside = (name: string): string => path.relative(folder.path, definitionFile(name, folder.path));
    expect([beside("sort"), beside("sort.yaml"), beside("sub")]).toEqual(["sort.yaml", "sort.yaml", "sub/task.yaml"]);
    expect(definitionFile("addition", folder.path)).toMatch(/tasks\/addition\/task\.yaml$/);
  });

  test("of a name that nothing has suggests the nearest", () => {
    expect(() => definitionFile("hella_swag")).toThrow(
      /^unknown task "hella_swag"; did you mean hellaswag.*A task is an id of `perjoule tasks ls` or the path/,
    );
  });

  test.each(["./no/such/folder", "task.yaml", "task.yml", "no\\such"])(
    "of a path that leads nowhere says so: %s",
    (name) => {
      expect(() => definitionFile(name, folder.path)).toThrow(new Error(`there is no file or folder "${name}"`));
    },
  );
});
