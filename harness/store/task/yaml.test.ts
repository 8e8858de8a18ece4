import { describe, expect, test } from "vitest";
import { useFolder } from "../rows/rows.support.ts";
import { inlineYaml, overlaid, parseTaskYaml, readTaskYaml, TaskFileError, type TaskYaml } from "./yaml.ts";

const folder = useFolder();
const read = (files: Record<string, string>): TaskYaml => readTaskYaml(folder.write(files));
/** `file:line` of a key, without the folder. */
const placed = (yaml: TaskYaml, ...keys: (string | number)[]): string => {
  const { file, line } = yaml.place(keys);
  return `${bare(file)}:${line}`;
};
const bare = (text: string): string => text.replaceAll(`${folder.path}/`, "");
function refusal(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof TaskFileError)
      return error.problems.map(({ file, line, text }) => `${bare(file)}:${line}: ${bare(text)}`);
    throw error;
  }
  return [];
}

describe("readTaskYaml, include", () => {
  test("takes another file's keys, and its own win", () => {
    const yaml = read({ "a.yaml": "include: b.yaml\ntask: a\nx: 1\n", "b.yaml": "task: b\ny: { z: 2 }\n" });
    expect(yaml.content).toEqual({ task: "a", x: 1, y: { z: 2 } });
  });

  test("takes a map of the including file whole, and merges nothing inside of it", () => {
    const yaml = read({ "a.yaml": "include: b.yaml\ny: { own: 1 }\n", "b.yaml": "y: { z: 2 }\n" });
    expect(yaml.content).toEqual({ y: { own: 1 } });
  });

  test("of several lets the first win", () => {
    const yaml = read({
      "a.yaml": "include: [b.yaml, c.yaml]\n",
      "b.yaml": "x: b\nonly_b: 1\n",
      "c.yaml": "x: c\nonly_c: 1\n",
    });
    expect(yaml.content).toEqual({ x: "b", only_b: 1, only_c: 1 });
    expect(placed(yaml, "x")).toBe("b.yaml:1");
    expect(placed(yaml, "only_c")).toBe("c.yaml:2");
  });

  test("may be nested, each path beside the file that names it", () => {
    const yaml = read({
      "a.yaml": "include: in/b.yaml\nx: a\n",
      "in/b.yaml": "x: b\ny: b\ninclude: ../c.yaml\n",
      "c.yaml": "x: c\ny: c\nz: c\n",
    });
    expect(yaml.content).toEqual({ x: "a", y: "b", z: "c" });
    expect(placed(yaml, "z")).toBe("c.yaml:3");
    expect(placed(yaml, "y")).toBe("in/b.yaml:2");
  });

  test("may be an absolute path", () => {
    const base = folder.write({ "base.yaml": "x: 1\n" });
    expect(read({ "in/a.yaml": `include: ${base}\n` }).content).toEqual({ x: 1 });
  });

  test("keeps the text of every file once, its own last", () => {
    const own = "include: [b.yaml, c.yaml]\n";
    const yaml = read({ "a.yaml": own, "b.yaml": "include: c.yaml\n", "c.yaml": "x: 1\n" });
    expect(yaml.texts.toSorted()).toEqual(["include: c.yaml\n", own, "x: 1\n"].toSorted());
    expect(yaml.texts.at(-1)).toBe(own);
  });

  test("of itself is refused where it closes the circle", () => {
    const files = { "a.yaml": "x: 1\ninclude: b.yaml\n", "b.yaml": "\n\ninclude: a.yaml\n" };
    expect(refusal(() => read(files))).toEqual(['b.yaml:3: "a.yaml" includes itself']);
    expect(refusal(() => read({ "a.yaml": "include: ./a.yaml\n" }))).toEqual(['a.yaml:1: "./a.yaml" includes itself']);
  });

  test("of one file by two is no circle", () => {
    const yaml = read({
      "a.yaml": "include: [b.yaml, c.yaml]\n",
      "b.yaml": "include: d.yaml\n",
      "c.yaml": "include: d.yaml\n",
      "d.yaml": "x: 1\n",
    });
    expect(yaml.content).toEqual({ x: 1 });
  });

  test("of a missing file is refused at its line", () => {
    expect(refusal(() => read({ "a.yaml": "task: a\n\ninclude: none.yaml\n" }))).toEqual([
      'a.yaml:3: there is no file "none.yaml"',
    ]);
  });

  test("of what is no name is refused", () => {
    expect(refusal(() => read({ "a.yaml": "x: 1\ninclude: { a: 1 }\n" }))).toEqual([
      'a.yaml:2: "include" names a file, found {"a":1}',
    ]);
  });

  test("names the included file of its own mistakes", () => {
    const files = { "a.yaml": "include: b.yaml\n", "b.yaml": "x: 1\ny: [1\n" };
    expect(refusal(() => read(files))).toEqual([expect.stringMatching(/^b\.yaml:[23]: not valid YAML: /)]);
  });
});

describe("readTaskYaml", () => {
  test("names a file that is not there", () => {
    expect(() => readTaskYaml(`${folder.path}/none.yaml`)).toThrow(/^there is no file ".*none\.yaml"$/);
  });

  test("says why it cannot read what is there", () => {
    expect(() => readTaskYaml(folder.path)).toThrow(/^cannot read ".*": EISDIR/);
  });

  test.each(["Q: {{q}}", "{{q}} is", "{% if q %}", "{q", "a: b"])("advises quotes around a text such as %s", (text) => {
    expect(refusal(() => read({ "a.yaml": `task: a\ndoc_to_text: ${text}\n` }))).toEqual([
      expect.stringMatching(/^a\.yaml:[23]: not valid YAML: .*; a text with ": ", "\{" or "#" in it needs quotes$/),
    ]);
  });

  test("advises no quotes where others are the mistake", () => {
    expect(refusal(() => read({ "a.yaml": "task: a\ntask: b\n" }))).toEqual([expect.stringMatching(/unique$/)]);
    expect(refusal(() => read({ "a.yaml": "x: 1\n\ty: 2\n" }))).toEqual([expect.stringMatching(/indentation$/)]);
  });

  test.each([
    ["a.jsonl", '{"q":1}\n{"q":2}\n'],
    ["a.csv", "q,a\n1,2\n"],
    ["a.json", '[{"q":1}]'],
  ])("tells a data file from a task: %s", (name, text) => {
    expect(refusal(() => read({ [name]: text }))).toEqual([
      expect.stringMatching(/^a\.\w+:[12]: .*; this is a data file: name the task's YAML file$/),
    ]);
  });

  test("tells of every tag, each with its line", () => {
    const text = "a: !function utils.a\nb: 1\nc:\n  - !function utils.c\n  - !other x\n";
    expect(refusal(() => read({ "a.yaml": text }))).toEqual([
      expect.stringMatching(/^a\.yaml:1: "!function" runs code/),
      expect.stringMatching(/^a\.yaml:4: "!function" runs code/),
      'a.yaml:5: the tag "!other" means nothing here',
    ]);
  });

  test("names the included file of a tag in it", () => {
    const files = { "a.yaml": "include: b.yaml\n", "b.yaml": "\nx: !function f\n" };
    expect(refusal(() => read(files))).toEqual([expect.stringMatching(/^b\.yaml:2: "!function"/)]);
  });

  test("reads YAML's own tags as what they say", () => {
    expect(read({ "a.yaml": "x: !!str 1\n" }).content).toEqual({ x: "1" });
  });

  test("refuses what is no map", () => {
    expect(refusal(() => read({ "a.yaml": "- 1\n" }))).toEqual(["a.yaml:1: it must be a map of keys and values"]);
    const files = { "a.yaml": "x: 1\ninclude: b.yaml\n", "b.yaml": "" };
    expect(refusal(() => read(files))).toEqual(["b.yaml:1: it must be a map of keys and values"]);
  });
});

describe("TaskYaml, place", () => {
  const text = "a: 1\nb:\n  c: [x,\n    y]\n  d:\n    - { e: 1,\n        f: 2 }\n";

  test("is the line in which a key begins, in maps and lists however deep", () => {
    const yaml = parseTaskYaml(text, "t.yaml");
    const lineOf = (...keys: (string | number)[]): number => yaml.place(keys).line;
    expect([lineOf("a"), lineOf("b"), lineOf("b", "c"), lineOf("b", "c", 1)]).toEqual([1, 2, 3, 4]);
    expect([lineOf("b", "d", 0), lineOf("b", "d", 0, "e"), lineOf("b", "d", 0, "f")]).toEqual([6, 6, 7]);
  });

  test("of a missing key is its nearest parent, and of nothing the beginning", () => {
    const yaml = parseTaskYaml(text, "t.yaml");
    expect(yaml.place(["b", "d", 0, "none"]).line).toBe(6);
    expect(yaml.place(["b", "none", "deeper"]).line).toBe(2);
    expect(yaml.place(["none"])).toEqual({ file: "t.yaml", line: 1 });
    expect(yaml.place([])).toEqual({ file: "t.yaml", line: 1 });
  });
});

describe("inlineYaml", () => {
  const group = "group: g\ntask:\n  - one\n  - include: in/base.yaml\n    task: two\n    x: 2\n";

  test("is a map of a list with what it includes, each key at its place", () => {
    const outer = read({ "g.yaml": group, "in/base.yaml": "x: 1\ny: 1\n" });
    const yaml = inlineYaml(outer, ["task", 1]);
    expect(yaml.content).toEqual({ task: "two", x: 2, y: 1 });
    expect(placed(yaml, "x")).toBe("g.yaml:6");
    expect(placed(yaml, "y")).toBe("in/base.yaml:2");
    expect(placed(yaml)).toBe("g.yaml:4");
  });

  test("says where it includes what is not there, and refuses its own file", () => {
    const outer = read({ "g.yaml": group });
    expect(refusal(() => inlineYaml(outer, ["task", 1]))).toEqual(['g.yaml:4: there is no file "in/base.yaml"']);
    const circle = read({ "g.yaml": "task:\n  - { task: a,\n      include: g.yaml }\n" });
    expect(refusal(() => inlineYaml(circle, ["task", 0]))).toEqual(['g.yaml:3: "g.yaml" includes itself']);
  });

  test("refuses what is no map", () => {
    const outer = read({ "g.yaml": group });
    expect(refusal(() => inlineYaml(outer, ["task", 0]))).toEqual(["g.yaml:3: it must be a map of keys and values"]);
  });
});

test("overlaid lets the upper map's keys win, each with its own place", () => {
  const yaml = overlaid(parseTaskYaml("\nx: 1\ny: 1\n", "low.yaml"), parseTaskYaml("\n\nx: 2\n", "high.yaml"));
  expect(yaml.content).toEqual({ x: 2, y: 1 });
  expect([placed(yaml, "x"), placed(yaml, "y"), placed(yaml, "z")]).toEqual([
    "high.yaml:3",
    "low.yaml:3",
    "high.yaml:1",
  ]);
});

test("readTaskYaml refuses a file that is not UTF-8", () => {
  const file = folder.write({ "task.yaml": Buffer.from('description: "caf\xe9"', "latin1") });
  expect(refusal(() => readTaskYaml(file))).toEqual(["task.yaml:1: not UTF-8 text"]);
});
