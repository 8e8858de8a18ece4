import { expect, test } from "vitest";
import { type Answer, Observation } from "../observation.ts";
import { Cell, Plan } from "../run.ts";
import { extractedOf } from "../score/score.ts";
import { drawingOf } from "../solver/vote.ts";
import { type Question, TaskDefinition } from "../task.ts";
import { fakeProcesses } from "./isolate.support.ts";
import { cellsOf } from "./plan.ts";
import { runSchedule } from "./schedule.ts";

const task = TaskDefinition.parse({
  task: "sums",
  dataset_path: "json",
  doc_to_text: "q",
  doc_to_target: "a",
  generation_kwargs: { until: ["\n"], max_gen_toks: 8 },
});
const questions: Question[] = ["1 + 1", "8 + 5"].map((sum) => ({ id: sum, prompt: `Q: ${sum}\nA:`, target: "" }));
/** Its direct answers are wrong, and right after steps or a check. */
const script = {
  replies: {
    "A:": " 1\n",
    "1 + 1\nSteps:": " 1+1=2\nA: 2",
    "8 + 5\nSteps:": " 8+5=13",
    "1+1=2\nA:": " 2",
    "8+5=13\nA:": " 13",
    "Check:": " no.\nA:",
    "1 + 1\nDraft: 1\nCheck: no.\nA:": " 2",
    "8 + 5\nDraft: 1\nCheck: no.\nA:": " 13",
  },
};

async function answersBy(): Promise<Map<string, Answer[]>> {
  const plan = Plan.parse({
    models: ["toy"],
    tasks: ["sums"],
    warmup: 1,
    solver: ["direct", "steps", "vote:3", "review:1"],
  });
  const grid = cellsOf(plan, [{ id: "toy", source: "script" }], [{ id: "sums", definition: task }]);
  const { start } = fakeProcesses({ scriptOf: () => script });
  const recorded: Observation[] = [];
  await runSchedule({
    plan,
    cells: grid.map((cell) => Cell.parse(cell)),
    questionsOf: () => questions,
    repeatsOf: () => 1,
    openingOf: ({ solver }) => ({
      source: "script",
      folder: "toy",
      device: "cpu",
      threads: 1,
      maxTokens: 8,
      stops: ["\n"],
      solver,
      ...(solver === "steps" && { style: { cue: "\nSteps:", maxTokens: 20 } }),
      ...(solver === "vote:3" && { sampling: { ...drawingOf(task), seed: 1 } }),
    }),
    weightOf: () => 1,
    memory: 100,
    metering: {
      records: [],
      lost: () => [],
      begin: () => Promise.resolve(() => Promise.resolve({})),
      sleep: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    least: () => 0,
    start,
    // As a run's folder keeps them.
    record: (list) => recorded.push(...list.map((one) => Observation.parse(JSON.parse(JSON.stringify(one))))),
    onProgress: () => {},
  });
  const answers = recorded.filter((one) => one.kind === "answer");
  return new Map(grid.map(({ key, solver }) => [solver, answers.filter(({ cell }) => cell === key)]));
}

test("a plan of all solvers asks every question by each, and records the calls of all", async () => {
  const answers = await answersBy();
  const table = [...answers].map(([solver, own]) => [
    solver,
    own.map(({ output }) => extractedOf(task, [], output).trim()),
    own.map(({ timing }) => timing.calls?.map(({ tokens }) => tokens)),
    own.map(({ timing }) => timing.tokens.length),
  ]);
  expect(table).toEqual([
    ["direct", ["1", "1"], [undefined, undefined], [3, 3]],
    // The stop is written too.
    [
      "steps",
      ["2", "13"],
      [
        [9, 2],
        [7, 3],
      ],
      [11, 10],
    ],
    [
      "vote:3",
      ["1", "1"],
      [
        [3, 3, 3],
        [3, 3, 3],
      ],
      [9, 9],
    ],
    [
      "review:1",
      ["2", "13"],
      [
        [3, 7, 2],
        [3, 7, 3],
      ],
      [12, 13],
    ],
  ]);
});

test("times of an answer in several calls are in their order, and the answer is complete after all", async () => {
  for (const own of (await answersBy()).values()) {
    for (const { timing } of own) {
      expect(timing.tokens).toEqual(timing.tokens.toSorted((a, b) => a - b));
      expect(timing.latency).toBeGreaterThanOrEqual(timing.tokens.at(-1) as number);
      expect(timing.calls?.[0]?.tokenized ?? timing.tokenized).toBe(timing.tokenized);
    }
  }
});
