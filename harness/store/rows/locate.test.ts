import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { locateData, splitWords, type WantedData } from "./locate.ts";
import { useFolder } from "./rows.support.ts";

const folder = useFolder();

/** What is found in a folder of these files, by paths from it. */
function found(files: readonly string[], wanted: WantedData): string[] {
  folder.write(Object.fromEntries(files.map((file) => [file, ""])));
  return locateData(folder.path, wanted).map((file) => path.relative(folder.path, file).replaceAll(path.sep, "/"));
}
const split = (name: string): WantedData => ({ split: name });

describe("locateData", () => {
  test("refuses the same rows in two formats, or packed and not, which would be asked twice", () => {
    expect(() => found(["test.jsonl", "test.jsonl.gz"], split("test"))).toThrow(
      /holds "test\.jsonl" and "test\.jsonl\.gz", which may be the same rows; give the path of one of them/,
    );
    expect(() => found(["test.csv", "test.parquet"], split("test"))).toThrow("which may be the same rows");
  });

  test("follows links to folders, but not in a circle, and passes over those that lead nowhere", () => {
    folder.write({ "real/test.jsonl": "", "place/readme.md": "" });
    const place = path.join(folder.path, "place");
    symlinkSync(path.join(folder.path, "real"), path.join(place, "data"));
    symlinkSync(place, path.join(place, "round"));
    symlinkSync(path.join(folder.path, "nowhere"), path.join(place, "test.csv"));
    expect(locateData(place, split("test"))).toEqual([path.join(place, "data", "test.jsonl")]);
  });
});

test("splitWords begins with the split's own name", () => {
  expect(splitWords("validation")).toEqual(["validation", "valid", "val", "dev"]);
  expect(splitWords("dev")).toEqual(["dev", "validation", "valid", "val"]);
  expect(splitWords("test_r1")).toEqual(["test_r1"]);
});

describe("locateData of a split", () => {
  test.each([
    ["anatomy_test.csv", "test"],
    ["test/x.jsonl", "test"],
    ["test-00000-of-00001.parquet", "test"],
    ["data/train_first200.jsonl", "train"],
    ["train2.json.gz", "train"],
    ["valid.txt", "validation"],
    ["Eval.TSV", "test"],
    ["my dev set.jsonl.zst", "validation"],
  ])("finds %s for %s, and not for another", (file, name) => {
    expect(found([file], split(name))).toEqual([file]);
    const other = name === "test" ? "train" : "test";
    expect(() => found([file], split(other))).toThrow(`no data of split "${other}" in "${folder.path}"`);
  });

  test("sorts the files and passes over what is no data or hidden", () => {
    const files = ["test-2.jsonl", "b/test.jsonl", "test-1.jsonl", "test.md", "LICENSE", ".cache/test.jsonl"];
    expect(found([...files, ".test.jsonl", "train.jsonl"], split("test"))).toEqual([
      "b/test.jsonl",
      "test-1.jsonl",
      "test-2.jsonl",
    ]);
  });

  test("takes a split's own word before the others for it", () => {
    const files = ["dev/a.csv", "val/a.csv", "test/a.csv"];
    expect(found(files, split("validation"))).toEqual(["val/a.csv"]);
    expect(found(files, split("dev"))).toEqual(["dev/a.csv"]);
    expect(found(files, split("val"))).toEqual(["val/a.csv"]);
  });

  test("believes a file's name more than its folder's", () => {
    const files = ["evaluation/train.jsonl", "evaluation/part.jsonl"];
    expect(found(files, split("test"))).toEqual(["evaluation/part.jsonl"]);
    expect(found(files, split("train"))).toEqual(["evaluation/train.jsonl"]);
  });

  test("finds splits of other names, whole", () => {
    const files = ["test_r1-00000-of-00001.parquet", "test_r10-00000-of-00001.parquet", "challenge.jsonl"];
    expect(found(files, split("test_r1"))).toEqual(["test_r1-00000-of-00001.parquet"]);
    expect(found(files, split("challenge"))).toEqual(["challenge.jsonl"]);
  });

  test("does not take the hub's auxiliary_train for train where both are", () => {
    const files = [
      "auxiliary_train-00000-of-00001.parquet",
      "train-00000-of-00002.parquet",
      "train-00001-of-00002.parquet",
    ];
    expect(found(files, split("train"))).toEqual(files.slice(1));
    expect(found(files, split("auxiliary_train"))).toEqual(files.slice(0, 1));
  });

  test("takes files that say no split for any, unless one says one", () => {
    expect(found(["latest.jsonl", "contest.jsonl"], split("train"))).toEqual(["contest.jsonl", "latest.jsonl"]);
    expect(() => found(["train.jsonl"], split("test"))).toThrow(
      /^no data of split "test" in ".*"; the names there say train: contest\.jsonl, latest\.jsonl, train\.jsonl; to ask from one of them whatever its name says, give its path$/,
    );
  });
});

describe("locateData of a config", () => {
  const mmlu = ["dev/anatomy_dev.csv", "dev/virology_dev.csv", "test/anatomy_test.csv", "test/virology_test.csv"];

  test("takes only the files that go by its name", () => {
    expect(found(mmlu, { config: "anatomy", split: "test" })).toEqual(["test/anatomy_test.csv"]);
    expect(found(mmlu, split("dev"))).toEqual(["dev/anatomy_dev.csv", "dev/virology_dev.csv"]);
  });

  test("compares without regard to case, - and _", () => {
    const files = ["ARC-Easy/test-00000-of-00001.parquet", "ARC-Challenge/test-00000-of-00001.parquet"];
    expect(found(files, { config: "arc_easy", split: "test" })).toEqual(files.slice(0, 1));
  });

  test("takes its files for every split where they say none", () => {
    expect(found(["ARC-Challenge.jsonl", "ARC-Easy.jsonl"], { config: "ARC-Easy", split: "train" })).toEqual([
      "ARC-Easy.jsonl",
    ]);
  });

  test("does not take part of a name for it", () => {
    const files = ["us_history_test.csv", "history_test.csv"];
    expect(found(files, { config: "history", split: "test" })).toEqual(["history_test.csv"]);
  });

  test("passes over a name that no file has where there is but one config", () => {
    expect(found(["test_1.jsonl", "test_2.jsonl", "train.jsonl"], { config: "main", split: "test" })).toEqual([
      "test_1.jsonl",
      "test_2.jsonl",
    ]);
  });

  test("does not take all the others for one that is missing", () => {
    expect(() => found(mmlu, { config: "astronomy", split: "test" })).toThrow(
      /^no data of split "test" of config "astronomy" in ".*": no file goes by that config, but there are anatomy, virology$/,
    );
    expect(found(mmlu, { config: "default", split: "test" })).toHaveLength(2);
  });

  test("looks for files that say no split within it alone", () => {
    expect(found(["a/rows.jsonl", "b/test.jsonl"], { config: "a", split: "test" })).toEqual(["a/rows.jsonl"]);
  });
});

describe("locateData of a place", () => {
  test("takes a file as it is", () => {
    const file = folder.write({ "train.xyz": "" });
    expect(locateData(file, { config: "c", split: "test" })).toEqual([file]);
  });

  test("follows links to files, as the hub's cache has them", () => {
    const blob = folder.write({ "blobs/0123": "" });
    mkdirSync(path.join(folder.path, "snapshot"));
    symlinkSync(blob, path.join(folder.path, "snapshot", "test.jsonl"));
    expect(found([], split("test"))).toEqual(["snapshot/test.jsonl"]);
  });

  test("says that there is nothing, or no data", () => {
    expect(() => locateData(path.join(folder.path, "x"), split("test"))).toThrow(/there is no such file or folder$/);
    expect(() => found(["README.md"], split("test"))).toThrow(/^no data file in ".*"; perjoule reads \.jsonl, /);
  });

  test("shows no more than the first files of many", () => {
    const files = Array.from({ length: 20 }, (_, i) => `train_${String(i).padStart(2, "0")}.csv`);
    expect(() => found(files, split("test"))).toThrow(/train_07\.csv and 12 more; to ask from one of them/);
  });
});
