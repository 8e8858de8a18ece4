import path from "node:path";
import { describe, expect, test } from "vitest";
import { useFolder } from "../rows/rows.support.ts";
import { checkTask } from "./check.ts";
import { CAPITAL_ROWS, CAPITALS, FRUIT_ROWS, FRUITS, rowsText, taskText, withLine } from "./load.support.ts";

const folder = useFolder();
/** Problems of a task, without the folder. */
async function problemsOf(definition: string, rows?: string, more: Record<string, string> = {}): Promise<string[]> {
  const file = folder.write({
    "task.yaml": definition,
    ...(rows === undefined ? {} : { "test.jsonl": rows }),
    ...more,
  });
  const { problems } = await checkTask(path.dirname(file), {});
  return problems.map((problem) => problem.replaceAll(`${folder.path}/`, ""));
}
const capitals = (line: number, text?: string): string => withLine(CAPITALS, line, text);
const fruits = (line: number, text?: string): string => withLine(FRUITS, line, text);
const badRow = (line: number, text: string): string => withLine(FRUIT_ROWS, line, text);

describe("checkTask", () => {
  test("finds nothing in a task that is well-formed, and counts its questions", async () => {
    folder.write({ "a/task.yaml": CAPITALS, "a/test.jsonl": CAPITAL_ROWS });
    folder.write({ "b/task.yaml": FRUITS, "b/test.jsonl": FRUIT_ROWS });
    for (const name of ["a", "b"]) {
      expect(await checkTask(path.join(folder.path, name), {})).toEqual({ problems: [], questions: 5 });
    }
  });

  test.each<[what: string, definition: string, rows: string | undefined, told: RegExp]>([
    [
      "an unknown key",
      `${CAPITALS}doc_to_texts: x\n`,
      CAPITAL_ROWS,
      /^task\.yaml:11: unknown key "doc_to_texts"; did you mean "doc_to_text"\?$/,
    ],
    ["a missing key", capitals(6), CAPITAL_ROWS, /^task\.yaml:1: missing key "doc_to_target"$/],
    [
      "a wrong output_type",
      capitals(4, "output_type: generate"),
      CAPITAL_ROWS,
      /^task\.yaml:4: "output_type" must be one of generate_until, .*found "generate"$/,
    ],
    [
      "code",
      capitals(5, "doc_to_text: !function utils.doc_to_text"),
      CAPITAL_ROWS,
      /^task\.yaml:5: "!function" runs code from a data file, which perjoule refuses/,
    ],
    ["broken YAML", capitals(7, "generation_kwargs: { until: ["), CAPITAL_ROWS, /^task\.yaml:[78]: not valid YAML: /],
    [
      "a metric that does not fit",
      capitals(9, "metric_list: [{ metric: acc }]"),
      CAPITAL_ROWS,
      /^task\.yaml:9: metric "acc" does not fit output_type generate_until; it takes exact_match, /,
    ],
    [
      "an unreadable template",
      capitals(6, 'doc_to_target: "{{capital"'),
      CAPITAL_ROWS,
      /^task\.yaml:6: doc_to_target is not a usable template: /,
    ],
    [
      "a pattern that cannot be read",
      capitals(8, "filter_list: [{ name: x, filter: [{ function: regex, regex_pattern: '([a-z]+' }] }]"),
      CAPITAL_ROWS,
      /^task\.yaml:8: .*"\(\[a-z\]\+".*not closed/,
    ],
    ["absent data", CAPITALS, undefined, /^task\.yaml:3: there is no data file "test\.jsonl"$/],
    [
      "a split without a file",
      capitals(3, "dataset_kwargs: { data_files: { train: test.jsonl } }"),
      CAPITAL_ROWS,
      /^task\.yaml:3: data_files names no file for the split "test"; it has train$/,
    ],
    ["a broken line", FRUITS, badRow(2, '{"id": "2", "gold": '), /^test\.jsonl:2: not valid JSON: /],
    [
      "a row that lacks a field",
      FRUITS,
      badRow(3, '{"id": "3", "question": "Which is a bird?", "gold": 2}'),
      /^test\.jsonl:3: doc_to_choice uses the field "choices", which this row lacks; it has id, question, gold$/,
    ],
    [
      "an index that is none",
      FRUITS,
      badRow(4, '{"id": "4", "question": "?", "choices": ["iron", "bread", "wool"], "gold": 3}'),
      /^test\.jsonl:4: doc_to_target gave "3", which is not the index of one of 3 choices/,
    ],
    [
      "an id that stands twice",
      CAPITALS,
      withLine(CAPITAL_ROWS, 5, '{"id": "it", "country": "Peru", "capital": "Lima"}'),
      /^test\.jsonl:5: question id "it" stands already in test\.jsonl:2$/,
    ],
    [
      "two equal choices",
      FRUITS,
      badRow(1, '{"id": "1", "question": "?", "choices": ["apple", "stone", "apple"], "gold": 0}'),
      /^test\.jsonl:1: two choices are the same: "apple"$/,
    ],
    ["an empty file", CAPITALS, "\n", /^task\.yaml:3: "test\.jsonl" holds no questions$/],
  ])("says file, line and what of %s, in one line", async (_, definition, rows, told) => {
    const problems = await problemsOf(definition, rows);
    expect(problems).toEqual([expect.stringMatching(told)]);
    expect(problems[0]).not.toContain("\n");
  });

  test("tells of several problems of a definition at once", async () => {
    const spoiled = withLine(withLine(`${FRUITS}x: 1\n`, 8, "num_fewshot: -1"), 4, "output_type: choice");
    expect((await problemsOf(spoiled, FRUIT_ROWS)).map((problem) => problem.split(": ")[0])).toEqual([
      "task.yaml:4",
      "task.yaml:8",
      "task.yaml:11",
    ]);
    const unfit = fruits(9, "metric_list: [{ metric: acc }, { metric: contains }]");
    expect(await problemsOf(withLine(unfit, 5, 'doc_to_text: "{% if %}"'), FRUIT_ROWS)).toEqual([
      expect.stringMatching(/^task\.yaml:5: doc_to_text is not a usable template/),
      expect.stringMatching(/^task\.yaml:9: metric "contains" does not fit/),
    ]);
  });

  test("tells of every row that has a problem, and counts the others", async () => {
    const rows = badRow(2, '{"id": "2"}')
      .split("\n")
      .with(4, '{"id": "2", "question": "?", "choices": ["a", "b"], "gold": 0}')
      .join("\n");
    folder.write({ "task.yaml": FRUITS, "test.jsonl": rows });
    const { problems, questions } = await checkTask(folder.path, {});
    expect(problems.map((problem) => problem.replaceAll(`${folder.path}/`, "").slice(0, 30))).toEqual([
      "test.jsonl:2: doc_to_text uses",
      'test.jsonl:5: question id "2" ',
    ]);
    expect(questions).toBe(3);
  });

  test("tells of rows before the line that ends the reading", async () => {
    expect(await problemsOf(FRUITS, '{"id": "1"}\n{broken\n')).toEqual([
      expect.stringMatching(/^test\.jsonl:1: doc_to_text uses /),
      expect.stringMatching(/^test\.jsonl:2: not valid JSON/),
    ]);
  });

  test("shortens a list of what fails in every row", async () => {
    const problems = await problemsOf(
      taskText({ doc_to_text: "none", dataset_kwargs: { data_files: "test.jsonl" } }),
      rowsText(25),
    );
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe("and 5 more rows");
  });

  test("names a task that there is not", async () => {
    const { problems, questions } = await checkTask("additon", {});
    expect(problems).toEqual([expect.stringMatching(/^unknown task "additon"; did you mean addition/)]);
    expect(questions).toBe(0);
  });

  test("counts the questions of all tasks of a group", async () => {
    const group = folder.write({
      "g.yaml": "group: g\ntask: [a, b]\n",
      "a.yaml": taskText({ task: "a" }),
      "b.yaml": taskText({ task: "b" }),
      "data.jsonl": rowsText(3),
    });
    expect(await checkTask(group, {})).toEqual({ problems: [], questions: 6 });
    expect(await checkTask(group, { limit: 2 })).toEqual({ problems: [], questions: 4 });
  });
});
