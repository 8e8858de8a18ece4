import { expect, test } from "vitest";
import { fieldsOf, rowsOf, useFolder } from "./rows.support.ts";

const folder = useFolder();

test("readDocuments takes each line of a file without separator for a document, and passes over blank ones", async () => {
  expect(await rowsOf(folder.write({ "a.txt": " a\n\n \t\r\nb\r\nc d" }))).toEqual([
    { fields: { text: " a" }, at: "a.txt, row 1" },
    { fields: { text: "b" }, at: "a.txt, row 2" },
    { fields: { text: "c d" }, at: "a.txt, row 3" },
  ]);
});

test("readDocuments parts at a text, literally, and keeps no document of white space", async () => {
  expect(await rowsOf(folder.write({ "a.txt": "a|?\n\n|?b|c|?\n" }), { separator: "|?" })).toEqual([
    { fields: { text: "a" }, at: "a.txt, row 1" },
    { fields: { text: "b|c" }, at: "a.txt, row 2" },
  ]);
});

test("readDocuments begins a document where a pattern matches", async () => {
  const text = " \n = One = \n \n text \n = = Part = = \n \n = Two = \n";
  const separator = { pattern: "^ \\n = [^=].* = $" };
  expect(await fieldsOf(folder.write({ "a.txt": text }), { separator })).toEqual([
    { text: " \n = One = \n \n text \n = = Part = = \n" },
    { text: " \n = Two = \n" },
  ]);
  expect(await fieldsOf(folder.write({ "a.txt": `before\n${text}` }), { separator })).toHaveLength(3);
});

test("readDocuments looks behind a document's beginning", async () => {
  const separator = { pattern: "(?<=^ \\n) = [^=].* = $" };
  expect(await fieldsOf(folder.write({ "a.txt": " \n = One = \n \n = Two = \n" }), { separator })).toEqual([
    { text: " = One = \n \n" },
    { text: " = Two = \n" },
  ]);
});

test("readDocuments ends with a pattern that matches nothing but a place", async () => {
  expect(await fieldsOf(folder.write({ "a.txt": "ab1cd2" }), { separator: { pattern: "(?=[a-z]\\w\\d)" } })).toEqual([
    { text: "ab1" },
    { text: "cd2" },
  ]);
});

test.each([{ pattern: "^# .*\\n" }, "@@@@@\n"])(
  "readDocuments finds documents of many lengths by %j, longer and shorter than a piece of the file",
  async (separator) => {
    const lengths = Array.from({ length: 300 }, (_, i) => (i % 50 === 0 ? 70_000 : (i * 7919) % 3001));
    const bodies = lengths.map((length, i) => `${i} ${"x".repeat(length)}\n`);
    const parts = typeof separator === "string" ? bodies : bodies.map((body) => `# title\n${body}`);
    const text = parts.join(typeof separator === "string" ? separator : "");
    const found = await fieldsOf(folder.write({ "a.txt": text }), { separator });
    expect(found.map((fields) => fields["text"])).toEqual(parts);
  },
);

test("readDocuments refuses a separator that parts nothing", async () => {
  const file = folder.write({ "a.txt": "a" });
  await expect(rowsOf(file, { separator: "" })).rejects.toThrow('cannot part the documents of a.txt at ""');
  await expect(rowsOf(file, { separator: { pattern: "(" } })).rejects.toThrow(
    "cannot part the documents of a.txt: Invalid regular expression",
  );
});
