import { describe, expect, test } from "vitest";
import type { Output } from "../observation.ts";
import { type Question, TaskDefinition } from "../task.ts";
import { judge } from "./score.ts";

const definition = (more: object = {}): TaskDefinition =>
  TaskDefinition.parse({
    task: "t",
    dataset_path: "json",
    dataset_kwargs: { data_files: "t.jsonl" },
    output_type: "generate_until",
    doc_to_text: "q",
    doc_to_target: "a",
    metric_list: [{ metric: "exact_match" }],
    metadata: { version: 1 },
    ...more,
  });
const choice = definition({ output_type: "multiple_choice", doc_to_choice: "c", metric_list: [{ metric: "acc" }] });
const question = (target: string): Question => ({ id: "1", prompt: "p", target });
const wrote = (text: string): Output => ({ type: "generation", text, tokens: [1], finish: "stop" });
const held = (...logLikelihoods: number[]): Output => ({
  type: "likelihoods",
  choices: logLikelihoods.map((log_likelihood) => ({ log_likelihood, tokens: 1, greedy: false })),
});

describe("judge exact_match", () => {
  test("is equality of the whole filtered text", () => {
    expect(judge(definition(), question("12"), wrote("12"))).toEqual({ extracted: "12", credit: 1 });
    expect(judge(definition(), question("12"), wrote("12 "))).toEqual({ extracted: "12 ", credit: 0 });
    expect(judge(definition(), question("12"), wrote("120")).credit).toBe(0);
  });

  test("keeps the extracted answer, not the text", () => {
    const filter_list = [{ name: "n", filter: [{ function: "regex", regex_pattern: "([0-9]+)" }] }];
    expect(judge(definition({ filter_list }), question("12"), wrote("it is 12, I think"))).toEqual({
      extracted: "12",
      credit: 1,
    });
  });

  test("minds case unless the task says otherwise, and shows the answer as it was written", () => {
    const folding = definition({ metric_list: [{ metric: "exact_match", ignore_case: true }] });
    expect(judge(definition(), question("Paris"), wrote("paris")).credit).toBe(0);
    expect(judge(folding, question("Paris"), wrote("pARIS"))).toEqual({ extracted: "pARIS", credit: 1 });
  });

  test("gives nothing for an empty answer", () => {
    expect(judge(definition(), question("12"), wrote(""))).toEqual({ extracted: "", credit: 0 });
  });
});

describe("judge acc", () => {
  test("takes the largest log-likelihood", () => {
    expect(judge(choice, question("2"), held(-9, -3, -0.5, -4))).toEqual({ extracted: "2", credit: 1 });
    expect(judge(choice, question("0"), held(-9, -3, -0.5, -4))).toEqual({ extracted: "2", credit: 0 });
  });

  test("takes the first of equals, as numpy's argmax", () => {
    expect(judge(choice, question("1"), held(-2, -1, -1)).extracted).toBe("1");
    expect(judge(choice, question("2"), held(-2, -1, -1)).credit).toBe(0);
  });

  test("knows the tenth choice", () => {
    expect(judge(choice, question("10"), held(...Array.from({ length: 11 }, (_, i) => i - 20))).credit).toBe(1);
  });
});
