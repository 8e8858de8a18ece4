import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readRows } from "./readrows.ts";
import { fieldsOf, FIXTURES, rowsOf, useFolder } from "./rows.support.ts";

const folder = useFolder();
const ZST = readFileSync(path.join(FIXTURES, "frames.jsonl.zst"));

test.each(["jsonl", "ndjson", "json", "csv", "tsv", "txt"])(
  "readRows finds no row in an empty .%s",
  async (extension) => {
    expect(await rowsOf(folder.write({ [`a.${extension}`]: "" }))).toEqual([]);
    expect(await rowsOf(folder.write({ [`a.${extension}.gz`]: gzipSync("") }))).toEqual([]);
  },
);

test.each(["data.xml", "data", "data.gz", "data.jsonl.bz2", "jsonl", "toString.constructor"])(
  "readRows names the formats it reads where it is given %s",
  async (name) => {
    await expect(rowsOf(folder.write({ [name]: "" }))).rejects.toThrow(
      `cannot read rows of "${name}": its name says no known format: .jsonl, .ndjson, .json, .csv, .tsv, .parquet, .txt, each also with .gz or .zst behind it`,
    );
  },
);

test("readRows says which file is missing", async () => {
  await expect(rowsOf(path.join(folder.path, "a.jsonl"))).rejects.toThrow(/ENOENT.*a\.jsonl/);
  await expect(rowsOf(path.join(folder.path, "a.csv.gz"))).rejects.toThrow(/ENOENT.*a\.csv\.gz/);
  await expect(rowsOf(path.join(folder.path, "a.parquet"))).rejects.toThrow(/ENOENT.*a\.parquet/);
});

test("readRows unpacks gzip, also of several members, and knows extensions in capitals", async () => {
  const packed = Buffer.concat([gzipSync('{"a":1}\n{"a"'), gzipSync(":2}\n")]);
  expect(await rowsOf(folder.write({ "A.JSONL.GZ": packed }))).toEqual([
    { fields: { a: 1 }, at: "A.JSONL.GZ:1" },
    { fields: { a: 2 }, at: "A.JSONL.GZ:2" },
  ]);
});

test("readRows unpacks zstd of several frames and blocks", async () => {
  const rows = await rowsOf(path.join(FIXTURES, "frames.jsonl.zst"));
  expect(rows.length).toBe(4001);
  expect(rows[3999]?.fields).toEqual({ id: 3999, text: `${"Zürich and zstd ".repeat(3)}${3999 % 7}` });
  expect(rows[4000]).toEqual({ fields: { id: 4000, text: "second frame" }, at: "frames.jsonl.zst:4001" });
});

test("readRows notices a packed file that was cut off, and one that is not packed", async () => {
  const gzip = gzipSync('{"a":1}\n'.repeat(100));
  await expect(rowsOf(folder.write({ "a.jsonl.gz": gzip.subarray(0, -9) }))).rejects.toThrow(
    "a.jsonl.gz: cannot be unpacked as gzip: unexpected end of file; is it whole, and named for what it is?",
  );
  await expect(rowsOf(folder.write({ "a.jsonl.gz": "" }))).rejects.toThrow("as gzip: unexpected end of file");
  await expect(rowsOf(folder.write({ "a.jsonl.zst": "" }))).rejects.toThrow("as zstd: unexpected EOF");
  await expect(rowsOf(folder.write({ "a.jsonl.gz": '{"a":1}' }))).rejects.toThrow(
    "a.jsonl.gz: cannot be unpacked as gzip: incorrect header check",
  );
  await expect(rowsOf(folder.write({ "a.jsonl.zst": ZST.subarray(0, 5000) }))).rejects.toThrow(
    "a.jsonl.zst: cannot be unpacked as zstd: unexpected EOF",
  );
  await expect(rowsOf(folder.write({ "a.jsonl.zst": '{"a":1}\n'.repeat(100) }))).rejects.toThrow(
    "a.jsonl.zst: cannot be unpacked as zstd: invalid zstd data",
  );
});

test("readRows stops reading when its caller does", async () => {
  // The second row cannot be read, and is in another piece of the file.
  const file = folder.write({
    "a.jsonl": `{"a":1}\n${" ".repeat(1 << 18)}\n{`,
    "a.csv": `a\n1\n${"2\n".repeat(1e5)}3,4`,
  });
  for (const name of [file, path.join(folder.path, "a.csv")]) {
    const rows = readRows(name);
    expect((await rows.next()).done).toBe(false);
    expect(await rows.return(undefined)).toEqual({ done: true, value: undefined });
  }
});

test("readRows drops a byte order mark", async () => {
  for (const [name, text] of Object.entries({ "a.jsonl": '{"a":"1"}', "a.json": '[{"a":"1"}]', "a.csv": "a\n1" })) {
    expect(await fieldsOf(folder.write({ [name]: `\uFEFF${text}` }))).toEqual([{ a: "1" }]);
  }
  expect(await fieldsOf(folder.write({ "a.txt": "\uFEFFtext" }))).toEqual([{ text: "text" }]);
});

test("readRows refuses bytes that are not UTF-8, also at the end", async () => {
  const broken = {
    "a.jsonl": [0x22, 0xe9, 0x22],
    "a.json": [0xff],
    "a.csv": [0x61, 0x0a, 0xe9],
    "a.txt": [0x61, 0xc3],
  };
  for (const [name, bytes] of Object.entries(broken)) {
    await expect(rowsOf(folder.write({ [name]: Uint8Array.from(bytes) }))).rejects.toThrow(
      `${name}: not valid UTF-8; save it as UTF-8 text`,
    );
  }
});
