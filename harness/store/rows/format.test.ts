import { expect, test } from "vitest";
import { dataName } from "./format.ts";

test.each([
  ["a/b.jsonl", { stem: "b", format: "jsonl" }],
  ["B.CSV.GZ", { stem: "B", format: "csv", packing: "gzip" }],
  ["v1.2.txt.zst", { stem: "v1.2", format: "text", packing: "zstd" }],
  ["test-00000-of-00001.parquet", { stem: "test-00000-of-00001", format: "parquet" }],
])("dataName reads %s", (file, expected) => {
  expect(dataName(file)).toEqual(expected);
});

test.each(["LICENSE", "README.md", "a.gz", "a.json.bak", ".jsonl", "a.constructor"])(
  "dataName knows %s for no data",
  (file) => {
    expect(dataName(file)).toBeUndefined();
  },
);
