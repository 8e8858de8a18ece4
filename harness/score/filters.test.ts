import { describe, expect, test } from "vitest";
import { FilterStep, TaskDefinition } from "../task.ts";
import { applyFilters, pipelineOf } from "./filters.ts";

const regex = (regex_pattern: string, more: object = {}): FilterStep =>
  FilterStep.parse({ function: "regex", regex_pattern, ...more });

// gsm8k.yaml of lm-eval, version 3.
const STRICT = regex(String.raw`#### (\-?[0-9\.\,]+)`);
const FLEXIBLE = regex(String.raw`(-?[$0-9.,]{2,})|(-?[0-9]+)`, { group_select: -1 });

describe("applyFilters", () => {
  test.each([
    ["so it is #### 5 #### 6", "5", "6"],
    ["#### -1,234.", "-1,234.", "-1,234."],
    ["it costs $29.00", "[invalid]", "$29.00"],
    ["3 apples and 4", "[invalid]", "4"],
    ["no number", "[invalid]", "[invalid]"],
    ["", "[invalid]", "[invalid]"],
  ])("reads %j as GSM8K's strict-match and flexible-extract do", (text, strict, flexible) => {
    expect(applyFilters(text, [STRICT])).toBe(strict);
    expect(applyFilters(text, [FLEXIBLE])).toBe(flexible);
  });

  test("takes the whole match of a pattern without groups, stripped", () => {
    expect(applyFilters("x  ab  y", [regex(" +a.? +")])).toBe("ab");
  });

  test("takes the first group that is not empty", () => {
    expect(applyFilters("b", [regex("(a)?(b)")])).toBe("b");
  });

  test("gives the task's own fallback", () => {
    expect(applyFilters("?", [regex("[0-9]+", { fallback: "none" })])).toBe("none");
  });

  test("gives the fallback where there are fewer matches than asked for", () => {
    expect(applyFilters("1", [regex("[0-9]", { group_select: 2 })])).toBe("[invalid]");
  });

  test("keeps the empty match of a single group", () => {
    expect(applyFilters("a", [regex("a(b*)")])).toBe("");
  });

  test("removes leading whitespace only", () => {
    expect(applyFilters(" \n 12 ", [{ function: "remove_whitespace" }])).toBe("12 ");
  });

  test("runs its steps in order", () => {
    const steps = [regex("answer:(.*)"), { function: "take_first" } as const, regex("[a-z]+")];
    expect(applyFilters("answer: 7 abc", steps)).toBe("abc");
    expect(applyFilters("as it is ", [])).toBe("as it is ");
  });
});

describe("pipelineOf", () => {
  const definition = {
    task: "t",
    dataset_path: "json",
    dataset_kwargs: { data_files: "t.jsonl" },
    output_type: "generate_until",
    doc_to_text: "q",
    doc_to_target: "a",
    metric_list: [{ metric: "exact_match" }],
    metadata: { version: 1 },
  };

  test("is the first pipeline of the task", () => {
    const filter_list = [
      { name: "one", filter: [{ function: "remove_whitespace" }] },
      { name: "two", filter: [{ function: "take_first" }] },
    ];
    expect(pipelineOf(TaskDefinition.parse({ ...definition, filter_list }))).toEqual([
      { function: "remove_whitespace" },
    ]);
  });

  test("of a task without filters takes the answer as it is", () => {
    expect(applyFilters(" 5\n", pipelineOf(TaskDefinition.parse(definition)))).toBe(" 5\n");
  });
});
