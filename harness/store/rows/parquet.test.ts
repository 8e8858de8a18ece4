import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Float } from "./number.ts";
import { fieldsOf, FIXTURES, rowsOf, useFolder } from "./rows.support.ts";

const folder = useFolder();
/** Seven rows in groups of three, columns packed with Snappy, gzip and zstd. */
const CODECS = path.join(FIXTURES, "codecs.parquet");
const row = (i: number): object => ({
  question: `What is ${i} + ${i}? ${"Häagen ".repeat(20)}`,
  choices: i === 3 ? [] : [`${i}`, `${2 * i}`, "dunno"],
  answer: i,
  meta: { source: `book ${i}`.repeat(9), pages: [i, i + 1] },
  note: i % 2 === 1 ? null : `n${i}`.repeat(9),
});

test("readParquet reads columns of each codec, lists and structs over several row groups", async () => {
  expect(await rowsOf(CODECS)).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((i) => ({ fields: row(i), at: `codecs.parquet, row ${i + 1}` })),
  );
});

test("readParquet reads a file that is packed as a whole", async () => {
  const file = folder.write({ "a.parquet.gz": gzipSync(readFileSync(CODECS)) });
  expect(await fieldsOf(file)).toEqual([0, 1, 2, 3, 4, 5, 6].map(row));
});

test("readParquet keeps every digit of an integer, and makes text of times, and null of what is missing", async () => {
  expect(await fieldsOf(path.join(FIXTURES, "values.parquet"))).toEqual([
    {
      big: 9007199254740993n,
      score: 0.5,
      right: true,
      bytes: Uint8Array.from([0xff, 0xfe, 0]),
      day: "2024-02-29",
      millis: "1969-12-31 23:59:58",
      micros: "2024-02-29 12:00:00.000001",
      list: null,
      none: null,
    },
    {
      big: -1,
      score: null,
      right: false,
      bytes: "text",
      day: null,
      millis: null,
      micros: "1969-12-31 23:59:59.999999",
      list: ["a", null],
      none: null,
    },
  ]);
});

test("readParquet tells a float from an integer, also inside of lists, structs and maps", async () => {
  const one = new Float(1);
  expect(await fieldsOf(path.join(FIXTURES, "floats.parquet"))).toEqual([
    {
      double: new Float(5),
      float: new Float(-0),
      int: 5,
      list: [one, 2.5],
      struct: { count: 2, share: one },
      structs: [{ count: 2, share: one }],
      map: { a: one },
      unsigned: 18446744073709551615n,
      decimal: "5.00",
    },
    {
      double: new Float(1e22),
      float: 0.5,
      int: -7,
      list: [],
      struct: { count: 3, share: 0.25 },
      structs: [
        { count: 1, share: null },
        { count: 0, share: new Float(4) },
      ],
      map: { b: 0.5 },
      unsigned: 1,
      decimal: "19.99",
    },
    {
      double: null,
      float: new Float(3),
      int: null,
      list: null,
      struct: null,
      structs: [],
      map: null,
      unsigned: 0,
      decimal: null,
    },
  ]);
});

test("readParquet says which file it cannot read", async () => {
  const whole = readFileSync(CODECS);
  await expect(rowsOf(folder.write({ "a.parquet": whole.subarray(0, -100) }))).rejects.toThrow(
    "a.parquet: cannot be read as Parquet: parquet file invalid (footer != PAR1); is it whole?",
  );
  await expect(rowsOf(folder.write({ "a.parquet": "" }))).rejects.toThrow(
    "a.parquet: too short to be Parquet; is it whole?",
  );
  const broken = Uint8Array.from(whole).fill(0, 4, 400);
  await expect(rowsOf(folder.write({ "a.parquet": broken }))).rejects.toThrow("a.parquet: cannot be read as Parquet: ");
});
