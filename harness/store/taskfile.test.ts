import path from "node:path";
import { describe, expect, test } from "vitest";
import { dataFile, parseTaskFile, TaskFileError } from "./taskfile.ts";

const LINES = [
  "task: addition", // 1
  "dataset_path: json", // 2
  "dataset_kwargs:", // 3
  "  data_files: { test: test.jsonl }", // 4
  "output_type: generate_until", // 5
  'doc_to_text: "Q: {{a}}\\nA:"', // 6
  'doc_to_target: "{{answer}}"', // 7
  "metric_list:", // 8
  "  - metric: exact_match", // 9
  "metadata: { version: 1 }", // 10
] as const;

/** The task file above with some lines replaced, by number; `undefined` leaves a line out. */
function file(changes: Readonly<Record<number, string | undefined>> = {}): string {
  return LINES.flatMap((line, index) => (index + 1 in changes ? (changes[index + 1] ?? []) : [line])).join("\n");
}
function refusal(text: string): string {
  try {
    parseTaskFile(text, "t/task.yaml");
  } catch (error) {
    if (error instanceof TaskFileError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("parseTaskFile", () => {
  test("fills in lm-eval's defaults", () => {
    expect(parseTaskFile(file(), "t/task.yaml")).toMatchObject({
      task: "addition",
      test_split: "test",
      target_delimiter: " ",
      num_fewshot: 0,
      description: "",
      perjoule: { kind: "other" },
    });
  });

  test("names file, line and key of a key it does not know", () => {
    expect(refusal(file({ 10: "metadata: { version: 1 }\ndoc_to_texts: x" }))).toBe(
      't/task.yaml:11: unknown key "doc_to_texts"',
    );
    expect(refusal(file({ 9: "  - metric: exact_match\n    ignore_cases: true" }))).toBe(
      't/task.yaml:10: unknown key "ignore_cases" in "metric_list.0"',
    );
  });

  test("names a missing key", () => {
    expect(refusal(file({ 6: undefined }))).toBe('t/task.yaml:1: missing key "doc_to_text"');
  });

  test("places a missing key of a map at the map", () => {
    expect(refusal(file({ 10: "metadata: {}" }))).toMatch(/^t\/task\.yaml:10: missing key "metadata\.version"/);
  });

  test("names line and key of a value that does not fit", () => {
    expect(refusal(file({ 5: "output_type: generate" }))).toMatch(/^t\/task\.yaml:5: .*in "output_type"$/);
    expect(refusal(file({ 1: "task: 'a b'" }))).toMatch(/^t\/task\.yaml:1: a task id is letters, .*in "task"$/);
    expect(refusal(file({ 9: "  - metric: bleu" }))).toMatch(/^t\/task\.yaml:9: .*in "metric_list\.0\.metric"$/);
  });

  test("tells every problem of the file, each with its line", () => {
    const message = refusal(file({ 2: "dataset_path: csv", 5: undefined, 10: "metadata: { version: 1 }\nx: 1\ny: 2" }));
    expect(message.split("; ").map((line) => line.slice(0, 30))).toHaveLength(4);
    expect(message).toContain("t/task.yaml:2: ");
    expect(message).toContain('missing key "output_type"');
    expect(message).toContain('t/task.yaml:10: unknown key "x"');
    expect(message).toContain('t/task.yaml:11: unknown key "y"');
  });

  test("refuses code in data by name, at its line", () => {
    expect(refusal(file({ 6: "doc_to_text: !function utils.doc_to_text" }))).toMatch(
      /^t\/task\.yaml:6: "!function" runs code/,
    );
  });

  test("names the line of broken YAML", () => {
    expect(refusal(file({ 4: "  data_files: { test: test.jsonl" }))).toMatch(/^t\/task\.yaml:[45]: not valid YAML: /);
    expect(refusal(file({ 7: "task: twice" }))).toMatch(/^t\/task\.yaml:7: not valid YAML: /);
    expect(refusal(file({ 7: "\tdoc_to_target: x" }))).toMatch(/^t\/task\.yaml:7: not valid YAML: /);
  });

  test.each(["", "just words", "- a\n- list"])("refuses a file that is no map: %j", (text) => {
    expect(refusal(text)).toMatch(/^t\/task\.yaml:1: /);
  });

  test("refuses few-shot and sampling, which it would not do", () => {
    expect(refusal(file({ 10: "metadata: { version: 1 }\nnum_fewshot: 5" }))).toMatch(
      /^t\/task\.yaml:11: .*num_fewshot/,
    );
    const sampling = "metadata: { version: 1 }\ngeneration_kwargs:\n  do_sample: true";
    expect(refusal(file({ 10: sampling }))).toMatch(/^t\/task\.yaml:12: .*generation_kwargs\.do_sample/);
  });

  test("refuses a metric that does not fit the way of answering", () => {
    expect(refusal(file({ 9: "  - metric: acc" }))).toMatch(
      /metric "acc" does not fit output_type generate_until; it takes "exact_match"/,
    );
    expect(refusal(file({ 5: "output_type: multiple_choice\ndoc_to_choice: choices" }))).toMatch(
      /metric "exact_match" does not fit output_type multiple_choice; it takes "acc"/,
    );
  });

  test("refuses a choice without choices", () => {
    expect(refusal(file({ 5: "output_type: multiple_choice", 9: "  - metric: acc" }))).toMatch(/needs "doc_to_choice"/);
  });

  test("names the line of what does not fit together", () => {
    expect(refusal(file({ 9: "  - metric: acc" }))).toMatch(/^t\/task\.yaml:[89]: /);
    expect(refusal(file({ 5: "output_type: multiple_choice", 9: "  - metric: acc" }))).toMatch(/^t\/task\.yaml:5: /);
  });

  // run can ever be derived.
  test("refuses a regular expression that this language cannot read", () => {
    const filters =
      "filter_list:\n  - name: n\n    filter:\n      - function: regex\n        regex_pattern: '(?P<n>[0-9]+)'";
    expect(refusal(file({ 10: `metadata: { version: 1 }\n${filters}` }))).toMatch(/^t\/task\.yaml:15: .*regex_pattern/);
  });
});

describe("dataFile", () => {
  const definition = (data_files: string) => parseTaskFile(file({ 4: `  data_files: ${data_files}` }), "t/task.yaml");
  const folder = path.resolve("/tasks/t");

  test("is the file of the test split, beside the definition", () => {
    expect(dataFile(definition("{ train: a.jsonl, test: b.jsonl }"), folder)).toBe(path.join(folder, "b.jsonl"));
    expect(dataFile(definition("sub/c.jsonl"), folder)).toBe(path.join(folder, "sub", "c.jsonl"));
  });

  test.each(["../other/test.jsonl", "sub/../../x.jsonl", "/etc/passwd"])(
    "may not climb out of its folder: %s",
    (name) => {
      expect(() => dataFile(definition(name), folder)).toThrow(
        `${path.join(folder, "task.yaml")}: data file "${name}" lies outside the task's folder`,
      );
    },
  );

  test("says which split has no file", () => {
    expect(() => dataFile(definition("{ train: a.jsonl }"), folder)).toThrow('no file for the split "test"');
  });
});
