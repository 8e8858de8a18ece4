import { assert, constantFrom, integer, json, property, string, stringMatching, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "./exactjson.ts";
import { Float } from "./number.ts";

/** A number beside a text, so that all of it is read exactly. */
const exactly = (text: string): unknown => (parseJson(`[5.0,${text}]`) as unknown[])[1];
/** The same with numbers as JSON.parse has them. */
const plain = (value: unknown): unknown => {
  if (value instanceof Float) return value.value;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
};

describe("parseJson", () => {
  test.each([
    ["5.0", new Float(5)],
    ["-0.0", new Float(-0)],
    ["1e22", new Float(1e22)],
    ["1E2", new Float(100)],
    ["1e-7", 1e-7],
    ["0.5", 0.5],
    ["1e400", Infinity],
    ["5", 5],
    ["-0", -0],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", 9007199254740993n],
    ["-12345678901234567890", -12345678901234567890n],
  ])("reads %s as %s", (text, value) => {
    expect(parseJson(text)).toEqual(value);
    expect(parseJson(`{"a":[{"b": ${text} }]}`)).toEqual({ a: [{ b: value }] });
  });

  test.each(['"5.0"', '{"a":"is 5.0, or [1e22]"}', '["\\\\",5,"\\\": 5.0"]', '{"1.5":"\\u0035.0"}'])(
    "takes no number out of a string: %s",
    (text) => {
      expect(exactly(text)).toEqual(JSON.parse(text));
    },
  );

  test("keeps the last of equal keys, and __proto__ as a key", () => {
    expect(parseJson('{"a":1,"b":2,"a":3.0}')).toEqual({ a: new Float(3), b: 2 });
    expect(Object.entries(parseJson('{"__proto__":5.0}') as object)).toEqual([["__proto__", new Float(5)]]);
  });

  test("reads what is nested deeply", () => {
    const depth = 100_000;
    let value = parseJson(`${"[".repeat(depth)}5.0${"]".repeat(depth)}`);
    for (let i = 0; i < depth; i++) value = (value as unknown[])[0];
    expect(value).toEqual(new Float(5));
  });

  test.each([
    "",
    "5.",
    ".5",
    "[5.0",
    "[5.0,]",
    "[5.0]]",
    "5.0 5.0",
    "[5.0,NaN]",
    "[5.0,+1]",
    "[5.0,01]",
    "{5.0:1}",
    '["5.0',
  ])("throws what JSON.parse throws: %s", (text) => {
    let message = "";
    try {
      JSON.parse(text);
    } catch (cause) {
      message = (cause as Error).message;
    }
    expect(message).not.toBe("");
    expect(() => parseJson(text)).toThrow(message);
  });

  test("is JSON.parse but for the kinds of numbers", () => {
    assert(
      property(json(), integer({ min: 0, max: 3 }), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(plain(exactly(spaced))).toEqual(JSON.parse(spaced));
      }),
    );
  });

  test("is JSON.parse for every string and key", () => {
    const marks = string({ unit: constantFrom('"', "\\", "5.0", ":", "[", "]", "{", "}", ",", " ", "ä", "\n") });
    assert(
      property(tuple(marks, marks), ([key, value]) => {
        const text = JSON.stringify({ [key]: [value] });
        expect(exactly(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("keeps every digit of an integer", () => {
    assert(
      property(stringMatching(/^-?[1-9][0-9]{15,40}$/), (digits) => {
        expect(String(parseJson(digits))).toBe(digits);
      }),
    );
  });
});
