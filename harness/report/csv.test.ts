import { describe, expect, test } from "vitest";
import type { Column, Value } from "./column.ts";
import { csvValue, toCsv } from "./csv.ts";

interface Row {
  readonly x: Value;
  readonly y: Value;
}
const columns: Column<Row>[] = [
  { name: "x", about: "", value: (row) => row.x },
  { name: "y", about: "", value: (row) => row.y },
];

describe("csvValue", () => {
  test.each<[Value, string]>([
    [undefined, ""],
    [Infinity, ""],
    [-Infinity, ""],
    [NaN, ""],
    [0, "0"],
    [-1.5, "-1.5"],
    [0.1, "0.1"],
    [true, "true"],
    [false, "false"],
    ["", ""],
    ["text", "text"],
  ])("writes %j as %j", (value, text) => {
    expect(csvValue(value)).toBe(text);
  });

  test.each(["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "-", "-cmd", "=HYPERLINK()"])("disarms %j", (text) => {
    expect(csvValue(text)).toBe(`'${text}`);
  });

  test.each(["-12", "-1.5", "1=1", "a+b", " =1"])("leaves %j as it is", (text) => {
    expect(csvValue(text)).toBe(text);
  });
});

describe("toCsv", () => {
  test("follows RFC 4180: CRLF, and quotes where they are needed", async () => {
    const rows: Row[] = [
      { x: "plain", y: 1 },
      { x: "a,b", y: undefined },
      { x: 'say "hi"', y: true },
      { x: "two\nlines", y: "and\r\nmore" },
      { x: undefined, y: undefined },
    ];
    expect(await toCsv(columns, rows)).toBe(
      ["x,y", "plain,1", '"a,b",', '"say ""hi""",true', '"two\nlines","and\r\nmore"', ",", ""].join("\r\n"),
    );
  });

  test("has its header even without rows", async () => {
    expect(await toCsv(columns, [])).toBe("x,y\r\n");
  });
});
