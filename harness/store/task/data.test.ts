import { createHash } from "node:crypto";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { useFolder } from "../rows/rows.support.ts";
import { describeFiles, filesOf, NoDataError, rowsOf, type SplitFiles } from "./data.ts";
import { definitionOf } from "./file.ts";
import { taskText } from "./load.support.ts";
import { readTaskYaml } from "./yaml.ts";

const folder = useFolder();
const bare = (text: string): string => text.replaceAll(`${folder.path}/`, "");

/** Files of a split of the task in `t.yaml`, paths without the folder. */
async function found(changes: Record<string, unknown>, place?: string, split = "test"): Promise<SplitFiles> {
  folder.write({ "t.yaml": taskText(changes) });
  const yaml = readTaskYaml(path.join(folder.path, "t.yaml"));
  const definition = definitionOf(yaml);
  const wish = place === undefined ? { definition, yaml } : { definition, yaml, place: path.join(folder.path, place) };
  const { files, ...more } = await filesOf(wish, split);
  return { ...more, source: bare(more.source), files: files.map(bare) };
}
async function refusal(...args: Parameters<typeof found>): Promise<string> {
  const error = await found(...args).catch((cause: unknown) => cause as Error);
  return error instanceof Error ? `${error.name}: ${bare(error.message)}` : "accepted";
}
const dataFiles = (data_files: unknown): Record<string, unknown> => ({ dataset_kwargs: { data_files } });

describe("filesOf, data_files", () => {
  test("may be a file, a list, or either by split, beside the task", async () => {
    folder.write({ "a.jsonl": "", "b.jsonl": "", "in/c.jsonl": "" });
    expect(await found(dataFiles("a.jsonl"))).toEqual({ files: ["a.jsonl"], source: "a.jsonl", care: "own" });
    expect(await found(dataFiles(["b.jsonl", "a.jsonl"]))).toMatchObject({
      files: ["b.jsonl", "a.jsonl"],
      source: "b.jsonl, a.jsonl",
    });
    const bySplit = dataFiles({ test: "in/c.jsonl", train: ["a.jsonl", "b.jsonl"] });
    expect((await found(bySplit)).files).toEqual(["in/c.jsonl"]);
    expect((await found(bySplit, undefined, "train")).files).toEqual(["a.jsonl", "b.jsonl"]);
  });

  test("are beside the file that names them, be it one that is included", async () => {
    folder.write({ "base/base.yaml": `dataset_kwargs: { data_files: a.jsonl }\n`, "base/a.jsonl": "" });
    const included = await found({ include: "base/base.yaml", dataset_kwargs: undefined });
    expect(included.files).toEqual(["base/a.jsonl"]);
  });

  test("that are not there are named at their line", async () => {
    folder.write({ "a.jsonl": "", "sub/b.jsonl": "" });
    expect(await refusal(dataFiles(["a.jsonl", "none.jsonl"]))).toBe(
      'Error: t.yaml:3: there is no data file "none.jsonl"',
    );
    expect(await refusal(dataFiles("sub"))).toBe('Error: t.yaml:3: there is no data file "sub"');
  });

  test("without the split name those that there are", async () => {
    expect(await refusal(dataFiles({ train: "a.jsonl", dev: "b.jsonl" }))).toBe(
      'Error: t.yaml:3: data_files names no file for the split "test"; it has train, dev',
    );
  });

  test.each(["test_split", "validation_split", "training_split", "fewshot_split"])(
    "without the split that %s names are refused at that key",
    async (key) => {
      expect(await refusal({ ...dataFiles({ train: "a.jsonl" }), [key]: "tset" }, undefined, "tset")).toBe(
        'Error: t.yaml:6: data_files names no file for the split "tset"; it has train',
      );
    },
  );

  test("at an address are refused", async () => {
    expect(await refusal(dataFiles("https://example.org/a.jsonl"))).toBe(
      'Error: t.yaml:3: data file "https://example.org/a.jsonl" is an address; download it and name the file',
    );
  });

  test("are needed where dataset_path is a format", async () => {
    expect(await refusal({ dataset_kwargs: undefined })).toBe(
      'Error: t.yaml:2: dataset_path "json" needs dataset_kwargs.data_files, or a place: --data toy=PATH',
    );
  });

  test("of a data set on the hub are refused before anything is pulled", async () => {
    expect(await refusal({ ...dataFiles("a.jsonl"), dataset_path: "someone/something" })).toMatch(
      /^Error: t\.yaml:3: "data_files" of a data set on the hub are not read/,
    );
  });
});

describe("filesOf, a folder as dataset_path", () => {
  test("has the split's files of the configuration", async () => {
    folder.write({ "d/x_test.csv": "", "d/x_dev.csv": "", "d/y_test.csv": "" });
    const task = { dataset_path: "d", dataset_name: "x", dataset_kwargs: undefined };
    expect(await found(task)).toEqual({ files: ["d/x_test.csv"], source: "d", care: "published" });
    expect((await found(task, undefined, "validation")).files).toEqual(["d/x_dev.csv"]);
  });

  test("without them is refused at its line", async () => {
    folder.write({ "d/x_train.csv": "" });
    expect(await refusal({ dataset_path: "d", dataset_kwargs: undefined })).toMatch(
      /^Error: t\.yaml:2: no data of split "test" in "d".*train/,
    );
  });
});

describe("filesOf, a place of the user's", () => {
  test("takes the place of what the task names: a file, or a folder", async () => {
    folder.write({ "own.jsonl": "", "own/test.jsonl": "", "own/train.jsonl": "" });
    const task = { dataset_path: "someone/something", dataset_kwargs: undefined };
    expect(await found(task, "own.jsonl")).toEqual({ files: ["own.jsonl"], source: "own.jsonl", care: "published" });
    expect((await found(task, "own")).files).toEqual(["own/test.jsonl"]);
    expect((await found(dataFiles("none.jsonl"), "own", "train")).files).toEqual(["own/train.jsonl"]);
  });

  test("without data is a NoDataError, since other tasks of a group may find theirs", async () => {
    folder.write({ "own/train.jsonl": "" });
    expect(await refusal({}, "none")).toMatch(/^NoDataError: cannot look for data in "none"/);
    expect(await refusal({}, "own")).toMatch(/^NoDataError: no data of split "test" in "own"/);
    expect(new NoDataError("x")).toBeInstanceOf(Error);
  });
});

describe("rowsOf", () => {
  test("are those of several files in their order", async () => {
    folder.write({ "t.yaml": taskText(), "b.jsonl": '{"n":1}\n{"n":2}\n', "a.json": '{"test":[{"n":3}],"x":[]}' });
    const definition = definitionOf(readTaskYaml(path.join(folder.path, "t.yaml")));
    const rows: string[] = [];
    const files = ["b.jsonl", "a.json"].map((name) => path.join(folder.path, name));
    for await (const { fields, at } of rowsOf(files, definition, "test"))
      rows.push(`${bare(at)} ${String(fields["n"])}`);
    expect(rows).toEqual(["b.jsonl:1 1", "b.jsonl:2 2", "a.json, row 1 3"]);
  });
});

describe("describeFiles", () => {
  const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
  const described = async (...files: string[]): Promise<[Awaited<ReturnType<typeof describeFiles>>, string]> => {
    const into = createHash("sha256");
    return [
      await describeFiles(
        files.map((name) => path.join(folder.path, name)),
        into,
      ),
      into.digest("hex"),
    ];
  };

  test("says name, bytes and SHA-256 of each", async () => {
    folder.write({ "in/a.jsonl": "ü\n", "b.jsonl": "" });
    const [files] = await described("in/a.jsonl", "b.jsonl");
    expect(files).toEqual([
      { name: "a.jsonl", bytes: 3, sha256: sha("ü\n") },
      { name: "b.jsonl", bytes: 0, sha256: sha("") },
    ]);
  });

  test("hashes contents with their lengths, and no names", async () => {
    folder.write({ a: "xy", b: "z", c: "x", d: "yz" });
    const [[, hash], [, other]] = [await described("a", "b"), await described("c", "d")];
    expect(hash).toBe(sha("2\nxy1\nz"));
    expect(other).not.toBe(hash);
    folder.write({ e: "xy" });
    expect((await described("e", "b"))[1]).toBe(hash);
  });
});
