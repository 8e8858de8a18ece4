import { describe, expect, test } from "vitest";
import { type Question, TaskDefinition } from "../../task.ts";
import { type Care, questionMaker } from "./questions.ts";

const definition = (more: object = {}): TaskDefinition =>
  TaskDefinition.parse({
    task: "t",
    dataset_path: "json",
    doc_to_text: "Q: {{a}} + {{b}}?\nA:",
    doc_to_target: "{{answer}}",
    metric_list: [{ metric: "exact_match" }],
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
const simple = definition({ doc_to_text: "a", doc_to_target: "a" });

function renderWith(care: Care, task: TaskDefinition, ...rows: Record<string, unknown>[]): Question[] {
  const make = questionMaker(task, () => "", care);
  return rows.map((fields, i) => make({ fields, at: `t.jsonl:${i + 1}` }));
}
const render = (task: TaskDefinition, ...rows: Record<string, unknown>[]): Question[] =>
  renderWith("own", task, ...rows);

describe("questionMaker", () => {
  test("renders prompt and target", () => {
    const [question] = render(definition({ description: "Add {{a}}.\n\n" }), { id: "x", a: 2, b: 3, answer: "5" });
    expect(question).toEqual({ id: "x", prompt: "Add 2.\n\nQ: 2 + 3?\nA:", target: "5" });
  });

  test("puts the examples between the description and the question", () => {
    const make = questionMaker(definition({ description: "Add.\n" }), ({ a }) => `ex ${String(a)};`, "own");
    expect(make({ fields: { a: 1, b: 2, answer: 3 }, at: "" }).prompt).toBe("Add.\nex 1;Q: 1 + 2?\nA:");
  });

  test("takes a lone field name as that field", () => {
    const [question] = render(definition({ doc_to_text: "a", doc_to_target: "answer" }), { a: "{{b}}", answer: 7 });
    expect(question).toMatchObject({ prompt: "{{b}}", target: "7" });
  });

  test("numbers questions without an id by their place", () => {
    expect(render(simple, { a: 1 }, { a: 2 }).map(({ id }) => id)).toEqual(["0", "1"]);
  });

  test("refuses an id that stands twice in a file of one's own, as number or text, and says where", () => {
    expect(() => render(simple, { id: 1, a: 1 }, { id: 2, a: 1 }, { id: "1", a: 1 })).toThrow(
      't.jsonl:3: question id "1" stands already in t.jsonl:1',
    );
    expect(() => render(simple, { id: null, a: 1 })).toThrow('t.jsonl:1: "id" must be text or a number, found null');
  });

  test("tells questions of a published data set apart that share an id, or have one that is no name", () => {
    const ids = renderWith("published", simple, { id: 1, a: 1 }, { id: "1", a: 1 }, { id: null, a: 1 }).map(
      ({ id }) => id,
    );
    expect(ids).toEqual(["1", "1#1", "2"]);
    expect(
      new Set(renderWith("published", simple, { id: "1", a: 1 }, { a: 1 }, { id: "1", a: 1 }).map(({ id }) => id)).size,
    ).toBe(3);
  });

  test("names place and field of a field that is missing", () => {
    expect(() => render(definition(), { a: 1, b: 2, answer: "3" }, { a: 1, answer: "3" })).toThrow(
      /^t\.jsonl:2: doc_to_text uses "b", which this row lacks; it has a, answer/,
    );
    expect(() => render(definition({ doc_to_target: "answer" }), { a: 1, b: 2 })).toThrow(
      't.jsonl:1: doc_to_target uses the field "answer", which this row lacks',
    );
  });

  test("stands for a choice by its text where the answer is written", () => {
    const task = definition({ doc_to_choice: ["no", "yes"], doc_to_text: "a", doc_to_target: "{{1 if a else 0}}" });
    expect(render(task, { a: "x" })[0]).toEqual({ id: "0", prompt: "x", target: "yes" });
  });

  test("takes a list for several answers, of which any is right", () => {
    const task = definition({ doc_to_text: "a", doc_to_target: "answers" });
    expect(render(task, { a: "x", answers: ["one", 1] })[0]).toMatchObject({ target: "one", targets: ["one", "1"] });
    expect(() => render(task, { a: "x", answers: [] })).toThrow("an empty list");
    const written = definition({ doc_to_text: "a", doc_to_target: "['{{b}}', 'c']" });
    expect(render(written, { a: "x", b: "y" })[0]).toMatchObject({ targets: ["y", "c"] });
  });

  test("takes a description of one word for that word, unless a field has its name", () => {
    expect(render(definition({ description: "Add " }), { a: 1, b: 2, answer: 3 })[0]?.prompt).toMatch(/^Add Q:/);
    expect(render(definition({ description: "Add" }), { a: 1, b: 2, answer: 3 })[0]?.prompt).toMatch(/^AddQ:/);
    expect(render(definition({ description: "a" }), { a: "x", b: 2, answer: 3 })[0]?.prompt).toMatch(/^xQ:/);
  });

  test("puts a prefix where the answer begins", () => {
    const task = definition({ doc_to_text: "a", gen_prefix: "So {{a}}" });
    expect(render(task, { a: "x", answer: 1 })[0]?.prompt).toBe("x So x");
  });

  test("keeps what questions have in common", () => {
    const task = definition({ doc_to_text: "a", perjoule: { cluster: "passage" } });
    expect(render(task, { a: "x", answer: 1, passage: "P" })[0]).toMatchObject({ cluster: "P" });
  });
});

describe("questionMaker of choices", () => {
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

  test("takes templates for choices: a list of them, a map of them, or one that gives a list", () => {
    const row = { q: "?", x: "so", gold: 1 };
    expect(render(choices({ doc_to_choice: ["{{x}}", "not {{x}}"] }), row)[0]?.choices).toEqual([" so", " not so"]);
    expect(render(choices({ doc_to_choice: { a: "{{x}}", b: "y" } }), row)[0]?.choices).toEqual([" so", " y"]);
    expect(render(choices({ doc_to_choice: "{{[x, q]}}" }), row)[0]?.choices).toEqual([" so", " ?"]);
    expect(render(choices({ doc_to_choice: "['{{x}}', 'no']" }), row)[0]?.choices).toEqual([" so", " no"]);
  });

  test("takes a choice's own text for its index, before digits that are none", () => {
    const row = { q: "?", options: ["2", "1", "0"] };
    expect(render(choices(), { ...row, gold: "1" })[0]?.target).toBe("1");
    expect(render(choices(), { ...row, gold: "2" })[0]?.target).toBe("0");
    // A template that gives digits gives an index, as in lm-eval.
    expect(render(choices({ doc_to_target: "{{gold}}" }), { ...row, gold: "2" })[0]?.target).toBe("2");
    expect(render(choices(), { q: "?", options: ["a", "b"], gold: "b" })[0]?.target).toBe("1");
    expect(render(choices(), { q: "?", options: ["a", "b"], gold: "1" })[0]?.target).toBe("1");
  });

  test("reads ARC's labels, letters or digits, as its template says", () => {
    const task = choices({ doc_to_choice: "{{choices.text}}", doc_to_target: "{{choices.label.index(answerKey)}}" });
    const texts = ["w", "x", "y", "z"];
    const digits = { q: "?", choices: { text: texts, label: ["1", "2", "3", "4"] }, answerKey: "4" };
    expect(render(task, digits)[0]?.target).toBe("3");
    const letters = { q: "?", choices: { text: texts, label: ["A", "B", "C", "D"] }, answerKey: "A" };
    expect(render(task, letters)[0]?.target).toBe("0");
  });

  test("takes true for the second choice, as Python does", () => {
    expect(render(choices(), { q: "?", options: ["no", "yes"], gold: true })[0]?.target).toBe("1");
  });

  test("takes several right choices", () => {
    const task = choices({ doc_to_target: "{{right}}" });
    expect(render(task, { q: "?", options: ["a", "b", "c"], right: [0, 2] })[0]).toMatchObject({
      target: "0",
      targets: ["0", "2"],
    });
  });

  test.each([2, -1, 0.5, "c"])("refuses %j as the index of one of two choices", (gold) => {
    expect(() => render(choices(), { q: "?", options: ["a", "b"], gold })).toThrow(
      /^t\.jsonl:1: doc_to_target gave ".*", which is not the index of one of 2 choices/,
    );
  });

  test.each([[""], [" "], [[]], [null]])("does not take %j for the first choice", (gold) => {
    expect(() => render(choices(), { q: "?", options: ["a", "b"], gold })).toThrow(
      /not the index|must give text or a number|an empty list/,
    );
  });

  test("refuses equal choices in a file of one's own, of which only the first could be chosen", () => {
    const row = { q: "?", options: ["a", "a"], gold: 1 };
    expect(() => render(choices(), row)).toThrow('t.jsonl:1: two choices are the same: "a"');
    expect(renderWith("published", choices(), row)[0]?.choices).toEqual([" a", " a"]);
  });

  test("refuses fewer than two choices, choices that are no text, and what is no list", () => {
    expect(() => render(choices(), { q: "?", options: ["a"], gold: 0 })).toThrow("needs two choices or more, found 1");
    expect(() => render(choices(), { q: "?", options: [{}, "a"], gold: 1 })).toThrow(
      "must give text or a number, found {}",
    );
    expect(() => render(choices(), { q: "?", options: "ab", gold: 0 })).toThrow(
      't.jsonl:1: doc_to_choice "options" must give a list, found "ab"',
    );
    expect(() => render(choices(), { q: "?", gold: 0 })).toThrow('doc_to_choice uses the field "options"');
  });

  test("refuses the F1 of other than two choices, one of them right, before anything is asked", () => {
    const task = choices({ metric_list: [{ metric: "acc" }, { metric: "f1" }] });
    expect(render(task, { q: "?", options: ["a", "b"], gold: 0 })).toHaveLength(1);
    expect(() => render(task, { q: "?", options: ["a", "b", "c"], gold: 0 })).toThrow(
      't.jsonl:1: metric "f1" is of questions with two choices and one right one, found 3 choices, 1 right',
    );
    expect(() => render(task, { q: "?", options: ["a", "b"], gold: [0, 1] })).toThrow("found 2 choices, 2 right");
  });

  test("scores choices after nothing too where the metric needs it", () => {
    const task = choices({ metric_list: [{ metric: "acc_mutual_info" }] });
    expect(render(task, { q: "?", options: ["a", "b"], gold: 0 })[0]).toMatchObject({ unconditional: true });
  });

  // lm-eval's winogrande: the prompt's index says which context is right, and what follows is the same.
  test("puts choices into the context where doc_to_text gives an index", () => {
    const task = choices({
      doc_to_text: "{{answer - 1}}",
      doc_to_choice: "{{[sentence.replace('_', option1), sentence.replace('_', option2)]}}",
      doc_to_target: "{{rest}}",
    });
    const row = { sentence: "The _", option1: "cat", option2: "dog", answer: 2, rest: "sleeps." };
    expect(render(task, row)[0]).toEqual({
      id: "0",
      prompt: "",
      target: "1",
      contexts: ["The cat", "The dog"],
      choices: [" sleeps.", " sleeps."],
    });
  });
});

describe("questionMaker of likelihoods", () => {
  test("of one continuation adds no delimiter, as lm-eval", () => {
    const task = definition({
      output_type: "loglikelihood",
      doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}",
      doc_to_target: "{{' '+text.split(' ')[-1]}}",
      metric_list: [{ metric: "acc" }],
    });
    expect(render(task, { text: "she ran home" })[0]).toEqual({
      id: "0",
      prompt: "she ran",
      target: " home",
      choices: [" home"],
    });
  });

  test("of a text as a whole keeps what its words are counted by", () => {
    const task = definition({
      output_type: "loglikelihood_rolling",
      doc_to_text: "",
      doc_to_target: "{{page|replace(' @-@ ', '-')}}",
      metric_list: [{ metric: "word_perplexity" }],
      perjoule: { counted: "page" },
    });
    expect(render(task, { page: "a @-@ b" })[0]).toEqual({
      id: "0",
      prompt: "",
      target: "a-b",
      rolling: true,
      counted: "a @-@ b",
    });
  });
});
