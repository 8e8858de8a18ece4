import { describe, expect, test } from "vitest";
import { TaskDefinition } from "../task.ts";
import { parseRows, renderQuestions } from "./questions.ts";

const definition = (more: object = {}): TaskDefinition =>
  TaskDefinition.parse({
    task: "t",
    dataset_path: "json",
    dataset_kwargs: { data_files: "t.jsonl" },
    output_type: "generate_until",
    doc_to_text: "Q: {{a}} + {{b}}?\nA:",
    doc_to_target: "{{answer}}",
    metric_list: [{ metric: "exact_match" }],
    metadata: { version: 1 },
    ...more,
  });
const choices = (more: object = {}): TaskDefinition =>
  definition({
    output_type: "multiple_choice",
    doc_to_text: "{{q}}",
    doc_to_choice: "options",
    doc_to_target: "gold",
    metric_list: [{ metric: "acc" }],
    ...more,
  });
const render = (task: TaskDefinition, ...rows: object[]) =>
  renderQuestions(task, parseRows(rows.map((row) => JSON.stringify(row)).join("\n"), "t.jsonl"), "t.jsonl");

describe("parseRows", () => {
  test("passes over empty lines and keeps count of them", () => {
    expect(parseRows('{"a":1}\n\n  \r\n{"a":2}\r\n', "t.jsonl")).toEqual([
      { fields: { a: 1 }, line: 1 },
      { fields: { a: 2 }, line: 4 },
    ]);
  });

  test("names file and line of a broken one", () => {
    expect(() => parseRows('{"a":1}\n{"a":', "t.jsonl")).toThrow(/^t\.jsonl:2: not valid JSON: /);
  });

  test.each(["[1]", "null", "3", '"text"'])("refuses %s, which is no object", (line) => {
    expect(() => parseRows(`{"a":1}\n\n${line}`, "t.jsonl")).toThrow("t.jsonl:3: a question is a JSON object");
  });
});

describe("renderQuestions", () => {
  test("renders prompt and target", () => {
    const [question] = render(definition({ description: "Add.\n\n" }), { id: "x", a: 2, b: 3, answer: "5" });
    expect(question).toEqual({ id: "x", prompt: "Add.\n\nQ: 2 + 3?\nA:", target: "5" });
  });

  test("takes a lone field name as that field", () => {
    const [question] = render(definition({ doc_to_text: "a", doc_to_target: "answer" }), { a: "{{b}}", answer: 7 });
    expect(question).toMatchObject({ prompt: "{{b}}", target: "7" });
  });

  test("numbers questions without an id by their place", () => {
    expect(
      render(definition({ doc_to_text: "a", doc_to_target: "a" }), { a: 1 }, { a: 2 }).map(({ id }) => id),
    ).toEqual(["0", "1"]);
  });

  test("refuses an id that stands twice, as number or text, and says where", () => {
    const task = definition({ doc_to_text: "a", doc_to_target: "a" });
    expect(() => render(task, { id: 1, a: 1 }, { id: 2, a: 1 }, { id: "1", a: 1 })).toThrow(
      't.jsonl:3: question id "1" stands already in line 1',
    );
    expect(() => render(task, { id: null, a: 1 })).toThrow('t.jsonl:1: "id" must be text or a number, found null');
  });

  test("names file, line and field of a field that is missing", () => {
    expect(() => render(definition(), { a: 1, b: 2, answer: "3" }, { a: 1, answer: "3" })).toThrow(
      't.jsonl:2: doc_to_text uses the field "b", which this question lacks; it has a, answer',
    );
    expect(() => render(definition({ doc_to_target: "answer" }), { a: 1, b: 2 })).toThrow(
      't.jsonl:1: doc_to_target uses the field "answer", which this question lacks',
    );
  });

  test("understands Jinja's filters and conditions", () => {
    const task = definition({ doc_to_text: "{{ a | upper }}{% if b %}!{% endif %}{{ c.d }}", doc_to_target: "x{{a}}" });
    expect(render(task, { a: "hi", b: true, c: { d: 4 } })[0]).toMatchObject({ prompt: "HI!4", target: "xhi" });
  });

  test("understands Jinja's loops", () => {
    const task = definition({ doc_to_text: "{% for word in words %}{{ word }},{% endfor %}", doc_to_target: "x{{a}}" });
    expect(render(task, { words: ["b", "c"], a: 1 })[0]?.prompt).toBe("b,c,");
  });

  test("keeps the newline at the end of a template, as lm-eval does", () => {
    const task = definition({ doc_to_text: "{{a}}\n", doc_to_target: "x{{a}}" });
    expect(render(task, { a: 1 })[0]?.prompt).toBe("1\n");
  });

  test("keeps newlines and spaces around blocks, as lm-eval does", () => {
    const task = definition({ doc_to_text: "{% if a %}\nyes\n  {% endif %}\nB", doc_to_target: "x{{a}}" });
    expect(render(task, { a: 1 })[0]?.prompt).toBe("\nyes\n  \nB");
  });
});

describe("renderQuestions of choices", () => {
  test("puts the delimiter before every choice and the index in the target", () => {
    expect(render(choices(), { q: "?", options: ["a", 2], gold: 1 })[0]).toEqual({
      id: "0",
      prompt: "?",
      target: "1",
      choices: [" a", " 2"],
    });
    expect(render(choices({ target_delimiter: "" }), { q: "?", options: ["a", "b"], gold: 0 })[0]?.choices).toEqual([
      "a",
      "b",
    ]);
  });

  test("takes a list of templates", () => {
    const task = choices({ doc_to_choice: ["{{x}}", "not {{x}}"] });
    expect(render(task, { q: "?", x: "so", gold: 1 })[0]?.choices).toEqual([" so", " not so"]);
  });

  test.each([2, -1, 0.5, "b"])("refuses %j as the index of one of two choices", (gold) => {
    expect(() => render(choices(), { q: "?", options: ["a", "b"], gold })).toThrow(
      /^t\.jsonl:1: doc_to_target gave ".*", which is not the index of one of 2 choices/,
    );
  });

  test.each([[""], [" "], [[]], [null]])("does not take %j for the first choice", (gold) => {
    expect(() => render(choices(), { q: "?", options: ["a", "b"], gold })).toThrow(
      /not the index|must be text or a number/,
    );
  });

  test("refuses equal choices, of which only the first could ever be chosen, and choices that are no text", () => {
    expect(() => render(choices(), { q: "?", options: ["a", "a"], gold: 1 })).toThrow(
      't.jsonl:1: two choices are the same: "a"',
    );
    expect(() => render(choices(), { q: "?", options: [{}, "a"], gold: 1 })).toThrow(
      "must be text or a number, found {}",
    );
  });

  test("refuses fewer than two choices and a field that holds no list", () => {
    expect(() => render(choices(), { q: "?", options: ["a"], gold: 0 })).toThrow(
      "t.jsonl:1: a question needs two choices or more, found 1",
    );
    expect(() => render(choices(), { q: "?", options: "ab", gold: 0 })).toThrow(
      't.jsonl:1: doc_to_choice names the field "options", which must hold a list, found "ab"',
    );
    expect(() => render(choices(), { q: "?", gold: 0 })).toThrow("must hold a list, found nothing");
  });
});
