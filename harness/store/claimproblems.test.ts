import { describe, expect, test } from "vitest";
import { parseClaims } from "./claims.ts";
import { TaskFileError } from "./task/yaml.ts";

/** Every problem of a file, `line: text`. */
function problems(text: string): string[] {
  try {
    parseClaims(text, "claims.yaml");
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error;
    return error.problems.map(({ file, line, text: said }) => `${file}:${line}: ${said}`.replace(/^claims\.yaml:/, ""));
  }
  return [];
}

const HEAD = "registered: 2026-11-23\nclaims:\n  - id: a\n    text: t\n    source: s\n";
const SIDES = "    candidate: x\n    baseline: y\n";
const TASKS = "    tasks: [addition]\n";
const FASTER = "    expect: [{ ratio: latency, at_most: 1 }]\n";

describe("parseClaims refuses, with its line,", () => {
  test("one id twice", () => {
    const second =
      "  - { id: a, text: t, source: s, candidate: x, baseline: y, tasks: [addition], expect: [{ ratio: latency, at_most: 1 }] }\n";
    expect(problems(`${HEAD}${SIDES}${TASKS}${FASTER}${second}`)).toEqual(['10: two claims are called "a"']);
  });

  test.each([
    ["neither candidate nor family", TASKS + FASTER, "3"],
    ["a candidate without a baseline", `    candidate: x\n${TASKS}${FASTER}`, "3"],
    ["both", `${SIDES}    family: [{ candidate: x, baseline: y }]\n${TASKS}${FASTER}`, "3"],
  ])("%s", (_, text, line) => {
    expect(problems(HEAD + text)).toEqual([
      expect.stringMatching(
        new RegExp(`^${line}: "claims\\.0" is not usable: a claim has a candidate and a baseline, or a family of such`),
      ),
    ]);
  });

  test.each([
    [
      "a model beside a price",
      "    candidate: x\n    baseline: { price: o1 }\n",
      "6: a model and a price cannot be compared",
    ],
    [
      "such a pair of a family",
      "    family:\n      - { candidate: x, baseline: y }\n      - { candidate: x, baseline: { reference: r } }\n",
      "8: a model and a reference cannot be compared",
    ],
    [
      "a side beside itself",
      "    candidate: x\n    baseline: { model: x }\n",
      "6: candidate and baseline are the same",
    ],
    [
      "a side beside itself under the claim's own setting",
      "    settings: { precision: int8 }\n    candidate: { model: x, precision: int8 }\n    baseline: x\n",
      "7: candidate and baseline are the same",
    ],
  ])("%s", (_, text, problem) => {
    expect(problems(HEAD + text + TASKS + FASTER)).toEqual([problem]);
  });

  test.each([
    ["list prices of models", SIDES, "list_price", "a model"],
    ["published joules of models", SIDES, "published_energy", "a model"],
    ["joules of prices", "    candidate: { price: a }\n    baseline: { price: b }\n", "energy_per_answer", "a price"],
    [
      "dollars of references",
      "    candidate: { reference: a }\n    baseline: { reference: b }\n",
      "usd_per_correct",
      "a reference",
    ],
  ])("%s", (_, sides, measure, kind) => {
    const expectation = `    expect:\n      - { ratio: ${measure}, at_most: 1 }\n`;
    expect(problems(HEAD + expectation + sides + TASKS)).toEqual([`7: "${measure}" cannot be had of ${kind}`]);
  });

  test("a family of unlike kinds", () => {
    const text =
      "    family: [{ candidate: x, baseline: y }, { candidate: { price: a }, baseline: { price: b } }]\n    expect: [{ ratio: usd_per_correct, at_most: 1 }]\n";
    expect(problems(HEAD + text + TASKS)).toContain(
      "6: its pairs are of unlike kinds (model, price): make claims of their own",
    );
  });

  test("an accuracy of prices", () => {
    const text =
      "    candidate: { price: a }\n    baseline: { price: b }\n    expect: [{ difference: accuracy, at_least: 0 }]\n";
    expect(problems(HEAD + text)).toEqual(['8: "accuracy" cannot be had of a price']);
  });

  test("a price for what is not paid", () => {
    const text = "    expect:\n      - { ratio: latency, at_most: 1, scenario: o1 }\n";
    expect(problems(HEAD + SIDES + TASKS + text)).toEqual([
      '10: "scenario" is of what is paid in dollars, not of "latency"',
    ]);
  });

  test("models that are asked nothing, unless only their configs are asked", () => {
    expect(problems(HEAD + SIDES + FASTER)).toEqual(['3: missing key "tasks": what the models of "a" are asked']);
    expect(problems(`${HEAD}${SIDES}    expect: [{ ratio: parameters_active, at_most: 0.1 }]\n`)).toEqual([]);
  });

  test("a task that is named twice", () => {
    expect(problems(`${HEAD}${SIDES}    tasks:\n      - addition\n      - addition\n${FASTER}`)).toEqual([
      '10: "addition" is named twice: its questions would count twice',
    ]);
  });

  test.each([
    ["no bound", "{ ratio: latency }", "an expectation needs a bound: at_least, at_most, or both"],
    ["at_least above at_most", "{ ratio: latency, at_least: 2, at_most: 1 }", "at_least must lie below at_most"],
    ["at_least that is at_most", "{ ratio: latency, at_least: 1, at_most: 1 }", "at_least must lie below at_most"],
    ["a negative ratio", "{ ratio: latency, at_least: -0.1 }", "bounds of a ratio lie above 0"],
    ["a ratio of 0", "{ ratio: latency, at_most: 0 }", "bounds of a ratio lie above 0"],
    [
      "a ratio and a difference",
      "{ ratio: latency, difference: accuracy, at_most: 1 }",
      "either a ratio or a difference",
    ],
    ["neither of them", "{ at_most: 1 }", "either a ratio or a difference"],
    ["a negative margin", "{ ratio: latency, at_most: 1, margin: -1 }", "expected number to be >=0"],
    ["a bound that is none", "{ ratio: latency, at_most: .inf }", "must be a number"],
    ["another measure", "{ ratio: latncy, at_most: 1 }", '(did you mean "latency"?), found "latncy"'],
  ])("%s", (_, expectation, why) => {
    const found = problems(`${HEAD}${SIDES}${TASKS}    expect:\n      - ${expectation}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^10: /);
    expect(found[0]).toContain(why);
  });

  test.each([
    [
      "the file",
      `registred: 2026-11-23\n${HEAD}${SIDES}${TASKS}${FASTER}`,
      '1: unknown key "registred"; did you mean "registered"?',
    ],
    [
      "a claim",
      `${HEAD}${SIDES}${TASKS}${FASTER}    aplha: 0.1\n`,
      '10: unknown key "aplha" in "claims.0"; did you mean "alpha"?',
    ],
    [
      "a side",
      `${HEAD}    candidate: { model: x, precission: int8 }\n    baseline: y\n${TASKS}${FASTER}`,
      '6: unknown key "precission" in "claims.0.candidate"; did you mean "precision"?',
    ],
    [
      "settings",
      `${HEAD}${SIDES}${TASKS}${FASTER}    settings:\n      trails: 2\n`,
      '11: unknown key "trails" in "claims.0.settings"; did you mean "trials"?',
    ],
    [
      "an expectation",
      `${HEAD}${SIDES}${TASKS}    expect:\n      - { ratio: latency, at_least: 1, at_mots: 2 }\n`,
      '10: unknown key "at_mots" in "claims.0.expect.0"; did you mean "at_most"?',
    ],
  ])("an unknown key of %s, and says what was meant", (_, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  test.each([
    ["{ model: x, precision: int5 }", '"claims.0.candidate.precision" must be one of fp32, fp16, int8, int4'],
    ["{ model: x, solver: 'vote:1' }", '"claims.0.candidate.solver" is not usable: "vote:1" is none of direct'],
    ["{ prise: o1 }", '"claims.0.candidate" is not usable: a side is a model, { price: ITEM } or { reference: ITEM }'],
    ["3", '"claims.0.candidate" is not usable: a side is a model'],
    ['""', '"claims.0.candidate" is not usable: a side is a model'],
  ])("a side %s", (side, why) => {
    expect(problems(`${HEAD}    candidate: ${side}\n    baseline: y\n${TASKS}${FASTER}`)).toEqual([
      expect.stringContaining(`6: ${why}`),
    ]);
  });

  test.each([
    ["23.11.2026", '"registered" is not usable: Invalid ISO date, found "23.11.2026"'],
    ["2026-02-30", '"registered" is not usable: Invalid ISO date, found "2026-02-30"'],
    ["2026", '"registered" must be text, found 2026'],
  ])("the date %s", (date, why) => {
    const [first] = problems(`registered: ${date}\nclaims: [1]\n`);
    expect(first).toBe(`1: ${why}`);
  });

  test.each([
    ["an id with a blank", "id: A B", '3: "claims.0.id" is not usable: an id is made of a-z'],
    ["an id that could not stand in a table", "id: a,b", '3: "claims.0.id" is not usable: an id is made of a-z'],
  ])("%s", (_, id, why) => {
    expect(problems((HEAD + SIDES + TASKS + FASTER).replace("id: a", id))).toEqual([expect.stringContaining(why)]);
  });

  test.each([0, 0.5, 1, -0.05])("alpha %d", (alpha) => {
    expect(problems(`alpha: ${alpha}\n${HEAD}${SIDES}${TASKS}${FASTER}`)).toEqual([
      expect.stringMatching(/^1: "alpha" is not usable/),
    ]);
  });

  test("a file without claims", () => {
    expect(problems("registered: 2026-11-23\n")).toEqual(['1: missing key "claims"']);
    expect(problems("registered: 2026-11-23\nclaims: []\n")).toEqual([
      expect.stringMatching(/^2: "claims" is not usable/),
    ]);
    expect(problems("")).toEqual(["1: it must be a map of keys and values"]);
  });
});
