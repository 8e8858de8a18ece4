import * as fc from "fast-check";
import { writeToString } from "fast-csv";
import { expect, test } from "vitest";
import { readCsv } from "./csv.ts";
import { fieldsOf, rowsOf, useFolder } from "./rows.support.ts";

const folder = useFolder();

test("readCsv reads quoted commas, quotes and line ends, and says where each row begins", async () => {
  const text = 'q,a\n"one, ""two""\nthree",1\n\nfour "five" , 2\r\n"six\r\nseven",\nlast,3';
  expect(await rowsOf(folder.write({ "a.csv": text }))).toEqual([
    { fields: { q: 'one, "two"\nthree', a: "1" }, at: "a.csv:2" },
    { fields: { q: 'four "five" ', a: " 2" }, at: "a.csv:5" },
    { fields: { q: "six\r\nseven", a: "" }, at: "a.csv:6" },
    { fields: { q: "last", a: "3" }, at: "a.csv:8" },
  ]);
});

test("readCsv reads tabs in .tsv and keeps empty cells", async () => {
  expect(await fieldsOf(folder.write({ "a.tsv": "a\tb\tc\n\t1,2\t\n\t\t3\n" }))).toEqual([
    { a: "", b: "1,2", c: "" },
    { a: "", b: "", c: "3" },
  ]);
});

test("readCsv takes given columns and then keeps the first row", async () => {
  const options = { columns: ["question", "A", "B", "C", "D", "answer"] };
  expect(await rowsOf(folder.write({ "a.csv": "Is it?,1,2,3,4,A\nWas it?,5,6,7,8,B\n" }), options)).toEqual([
    { fields: { question: "Is it?", A: "1", B: "2", C: "3", D: "4", answer: "A" }, at: "a.csv:1" },
    { fields: { question: "Was it?", A: "5", B: "6", C: "7", D: "8", answer: "B" }, at: "a.csv:2" },
  ]);
});

test("readCsv refuses a row with more or fewer cells than columns", async () => {
  await expect(rowsOf(folder.write({ "a.csv": 'a,b\n"1\n",2\n3\n' }))).rejects.toThrow(
    "a.csv:4: 1 cell for 2 columns: a, b",
  );
  await expect(rowsOf(folder.write({ "a.csv": "1,2\n" }), { columns: ["a"] })).rejects.toThrow(
    "a.csv:1: 2 cells for 1 column: a",
  );
});

test("readCsv refuses columns without a name of their own", async () => {
  await expect(rowsOf(folder.write({ "a.csv": "\na,b,a\n1,2,3" }))).rejects.toThrow(
    'a.csv:2: two columns are named "a"; is this line no header?',
  );
  await expect(rowsOf(folder.write({ "a.csv": "a,,c\n1,2,3" }))).rejects.toThrow("a.csv:1: column 2 has no name");
  await expect(rowsOf(folder.write({ "a.csv": "1,2" }), { columns: ["a", "a"] })).rejects.toThrow(
    'columns given for a.csv: two columns are named "a"',
  );
});

test("readCsv names the line of a row that cannot be read", async () => {
  await expect(rowsOf(folder.write({ "a.csv": 'a,b\n"1\n2",3\n4,"5" x\n6,7\n' }))).rejects.toThrow(
    "a.csv:4: not valid CSV: expected: ',' OR new line got: 'x'",
  );
  await expect(rowsOf(folder.write({ "a.csv": 'a,b\n1,2\n3,"4\n5,6\n' }))).rejects.toThrow(
    "a.csv:3: not valid CSV: missing closing: '\"'",
  );
});

test("readCsv gives up a quote that swallows the file", async () => {
  const file = folder.write({ "a.csv": `a,b\n1,2\n"3,4\n${"5,6\n".repeat(1000)}"` });
  const rows = readCsv(file, ",", undefined, 1000);
  expect((await rows.next()).value).toEqual({ fields: { a: "1", b: "2" }, at: `${file}:2` });
  await expect(rows.next()).rejects.toThrow(`${file}:3: a quote in this row is never closed`);
});

test("readCsv reads what a writer of CSV wrote", async () => {
  // Of a first cell that is nothing but white space the parser keeps nothing, so each begins with a letter.
  const cell = fc.string({ unit: fc.constantFrom("a", " ", ",", '"', "\n", "\r\n", "é"), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), async (rows) => {
      const cells = rows.map(([first, second]) => [`x${first}`, `x${second}`]);
      const file = folder.write({ "a.csv": await writeToString(cells) });
      expect((await fieldsOf(file, { columns: ["a", "b"] })).map(({ a, b }) => [a, b])).toEqual(cells);
    }),
  );
});
