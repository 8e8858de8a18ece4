import { expect, test } from "vitest";
import { readRecords } from "./records.ts";

const linesOf = async (text: string): Promise<[line: number, fields: readonly string[]][]> =>
  (await readRecords(text, "f.csv")).map(({ line, fields }) => [line, fields]);

test("readRecords counts lines, empty ones and those inside quotes too", async () => {
  expect(await linesOf('a,b\n\n1,"x\ny\r\nz"\r\n   \n2,"say ""so"""\n3,4')).toEqual([
    [1, ["a", "b"]],
    [3, ["1", "x\ny\r\nz"]],
    [7, ["2", 'say "so"']],
    [8, ["3", "4"]],
  ]);
});

test("readRecords passes over a byte order mark and reads an empty file as no records", async () => {
  expect(await linesOf("\uFEFFa,b\r\n1,2\r\n")).toEqual([
    [1, ["a", "b"]],
    [2, ["1", "2"]],
  ]);
  expect(await linesOf("")).toEqual([]);
});

test("readRecords names the line where a record that cannot be read begins", async () => {
  await expect(readRecords('a,b\n1,"x\ny"\n2,"open\n3,4\n', "f.csv")).rejects.toThrow(
    /^f\.csv:4: not valid CSV: missing closing/,
  );
  await expect(readRecords('a,b\n1,2\n3,"x"y\n4,5\n', "f.csv")).rejects.toThrow(
    /^f\.csv:3: not valid CSV: expected: ','/,
  );
});
