import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Question, TaskDefinition } from "../../task.ts";
import type { Fields, Row } from "../rows/row.ts";
import { FIXTURES, rowsOf, useFolder } from "../rows/rows.support.ts";
import { exampleSampler } from "./fewshot.ts";
import { questionMaker } from "./questions.ts";

const folder = useFolder();
const taskOf = (changes: object): TaskDefinition =>
  TaskDefinition.parse({ task: "t", dataset_path: "json", doc_to_text: "{{a}}", doc_to_target: "a", ...changes });
const ask = (task: TaskDefinition, rows: readonly Row[], pool: readonly Fields[] = []): Question[] =>
  rows.map(questionMaker(task, exampleSampler(task, pool, 1234), "own"));
const linesOf = (text: string): Promise<Row[]> => rowsOf(folder.write({ "a.jsonl": text }));

// As Python's `str(json.loads(text))` has them.
const NUMBERS = [
  ["5", "5"],
  ["5.0", "5.0"],
  ["0.1", "0.1"],
  ["-0", "0"],
  ["-0.0", "-0.0"],
  ["1e22", "1e+22"],
  ["1e16", "1e+16"],
  ["1e15", "1000000000000000.0"],
  ["1e-7", "1e-07"],
  ["1e400", "inf"],
  ["9007199254740992", "9007199254740992"],
  ["9007199254740993", "9007199254740993"],
  ["12345678901234567890", "12345678901234567890"],
] as const;

describe("a number of a row", () => {
  test.each(NUMBERS)("%s stands in templates and as a field as Python prints it: %s", async (source, text) => {
    const [question] = ask(taskOf({}), await linesOf(`{"a":${source}}`));
    expect(question).toMatchObject({ prompt: text, target: text });
  });

  test.each(NUMBERS)("%s stands so among several answers and choices", async (source, text) => {
    const rows = await linesOf(`{"a":[${source},"x"]}`);
    expect(ask(taskOf({}), rows)).toMatchObject([{ prompt: `[${text}, 'x']`, targets: [text, "x"] }]);
    const choices = taskOf({ output_type: "multiple_choice", doc_to_choice: "{{a}}", doc_to_target: 1 });
    expect(ask(choices, rows)).toMatchObject([{ target: "1", choices: [` ${text}`, " x"] }]);
  });

  // Python's own literals have no infinity.
  test.each(NUMBERS.filter(([, text]) => text !== "inf"))(
    "%s stands so in a list that is written: %s",
    async (source, text) => {
      const task = taskOf({ doc_to_target: "[{{a}}, 'x']" });
      expect(ask(task, await linesOf(`{"a":${source}}`))).toMatchObject([{ targets: [text, "x"] }]);
    },
  );

  test("keeps its kind where a template calculates", async () => {
    const task = taskOf({ doc_to_text: "{{a / 2}}, {{a * 2}}, {{a is integer}}, {{[a]|tojson}}" });
    const rows = await linesOf('{"a":4.0}\n{"a":4}\n{"a":9007199254740993}');
    expect(ask(task, rows).map(({ prompt }) => prompt)).toEqual([
      "2.0, 8.0, False, [4.0]",
      "2.0, 8, True, [4]",
      "4503599627370496.0, 18014398509481986, True, [9007199254740993]",
    ]);
  });

  test("of Parquet stands as Python prints it", async () => {
    const rows = await rowsOf(path.join(FIXTURES, "floats.parquet"));
    const task = taskOf({
      doc_to_text: "{{double}} {{int}} {{list}} {{struct}} {{unsigned}} {{decimal}}",
      doc_to_target: "float",
    });
    expect(ask(task, rows)).toMatchObject([
      { prompt: "5.0 5 [1.0, 2.5] {'count': 2, 'share': 1.0} 18446744073709551615 5.00", target: "-0.0" },
      { prompt: "1e+22 -7 [] {'count': 3, 'share': 0.25} 1 19.99", target: "0.5" },
      { prompt: "None None None None 0 None", target: "3.0" },
    ]);
    const [first] = await rowsOf(path.join(FIXTURES, "values.parquet"));
    expect(ask(taskOf({ doc_to_text: "big", doc_to_target: "{{big + 1}}" }), [first as Row])).toMatchObject([
      { prompt: "9007199254740993", target: "9007199254740994" },
    ]);
  });

  test("that is a float is no choice's index", async () => {
    const task = taskOf({ output_type: "multiple_choice", doc_to_text: "", doc_to_choice: ["x", "y"] });
    expect(ask(task, await linesOf('{"a":1}'))[0]?.target).toBe("1");
    const rows = await linesOf('{"a":1.0}');
    expect(() => ask(task, rows)).toThrow('a.jsonl:1: doc_to_target gave "1.0", which is not the index of one of 2');
  });

  test("is shown in errors", async () => {
    const task = taskOf({ doc_to_text: "x" });
    const rows = await linesOf('{"a":{"b":12345678901234567890},"x":""}');
    expect(() => ask(task, rows)).toThrow('"a" must give text or a number, found {"b":"12345678901234567890"}');
    const named = await linesOf('{"id":[12345678901234567890],"a":"","x":""}');
    expect(() => ask(task, named)).toThrow('"id" must be text or a number, found ["12345678901234567890"]');
  });

  test("may be an id, of which a float is not an integer's", async () => {
    const rows = await linesOf('{"id":5.0,"a":1}\n{"id":5,"a":1}\n{"id":9007199254740993,"a":1}\n{"id":0.5,"a":1}');
    expect(ask(taskOf({}), rows).map(({ id }) => id)).toEqual(["5.0", "5", "9007199254740993", "0.5"]);
    const twice = await linesOf('{"id":5.0,"a":1}\n{"id":"5.0","a":1}');
    expect(() => ask(taskOf({}), twice)).toThrow('question id "5.0" stands already in');
  });

  test("stands so in examples, and a question is known among them", async () => {
    const rows = await linesOf('{"a":5.0,"b":9007199254740993}\n{"a":1e22,"b":9007199254740992}');
    const pool = (await linesOf('{"a":5.0,"b":9007199254740993}\n{"a":1e22,"b":9007199254740992}')).map(
      ({ fields }) => fields,
    );
    const task = taskOf({ num_fewshot: 1, test_split: "test", fewshot_split: "test", doc_to_target: "b" });
    expect(ask(task, rows, pool).map(({ prompt }) => prompt)).toEqual([
      "1e+22 9007199254740992\n\n5.0",
      "5.0 9007199254740993\n\n1e+22",
    ]);
  });
});
