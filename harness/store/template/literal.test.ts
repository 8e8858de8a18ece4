import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseJson } from "../rows/exactjson.ts";
import { Float } from "../rows/number.ts";
import { pythonLiteral } from "./literal.ts";

interface Case {
  readonly text: string;
  /** Tuples as lists, keys as text. Absent where Python refuses the text, or JSON has nothing for what it reads. */
  readonly value?: unknown;
}

// Written by `ast.literal_eval` of Python 3.11.2.
const CASES = parseJson(readFileSync(new URL("./literal.fixture.json", import.meta.url), "utf8")) as Case[];

describe("pythonLiteral", () => {
  test.each(CASES.filter((one) => "value" in one))("reads what Python reads: $text", ({ text, value }) => {
    expect(pythonLiteral(text)).toEqual(value);
  });

  test.each(CASES.filter((one) => !("value" in one)))("reads nothing in $text", ({ text }) => {
    expect(pythonLiteral(text)).toBeUndefined();
  });

  test("keeps every digit of an integer beyond 2^53", () => {
    expect(pythonLiteral("[9007199254740993]")).toEqual([9007199254740993n]);
  });

  test("reads an infinite float", () => {
    expect(pythonLiteral("-1e400")).toBe(-Infinity);
  });

  test("tells a float from an integer, also with a sign or as a key", () => {
    expect(pythonLiteral("[5.0, -5., +5e0, -0.0, 5]")).toEqual([
      new Float(5),
      new Float(-5),
      new Float(5),
      new Float(-0),
      5,
    ]);
    expect(pythonLiteral("{5.0: 1, 1e22: 2, 12345678901234567890: 3}")).toEqual({
      "5.0": 1,
      "1e+22": 2,
      "12345678901234567890": 3,
    });
  });
});
