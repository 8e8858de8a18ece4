import { describe, expect, it } from "vitest";
import type { HubDataset } from "./dataset.ts";
import { splitFiles } from "./split.ts";

const wanted: HubDataset = { id: "a/b", split: "test" };
const chosen = (paths: readonly string[], dataset: HubDataset = wanted) => {
  const files = paths.map((path) => ({ path, size: 1, digest: { of: "bytes", sha256: "" } as const }));
  const { config, files: found } = splitFiles(files, dataset);
  return [config, ...found.map(({ path }) => path)];
};

describe("splitFiles of a conversion", () => {
  it.each<[string[], HubDataset, string[]]>([
    [["x/test/0000.parquet", "x/train/0000.parquet"], wanted, ["x", "x/test/0000.parquet"]],
    [["default/test/0000.parquet", "x/test/0000.parquet"], wanted, ["default", "default/test/0000.parquet"]],
    [
      ["x/test-part1/0000.parquet", "x/test-part0/0001.parquet", "x/test-part0/0000.parquet"],
      wanted,
      ["x", "x/test-part0/0000.parquet", "x/test-part0/0001.parquet", "x/test-part1/0000.parquet"],
    ],
    [["x/test/0000.parquet", "stray.json"], wanted, ["x", "x/test/0000.parquet"]],
  ])("%j", (paths, dataset, expected) => expect(chosen(paths, dataset)).toEqual(expected));

  it("refuses a part of a split, and takes the others beside it", () => {
    const paths = ["x/partial-train/0000.parquet", "x/test/0000.parquet"];
    expect(() => chosen(paths, { ...wanted, split: "train" })).toThrow(
      /converted only a part of "x\/train" of the data set "a\/b" to Parquet.*--data TASK=PATH/,
    );
    expect(chosen(paths)).toEqual(["x", "x/test/0000.parquet"]);
  });

  it("says how many configs it does not list", () => {
    const paths = Array.from({ length: 70 }, (_, index) => `c${index}/test/0000.parquet`);
    expect(() => chosen(paths)).toThrow(/choose of: c0, c1, .* and 10 more$/);
  });
});

describe("splitFiles of other files", () => {
  it.each<[string[], HubDataset, string[]]>([
    [
      ["data/test-00000-of-00002.parquet", "data/test-00001-of-00002.parquet", "data/train-00000-of-00001.parquet"],
      wanted,
      ["default", "data/test-00000-of-00002.parquet", "data/test-00001-of-00002.parquet"],
    ],
    [["gsm8k_test.jsonl", "gsm8k_train.jsonl"], wanted, ["default", "gsm8k_test.jsonl"]],
    [["a/Test.json", "b/test.json"], { ...wanted, config: "a" }, ["a", "a/Test.json"]],
    [["test.csv"], { ...wanted, config: "default" }, ["default", "test.csv"]],
    [["c++/test.csv", "c/test.csv"], { ...wanted, config: "c++" }, ["c++", "c++/test.csv"]],
  ])("%j", (paths, dataset, expected) => expect(chosen(paths, dataset)).toEqual(expected));

  it.each<[string[], HubDataset, RegExp]>([
    [
      ["latest.csv", "tested.csv", "test_easy.csv", "test.txt"],
      wanted,
      /no data file named after "test"; it has: latest\.csv, test_easy\.csv, tested\.csv; download/,
    ],
    [["test.csv"], { ...wanted, config: "x" }, /no data file named after "x\/test"; it has: test\.csv/],
    [
      ["code.py"],
      wanted,
      /it has: nothing that perjoule reads; download what you need and give a local copy with --data TASK=PATH/,
    ],
    [
      ["a/test.csv", "b/test.csv"],
      wanted,
      /several kinds of files that may be "test"; it has: a\/test\.csv, b\/test\.csv;/,
    ],
    [["2019/test.csv", "2020/test.csv"], wanted, /several kinds/],
    [["test.csv", "test.parquet"], wanted, /several kinds/],
    [["easy-test.csv", "hard-test.csv"], wanted, /several kinds/],
  ])("%j is refused", (paths, dataset, message) => expect(() => chosen(paths, dataset)).toThrow(message));
});
