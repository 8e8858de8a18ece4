import { describe, expect, test } from "vitest";
import { FilterStep, TaskDefinition } from "../task.ts";
import { applyFilters, pipelinesOf } from "./filters.ts";

const regex = (regex_pattern: string, more: object = {}): FilterStep =>
  FilterStep.parse({ function: "regex", regex_pattern, ...more });
const map = (mapping_dict: Record<string, string>, more: object = {}): FilterStep =>
  FilterStep.parse({ function: "map", mapping_dict, ...more });
const filtered = (text: string, ...steps: FilterStep[]): string | undefined => applyFilters([text], steps)[0];

// gsm8k.yaml of lm-eval, version 3.
const STRICT = regex(String.raw`#### (\-?[0-9\.\,]+)`);
const FLEXIBLE = regex(String.raw`(-?[$0-9.,]{2,})|(-?[0-9]+)`, { group_select: -1 });

describe("applyFilters", () => {
  test.each([
    ["so it is #### 5 #### 6", "5", "6"],
    ["#### -1,234.", "-1,234.", "-1,234."],
    ["it costs $29.00", "[invalid]", "$29.00"],
    ["3 apples and 4", "[invalid]", "4"],
    ["it is -7", "[invalid]", "-7"],
    ["no number", "[invalid]", "[invalid]"],
    ["", "[invalid]", "[invalid]"],
  ])("reads %j as GSM8K's strict-match and flexible-extract do", (text, strict, flexible) => {
    expect(filtered(text, STRICT)).toBe(strict);
    expect(filtered(text, FLEXIBLE)).toBe(flexible);
  });

  test("reads patterns as Python does", () => {
    expect(filtered("Answer: (B)", regex(String.raw`(?i)answer: \((?P<letter>[a-d])\)\Z`))).toBe("B");
    expect(filtered("line\nThe answer is 5\n", regex("The answer is (.*)$"))).toBe("5");
  });

  test("takes the whole match of a pattern without groups, stripped", () => {
    expect(filtered("x  ab  y", regex(" +a.? +"))).toBe("ab");
  });

  test("takes the first group that is not empty, the fallback where all are", () => {
    expect(filtered("b", regex("(a)?(b)"))).toBe("b");
    expect(filtered("c", regex("(a)?(b)?c"))).toBe("[invalid]");
  });

  test("keeps the empty match of a single group, and one that took no part", () => {
    expect(filtered("a", regex("a(b*)"))).toBe("");
    expect(filtered("a", regex("a(b)?"))).toBe("");
  });

  test("gives the task's own fallback, also where there are fewer matches than asked for", () => {
    expect(filtered("?", regex("[0-9]+", { fallback: "none" }))).toBe("none");
    expect(filtered("1", regex("[0-9]", { group_select: 2 }))).toBe("[invalid]");
    expect(filtered("1", regex("[0-9]", { group_select: -2 }))).toBe("[invalid]");
  });

  test("removes leading white space only", () => {
    expect(filtered(" \n 12 ", { function: "remove_whitespace" })).toBe("12 ");
  });

  test("changes case", () => {
    expect(filtered("Straße", { function: "uppercase" })).toBe("STRASSE");
    expect(filtered("Yes", { function: "lowercase" })).toBe("yes");
  });

  test("maps, what is not in the mapping to the default or to nothing", () => {
    expect(filtered("A", map({ A: "0" }))).toBe("0");
    expect(filtered("B", map({ A: "0" }, { default_value: "-1" }))).toBe("-1");
    expect(filtered("B", map({ A: "0" }))).toBe("");
    expect(filtered("constructor", map({ A: "0" }))).toBe("");
  });

  test("runs its steps in order", () => {
    expect(filtered("answer: 7 abc", regex("answer:(.*)"), { function: "take_first" }, regex("[a-z]+"))).toBe("abc");
    expect(filtered("as it is ")).toBe("as it is ");
  });

  test("keeps every repeat where lm-eval takes the first", () => {
    expect(applyFilters(["1", "2", "3"], [{ function: "take_first" }])).toEqual(["1", "2", "3"]);
    expect(applyFilters(["1", "2", "3"], [{ function: "take_first_k", k: 2 }])).toEqual(["1", "2", "3"]);
  });

  test("majority_vote gives every repeat the most frequent, of equals the first met", () => {
    const vote = { function: "majority_vote" } as const;
    expect(applyFilters(["5", "6", "6"], [vote])).toEqual(["6", "6", "6"]);
    expect(applyFilters(["7", "5", "6", "6", "5"], [vote])).toEqual(["5", "5", "5", "5", "5"]);
    expect(applyFilters([], [vote])).toEqual([]);
  });

  test("majority_vote counts what was extracted, of the first k", () => {
    const texts = ["#### 5", "so #### 6", "it is #### 6", "#### 5", "#### 5"];
    const maj = (k: number): FilterStep[] => [
      { function: "take_first_k", k },
      STRICT,
      { function: "majority_vote" },
      { function: "take_first" },
    ];
    expect(applyFilters(texts, maj(3))[0]).toBe("6");
    expect(applyFilters(texts, maj(5))[0]).toBe("5");
    expect(applyFilters(texts, maj(64))).toEqual(["5", "5", "5", "5", "5"]);
  });
});

describe("pipelinesOf", () => {
  const definition = {
    task: "t",
    dataset_path: "json",
    output_type: "generate_until",
    doc_to_text: "q",
    doc_to_target: "a",
  };

  test("are those of the task, in order", () => {
    const filter_list = [
      { name: "one", filter: [{ function: "remove_whitespace" }] },
      { name: "two", filter: [{ function: "take_first" }] },
    ];
    expect(pipelinesOf(TaskDefinition.parse({ ...definition, filter_list }))).toEqual([
      { name: "one", steps: [{ function: "remove_whitespace" }] },
      { name: "two", steps: [{ function: "take_first" }] },
    ]);
  });

  test("of a task without filters is one, which takes the answer as it is", () => {
    const [only, ...others] = pipelinesOf(TaskDefinition.parse(definition));
    expect(only.name).toBe("none");
    expect(applyFilters([" 5\n"], only.steps)).toEqual([" 5\n"]);
    expect(others).toEqual([]);
  });
});
