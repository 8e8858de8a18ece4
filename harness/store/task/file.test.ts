import { describe, expect, test } from "vitest";
import { parseTaskFile, TaskFileError } from "./file.ts";

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
      target_delimiter: " ",
      fewshot_delimiter: "\n\n",
      description: "",
      perjoule: { kind: "other" },
    });
  });

  test("names file, line and key of a key it does not know", () => {
    expect(refusal(file({ 10: "metadata: { version: 1 }\ndoc_to_texts: x" }))).toBe(
      't/task.yaml:11: unknown key "doc_to_texts"; did you mean "doc_to_text"?',
    );
    expect(refusal(file({ 9: "  - metric: exact_match\n    ignore_cases: true" }))).toBe(
      't/task.yaml:10: unknown key "ignore_cases" in "metric_list.0"',
    );
  });

  test("names a missing key", () => {
    expect(refusal(file({ 6: undefined }))).toBe('t/task.yaml:1: missing key "doc_to_text"');
  });

  test("places a missing key of a map at the map", () => {
    expect(refusal(file({ 9: "  - aggregation: mean" }))).toBe('t/task.yaml:9: missing key "metric_list.0.metric"');
  });

  test("names line and key of a value that does not fit", () => {
    expect(refusal(file({ 5: "output_type: generate" }))).toBe(
      't/task.yaml:5: "output_type" must be one of generate_until, multiple_choice, loglikelihood, loglikelihood_rolling' +
        ' (did you mean "generate_until"?), found "generate"',
    );
    expect(refusal(file({ 1: "task: 'a b'" }))).toMatch(
      /^t\/task\.yaml:1: "task" is not usable: a task id is letters, .*, found "a b"$/,
    );
    expect(refusal(file({ 9: "  - metric: bleu" }))).toMatch(
      /^t\/task\.yaml:9: "metric_list\.0\.metric" must be one of acc, .*, found "bleu"$/,
    );
    const filter = "metadata: { version: 1 }\nfilter_list: [{ name: n, filter: [{ function: strip }] }]";
    expect(refusal(file({ 10: filter }))).toMatch(
      /^t\/task\.yaml:11: "filter_list\.0\.filter\.0\.function" must be one of remove_whitespace, .*, found "strip"$/,
    );
  });

  test("says how a list, and how a template, is to be written", () => {
    expect(refusal(file({ 8: undefined, 9: "metric_list: { metric: exact_match }" }))).toBe(
      't/task.yaml:8: "metric_list" must be a list, found {"metric":"exact_match"}; begin it with a dash',
    );
    expect(refusal(file({ 7: "doc_to_target: {{answer}}" }))).toMatch(
      /^t\/task\.yaml:7: "doc_to_target" .*, found \{.*\}; put a template in quotes$/,
    );
    expect(refusal(file({ 9: "  - metric: { a: 1 }" }))).toMatch(/, found \{"a":1\}$/);
  });

  test("tells every problem of the file, each with its line", () => {
    const message = refusal(file({ 2: "dataset_path: 3", 6: undefined, 10: "metadata: { version: 1 }\nx: 1\ny: 2" }));
    expect(message.split("; ").map((line) => line.slice(0, 30))).toHaveLength(4);
    expect(message).toContain("t/task.yaml:2: ");
    expect(message).toContain('missing key "doc_to_text"');
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

  test("refuses by name what lm-eval says in code", () => {
    expect(refusal(file({ 10: "metadata: { version: 1 }\nprocess_docs: x" }))).toBe(
      't/task.yaml:11: "process_docs" needs code, which perjoule does not run from data',
    );
  });

  test("takes what lm-eval's files say that means nothing for scores", () => {
    const more =
      "metadata: { version: 1, who: me }\ntag: [a, b]\ngroup: [old]\nshould_decontaminate: true\ntest_split: null";
    expect(refusal(file({ 10: more }))).toBe("accepted");
  });

  test("does not take the name of a tag in a comment or a text for the tag", () => {
    expect(refusal(file({ 6: 'doc_to_text: "Explain !function: {{a}}" # no !function' }))).toBe("accepted");
  });

  test("refuses a template that cannot be read, at its line", () => {
    expect(refusal(file({ 7: 'doc_to_target: "{{answer"' }))).toMatch(
      /^t\/task\.yaml:7: doc_to_target is not a usable template/,
    );
    const ours = 'metadata: { version: 1 }\nperjoule:\n  fields:\n    x: "{{ a | nothing }}"';
    expect(refusal(file({ 10: ours }))).toMatch(/^t\/task\.yaml:13: .*nothing/);
  });

  test("refuses an aggregation that is not the metric's own", () => {
    expect(refusal(file({ 9: "  - metric: exact_match\n    aggregation: perplexity" }))).toBe(
      't/task.yaml:10: metric "exact_match" is aggregated by mean, found "perplexity"',
    );
  });

  test("refuses a metric that does not fit the way of answering", () => {
    expect(refusal(file({ 9: "  - metric: acc" }))).toMatch(
      /metric "acc" does not fit output_type generate_until; it takes exact_match, f1, contains, numeric, bypass/,
    );
    const choices = { 5: "output_type: multiple_choice\ndoc_to_choice: choices" };
    expect(refusal(file({ ...choices, 9: "  - metric: contains" }))).toMatch(
      /metric "contains" does not fit output_type multiple_choice; it takes acc, /,
    );
    expect(refusal(file({ ...choices, 9: "  - metric: acc\n    ignore_case: true" }))).toMatch(
      /^t\/task\.yaml:11: "ignore_case" is an option of metrics of generated text$/,
    );
  });

  test("refuses a choice without choices", () => {
    expect(refusal(file({ 5: "output_type: multiple_choice", 9: "  - metric: acc" }))).toMatch(/needs "doc_to_choice"/);
  });

  test("names the line of what does not fit together", () => {
    expect(refusal(file({ 9: "  - metric: acc" }))).toMatch(/^t\/task\.yaml:[89]: /);
    expect(refusal(file({ 5: "output_type: multiple_choice", 9: "  - metric: acc" }))).toMatch(/^t\/task\.yaml:5: /);
  });

  // Otherwise nothing of a run could ever be derived.
  test("refuses a pattern that Python could not read either", () => {
    const filters = "filter_list:\n  - name: n\n    filter:\n      - function: regex\n        regex_pattern: '([0-9]+'";
    expect(refusal(file({ 10: `metadata: { version: 1 }\n${filters}` }))).toMatch(/^t\/task\.yaml:15: .*regex_pattern/);
  });

  test("takes null for none, as lm-eval's files write it, and metadata in a list", () => {
    const nulls = ["metric_list", "filter_list", "fewshot_config", "num_fewshot"]
      .map((key) => `${key}: null`)
      .join("\n");
    const more = `metadata: [{ version: 1.5 }]\n${nulls}\ngeneration_kwargs: { until: null, max_gen_toks: 5 }`;
    const given = parseTaskFile(file({ 8: undefined, 9: undefined, 10: more }), "t/task.yaml");
    expect(given).toMatchObject({ metadata: { version: 1.5 }, generation_kwargs: { max_gen_toks: 5 } });
    expect(given).not.toHaveProperty("metric_list");
    expect(refusal(file({ 6: "doc_to_text: null" }))).toMatch(/doc_to_text/);
  });

  test("understands anchors and merged maps", () => {
    const merged = "metadata: &m { version: 1 }\nfewshot_config: { <<: { sampler: first_n }, split: dev }";
    expect(parseTaskFile(file({ 10: merged }), "t/task.yaml")).toMatchObject({
      fewshot_config: { sampler: "first_n", split: "dev" },
    });
  });

  test("refuses a second document, at its line", () => {
    expect(refusal(`${file()}\n---\ntask: other\n`)).toMatch(
      /^t\/task\.yaml:1[12]: a second YAML document begins here/,
    );
  });

  test("refuses filters of choices that would change nothing", () => {
    const choices = { 5: "output_type: multiple_choice\ndoc_to_choice: choices", 9: "  - metric: acc" };
    const filters = (step: string): string => `filter_list: [{ name: n, filter: [{ function: ${step} }] }]`;
    expect(refusal(file({ ...choices, 10: filters("take_first") }))).toBe("accepted");
    expect(refusal(file({ ...choices, 10: filters("lowercase") }))).toMatch(
      /^t\/task\.yaml:11: filter "lowercase" is of written text, and output_type is multiple_choice$/,
    );
  });

  test("tells problems in the order of lines", () => {
    const message = refusal(file({ 2: "dataset_path: 3", 6: "doc_to_texts: x", 10: "metadata: 1" }));
    const lines = [...message.matchAll(/task\.yaml:(\d+):/g)].map(([, line]) => Number(line));
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(lines.length).toBeGreaterThan(3);
  });
});
