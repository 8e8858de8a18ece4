import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileTemplate } from "./template.ts";

interface Case {
  readonly template: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What it renders to; absent where jinja2 refuses it. */
  readonly text?: string;
  /** What `ast.literal_eval` reads that text as, if it is a list. */
  readonly list?: readonly unknown[];
  readonly error?: string;
}

// Written by jinja2 3.1.2 on Python 3.11.2, in lm-eval's environment: StrictUndefined, keep_trailing_newline, regex_replace.
const CASES = JSON.parse(readFileSync(new URL("./template.fixture.json", import.meta.url), "utf8")) as Case[];

const render = (template: string, fields: Case["fields"] = {}): string =>
  compileTemplate(template, "doc_to_text").text(fields);
const value = (template: string, fields: Case["fields"] = {}): unknown =>
  compileTemplate(template, "doc_to_choice").value(fields);

describe("text", () => {
  test.each(CASES.filter((one) => one.text !== undefined))("is jinja2's: $template", ({ template, fields, text }) => {
    expect(render(template, fields)).toBe(text);
  });

  test.each(CASES.filter((one) => one.text === undefined))(
    "refuses what jinja2 refuses: $template ($error)",
    ({ template, fields }) => {
      expect(() => render(template, fields)).toThrow(/^doc_to_text /);
    },
  );

  test.each([
    [
      "{{contry}}",
      { country: "France", capital: "Paris" },
      'uses "contry", which this row lacks; it has country, capital',
    ],
    ["{{a}}", {}, 'uses "a", which this row lacks; it has no fields'],
    [
      "{{choices.txt}}",
      { choices: { text: [], label: [] } },
      'uses "choices.txt", which this row lacks; choices has text, label',
    ],
    ["{{a.b[4]}}", { a: { b: ["x", "y"] } }, 'uses "a.b[4]", which this row lacks; a.b is a list of 2'],
    ["{{a['b']}}", { a: "text" }, `uses "a['b']", which this row lacks; a is a text of 4 characters`],
    ["{{a.strp()}}", { a: "" }, 'uses "a.strp", which this row lacks; a is a text of 0 characters'],
    ["{{a.index('_')}}", { a: "no gap" }, "looks for '_' by index() in 'no gap', where it is not"],
    ["{{a.strip}}", { a: "x" }, "prints strip, which is to be called: strip()"],
    ["{{a + 1}}", { a: "x" }, "calculates str + int, of 'x' and 1"],
    ["{{a}}", { a: new Date(0) }, 'uses "a", which holds Date, which no template can use'],
    ["{{a|regex_replace('(', '')}}", { a: "x" }, 'calls regex_replace: the regular expression "(" cannot be used: '],
  ])("says what is wrong: %s", (template, fields, message) => {
    expect(() => render(template, fields)).toThrow(`doc_to_text ${message}`);
  });

  test("has no part in what JavaScript's objects inherit", () => {
    expect(() => render("{{constructor}}")).toThrow('uses "constructor"');
    expect(() => render("{{a.constructor}}", { a: {} })).toThrow('uses "a.constructor"');
    expect(() => render("{{'x'.constructor}}")).toThrow("uses \"'x'.constructor\"");
    expect(() => compileTemplate("{{1|constructor}}", "doc_to_text")).toThrow('there is no filter "constructor"');
  });

  // These jinja2 would print, as [Undefined], as an address in memory, or as what is no text.
  test.each([
    ["{{[contry]}}", 'uses "contry"'],
    ["{{[1]|reverse}}", "add |list or |join"],
    ["{{'a'.encode()}}", "uses \"'a'.encode\""],
    ["{{1 < 2 < 3}}", "compares three values at once"],
    ["{% macro m() %}{% endmacro %}{% call m() %}{% endcall %}", '"call" blocks are not supported'],
  ])("refuses %s, which jinja2 takes", (template, message) => {
    expect(() => render(template)).toThrow(message);
  });

  test("gives a row the same whatever was rendered before", () => {
    const template = compileTemplate("{% set n = n + 1 %}{{n}}", "doc_to_text");
    expect([template.text({ n: 1 }), template.text({ n: 1 })]).toEqual(["2", "2"]);
  });
});

describe("compileTemplate", () => {
  test.each([
    ["{{ x", '"{{" is not closed'],
    ["{% if x %}", "it ends too early, or a block or bracket is not closed"],
    ["{{ x|nosuch }}", 'there is no filter "nosuch"'],
    ["{{ x is nosuch }}", 'there is no test "nosuch"'],
    ["{% include 'x' %}", "Unknown statement type: include"],
    [String.raw`{{ "\x4" }}`, String.raw`the escape "\x" is not supported or not complete`],
  ])("refuses %s before any row", (template, message) => {
    expect(() => compileTemplate(template, "doc_to_target")).toThrow(
      `doc_to_target is not a usable template: ${message}`,
    );
  });
});

describe("value", () => {
  test.each(CASES.filter((one) => one.list !== undefined))(
    "is literal_eval's list: $template",
    ({ template, fields, list }) => {
      expect(value(template, fields)).toEqual(list);
    },
  );

  test.each([
    ["{{a}}", { a: { b: [1, null, "x", 1.5, true] } }, { b: [1, null, "x", 1.5, true] }],
    ["{{a}}", { a: "5" }, "5"],
    ["{{a}}", { a: 5 }, 5],
    ["{{a}}", { a: null }, null],
    ["{{ (1, 'x') }}", {}, [1, "x"]],
    ["{{a}}", { a: "['x', 'y']" }, ["x", "y"]],
    ["{{a}}", { a: "[x]" }, "[x]"],
    ["{{a}}", { a: "('x', 'y')" }, "('x', 'y')"],
    ["{{range(2)}}", {}, "range(0, 2)"],
    ["{{ 'a' if false }}", {}, ""],
    ["['{{a}}', 'b']", { a: "x" }, ["x", "b"]],
    ["['{{a}}', 'b']", { a: "it's" }, "['it's', 'b']"],
    ["{{a}}{{b}}", { a: 1, b: 2 }, 12],
    ["{{a}} {{b}}", { a: 1, b: 2 }, "1 2"],
    ["plain", {}, "plain"],
    ["None", {}, null],
    ["", {}, ""],
  ])("of %s with %j is %j", (template, fields, expected) => {
    expect(value(template, fields)).toEqual(expected);
  });
});
