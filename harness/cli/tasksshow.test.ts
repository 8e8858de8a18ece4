import { describe, expect, test } from "vitest";
import { useFolder } from "../store/rows/rows.support.ts";
import type { TaskWishes } from "../store/task/load.ts";
import { CAPITAL_ROWS, CAPITALS, FRUIT_ROWS, FRUITS, rowsText, taskText } from "../store/task/load.support.ts";
import { showTask } from "./tasksshow.ts";

const folder = useFolder();
async function shown(files: Record<string, string>, wishes: TaskWishes = {}, json = false): Promise<string> {
  const text = await showTask(folder.write(files), { json, wishes });
  return text.replaceAll(/[0-9a-f]{64}/g, "HASH");
}
const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

describe("showTask", () => {
  test("says how a written answer is asked for and scored, and the first question", async () => {
    expect(lines(await shown({ "task.yaml": CAPITALS, "test.jsonl": CAPITAL_ROWS }))).toEqual([
      "capitals",
      "  kind        other",
      "  answers     generate_until, at most 12 tokens",
      "  examples    0",
      "  metrics     exact_match",
      "  filters     stripped",
      `  data        test: test.jsonl, test.jsonl (${CAPITAL_ROWS.length} bytes)`,
      "  sha256      HASH",
      "the first question:",
      '  prompt  "Q: What is the capital of France?\\n',
      '           A:"',
      '  answer  "Paris"',
    ]);
  });

  test("marks the right ones of choices, each as it is scored", async () => {
    const text = await shown({ "task.yaml": FRUITS, "test.jsonl": FRUIT_ROWS });
    expect(text).not.toContain("filters");
    expect(lines(text).slice(-5)).toEqual([
      '  prompt  "Q: Which is a fruit?\\n',
      '           A:"',
      '  right   " apple"',
      '  wrong   " stone"',
      '  wrong   " spoon"',
    ]);
  });

  test("shows the context of each choice where that is what differs", async () => {
    const task = taskText({
      output_type: "multiple_choice",
      doc_to_text: 1,
      doc_to_choice: ["The dog", "The cat"],
      doc_to_target: "{{rest}}",
      dataset_kwargs: { data_files: "d.jsonl" },
      perjoule: { title: "Pets", kind: "reading", chance: 0.5 },
    });
    const text = lines(await shown({ "task.yaml": task, "d.jsonl": '{"rest":"purred."}\n' }));
    expect(text.slice(0, 2)).toEqual(["toy: Pets", "  kind        reading, chance 0.5"]);
    expect(text.slice(-3)).toEqual(['  prompt  ""', '  wrong   "The dog| purred."', '  right   "The cat| purred."']);
  });

  test("shows one continuation, several references, and a text as a whole", async () => {
    const last = async (task: object, row: object): Promise<string[]> => {
      const files = { "task.yaml": taskText({ ...task }), "data.jsonl": `${JSON.stringify(row)}\n` };
      const text = lines(await shown(files));
      return text.slice(text.indexOf("the first question:") + 1);
    };
    expect(await last({ output_type: "loglikelihood" }, { q: "one", a: " two" })).toEqual([
      '  prompt  "one"',
      '  answer  " two"',
    ]);
    expect(await last({}, { q: "one", a: ["two", "three"] })).toEqual(['  prompt  "one"', '  answer  ["two","three"]']);
    const rolling = { output_type: "loglikelihood_rolling", doc_to_text: "" };
    expect(await last(rolling, { a: "one two\n" })).toEqual(['  text    "one two\\n"']);
  });

  test("breaks a prompt at newlines only: not at the backslash of a text, nor behind its last newline", async () => {
    const row = { q: "C:\\new\nend\n", a: "x" };
    const files = { "task.yaml": taskText(), "data.jsonl": `${JSON.stringify(row)}\n` };
    expect(lines(await shown(files)).slice(-3)).toEqual([
      String.raw`  prompt  "C:\\new\n`,
      String.raw`           end\n"`,
      '  answer  "x"',
    ]);
  });

  test("shows examples where they are asked for, with where they come from", async () => {
    const text = await shown({ "task.yaml": CAPITALS, "test.jsonl": CAPITAL_ROWS }, { numFewshot: 1 });
    expect(text).toContain("  examples    1\n");
    expect(text).toContain("  data        few-shot: test: test.jsonl, ");
    expect(text).toMatch(
      /\n {2}prompt {2}"Q: What is the capital of \w+\?\\n\n {11}A: \w+\\n\n {11}\\n\n {11}Q: What is the capital of France\?\\n\n {11}A:"\n/,
    );
  });

  test("counts the tasks of a group, however many questions are read", async () => {
    const files = {
      "g.yaml": "group: g\ntask: [a, b]\naggregate_metric_list: [{ metric: exact_match }]\n",
      "a.yaml": taskText({ task: "a", dataset_kwargs: { data_files: "a.jsonl" } }),
      "b.yaml": taskText({ task: "b", dataset_kwargs: { data_files: "b.jsonl" } }),
      "a.jsonl": rowsText(2, "a"),
      "b.jsonl": rowsText(2, "b"),
    };
    for (const wishes of [{}, { limit: 2 }]) {
      const text = await shown(files, wishes);
      expect(text).toMatch(/^g\n/);
      expect(text).toContain("  as a group  2 tasks\n");
    }
  });

  test("shows the tasks of a list one after another, and says how much data is not shown", async () => {
    const names = ["a", "b"];
    const text = await shown({
      "g.yaml": "group: g\ntask: [a, b]\n",
      ...Object.fromEntries(names.map((task) => [`${task}.yaml`, taskText({ task })])),
      "data.jsonl": '{"q":"1","a":2}\n',
    });
    expect(lines(text).filter((line) => names.includes(line))).toEqual(names);
    const many = Array.from({ length: 6 }, (_, i) => `t${i}`);
    const whole = await shown({
      "g.yaml": `group: g\ntask: [${many.join(", ")}]\naggregate_metric_list: [{ metric: exact_match }]\n`,
      ...Object.fromEntries(
        many.flatMap((task) => [
          [`${task}.yaml`, taskText({ task, dataset_kwargs: { data_files: `${task}.jsonl` } })],
          [`${task}.jsonl`, rowsText(1, task)],
        ]),
      ),
    });
    expect(lines(whole).filter((line) => line.startsWith("  data  "))).toHaveLength(5);
    expect(whole).toContain("  data        and 2 more\n");
  });

  test("says the same in JSON: one document of a task, a list of several", async () => {
    const files = { "task.yaml": CAPITALS, "test.jsonl": CAPITAL_ROWS };
    const document = JSON.parse(await shown(files, {}, true)) as object;
    expect(document).toMatchObject({
      id: "capitals",
      definition: { task: "capitals", output_type: "generate_until" },
      data: [{ split: "test", source: "test.jsonl" }],
      first_question: { id: "fr", target: "Paris" },
    });
    expect(document).not.toHaveProperty("questions");
    const group = {
      "g.yaml": "group: g\ntask: [y, x]\n",
      "x.yaml": CAPITALS,
      "y.yaml": CAPITALS.replace("capitals", "more"),
    };
    const listed = JSON.parse(await shown({ ...group, ...files }, {}, true)) as { id: string }[];
    expect(listed.map(({ id }) => id)).toEqual(["more", "capitals"]);
  });
});
