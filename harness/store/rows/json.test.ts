import path from "node:path";
import { describe, expect, test } from "vitest";
import { readJson } from "./json.ts";
import { Float } from "./number.ts";
import { fieldsOf, rowsOf, useFolder } from "./rows.support.ts";

const folder = useFolder();

describe("readJsonLines", () => {
  test("passes over empty lines and keeps count of them", async () => {
    expect(await rowsOf(folder.write({ "a.jsonl": '{"a":1}\n\n  \r\n{"a":[2,{"b":null}]}\r\n' }))).toEqual([
      { fields: { a: 1 }, at: "a.jsonl:1" },
      { fields: { a: [2, { b: null }] }, at: "a.jsonl:4" },
    ]);
  });

  test("names file and line of a line that cannot be read", async () => {
    await expect(rowsOf(folder.write({ "a.jsonl": '{"a":1}\n{"a":' }))).rejects.toThrow(
      /^a\.jsonl:2: not valid JSON: /,
    );
  });

  test("says of a comma behind a row that none stands there", async () => {
    const advice = "; no comma stands between lines of JSONL";
    await expect(rowsOf(folder.write({ "a.jsonl": '{"a":1},\n{"a":2}\n' }))).rejects.toThrow(
      new RegExp(`^a\\.jsonl:1: not valid JSON: .*${advice}$`),
    );
    await expect(rowsOf(folder.write({ "a.jsonl": '{"a":1}\n{"a":2} , \r\n' }))).rejects.toThrow(advice);
    await expect(rowsOf(folder.write({ "a.jsonl": '{"a":1,\n' }))).rejects.not.toThrow(advice);
  });

  test.each(["[1]", "null", "3", "0.5", '"text"'])("refuses %s, which is no object", async (line) => {
    await expect(rowsOf(folder.write({ "a.jsonl": `{"a":1}\n\n${line}` }))).rejects.toThrow(
      `a.jsonl:3: a row is a JSON object, found ${line}`,
    );
  });

  test("refuses numbers alone, whatever Python has of them", async () => {
    const found = "a.jsonl:1: a row is a JSON object, found ";
    await expect(rowsOf(folder.write({ "a.jsonl": "5.0" }))).rejects.toThrow(`${found}5`);
    await expect(rowsOf(folder.write({ "a.jsonl": "[12345678901234567890]" }))).rejects.toThrow(
      `${found}["12345678901234567890"]`,
    );
  });

  test("refuses NaN and Infinity, which are no JSON", async () => {
    await expect(rowsOf(folder.write({ "a.jsonl": '{"a":5.0,"b":NaN}' }))).rejects.toThrow(
      "a.jsonl:1: not valid JSON: ",
    );
    await expect(rowsOf(folder.write({ "a.jsonl": '{"a":-Infinity}' }))).rejects.toThrow("a.jsonl:1: not valid JSON: ");
  });

  test("tells a float from an integer and keeps every digit", async () => {
    const file = folder.write({
      "a.jsonl": '{"a":5.0,"b":[9007199254740993,{"c":1e22}]}\n{"a":5}\n',
      "a.json": '{"test":[{"a":5.0,"b":[9007199254740993,{"c":1e22}]},{"a":5}]}',
    });
    const rows = [{ a: new Float(5), b: [9007199254740993n, { c: new Float(1e22) }] }, { a: 5 }];
    expect(await fieldsOf(file)).toEqual(rows);
    expect(await fieldsOf(path.join(folder.path, "a.json"), { members: ["test"] })).toEqual(rows);
  });
});

describe("readJson", () => {
  test("reads a list of objects", async () => {
    expect(await rowsOf(folder.write({ "a.json": '[\n{"a":1},\n{"a":2}]' }))).toEqual([
      { fields: { a: 1 }, at: "a.json, row 1" },
      { fields: { a: 2 }, at: "a.json, row 2" },
    ]);
  });

  test("takes the first member that holds a list", async () => {
    const file = folder.write({ "a.json": '{"set":"x","dev":[{"a":1}],"test":[{"a":2}],"val":3}' });
    expect(await fieldsOf(file, { members: ["test", "testing"] })).toEqual([{ a: 2 }]);
    expect(await fieldsOf(file, { members: ["validation", "val", "dev"] })).toEqual([{ a: 1 }]);
  });

  test("says what an object has that holds no rows by any of the names", async () => {
    const file = folder.write({ "a.json": '{"set":"x","dev":[{"a":1}]}' });
    await expect(rowsOf(file, { members: ["test", "set"] })).rejects.toThrow(
      'a.json: holds an object, and none of "test", "set" is a list in it; it has "set", "dev"',
    );
    await expect(rowsOf(file)).rejects.toThrow("no member was named");
  });

  test("reads an object a line for what it is, not for a list", async () => {
    expect(await rowsOf(folder.write({ "a.json": '{"a":1}\n{"a":2}\n' }))).toEqual([
      { fields: { a: 1 }, at: "a.json:1" },
      { fields: { a: 2 }, at: "a.json:2" },
    ]);
    expect(await fieldsOf(folder.write({ "a.json": '{"test":[{"a":1}]}\n' }), { members: ["test"] })).toEqual([
      { a: 1 },
    ]);
  });

  test("names the line of a mistake where V8 does its place", async () => {
    await expect(rowsOf(folder.write({ "a.json": '[{"a":1},\n{"a":2}\n{"a":3}]' }))).rejects.toThrow(
      /^a\.json:3: not valid JSON: /,
    );
    await expect(rowsOf(folder.write({ "a.json": '[{"a":1},' }))).rejects.toThrow(/^a\.json.*: not valid JSON: /);
  });

  test("refuses a row that is no object and shows no more than its beginning", async () => {
    await expect(rowsOf(folder.write({ "a.json": `[{"a":1},"${"x".repeat(99)}"]` }))).rejects.toThrow(
      `a.json, row 2: a row is a JSON object, found "${"x".repeat(59)}…`,
    );
  });

  test("refuses a text longer than it may have, and recommends JSONL", async () => {
    const file = folder.write({ "a.json": '[{"a":1}]' });
    await expect(readJson(file, [], 8).next()).rejects.toThrow(
      `${file}: too large to be read as one JSON text; store it as JSONL, an object a line`,
    );
  });
});

test("readJson takes an object without lists for the one row of a file", async () => {
  const file = folder.write({ "one.json": '{"q": "1+1?", "a": {"b": 2}}\n' });
  const rows = [];
  for await (const { fields } of readJson(file, ["test"])) rows.push(fields);
  expect(rows).toEqual([{ q: "1+1?", a: { b: 2 } }]);
});
