import type { Observation, Output } from "../observation.ts";
import type { Cell, Run } from "../run.ts";
import { Question, type TaskDefinition } from "../task.ts";
import { type LmEvalOutput, lmEvalOutput } from "./lmeval.ts";
import type { LmEvalSample } from "./lmevalsamples.ts";
import { metricRows } from "./metrics.ts";
import { cellOf, definition, runOf, withPlan } from "./run.support.ts";
import { summarise } from "./summarise.ts";

export const written = (text: string): Output => ({ type: "generation", text, tokens: [1], finish: "stop" });

/** ln p of each choice; the likeliest would have been written. */
export const held = (...logLikelihoods: readonly number[]): Output => ({
  type: "likelihoods",
  choices: logLikelihoods.map((ln) => ({ log_likelihood: ln, tokens: 1, greedy: ln === Math.max(...logLikelihoods) })),
});

/** A task's questions with the output of each put; `undefined` is a put that failed. */
export interface Told {
  readonly definition: TaskDefinition;
  readonly asked: readonly (readonly [question: Question, ...outputs: (Output | undefined)[]])[];
  readonly more?: Partial<Run["tasks"][string]>;
}

export const question = (id: string, prompt: string, target: string, more: Partial<Question> = {}): Question =>
  Question.parse({ id, prompt, target, ...more });

/** Two ways of reading one answer: the sentence it is to end with, or its last number. */
export const SUMS: Told = {
  definition: definition({
    task: "sums",
    task_alias: "Sums",
    num_fewshot: 2,
    generation_kwargs: { until: ["\n"], max_gen_toks: 32, temperature: 0 },
    filter_list: [
      { name: "strict", filter: [{ function: "regex", regex_pattern: "is (\\d+)\\." }, { function: "take_first" }] },
      {
        name: "flexible",
        filter: [{ function: "regex", regex_pattern: "\\d+", group_select: -1 }, { function: "take_first" }],
      },
    ],
    metric_list: [{ metric: "exact_match" }, { metric: "numeric" }],
    metadata: { version: 3 },
  }),
  asked: [
    [question("a", "2 + 2?", "4"), written("That is 4.")],
    [question("b", "2 + 3?", "5"), written("so 5")],
    [question("c", "„x“ + 3?", "7", { targets: ["7", "it's 7"] }), written("none")],
  ],
};

export const CHOICES: Told = {
  definition: definition({
    task: "sky",
    output_type: "multiple_choice",
    doc_to_choice: ["blue", "red"],
    metric_list: undefined,
  }),
  asked: [
    [question("0", "The sky is", "0", { choices: [" blue", " red"] }), held(-1, -2.5)],
    [question("1", "Blood is", "1", { choices: [" blue", " red"] }), held(-0.25, -1e-7)],
    [question("2", "Grass is", "0", { choices: [" blue", " red"] }), undefined],
  ],
};

const member = (id: string, members: string[]): Question =>
  question(`${members.at(-1)}/${id}`, `${id}?`, "yes", { members });

/** A group with a task, and a group of two more. */
export const GROUP: Told = {
  definition: definition({
    task: "all",
    task_alias: "Physics",
    metric_list: [{ metric: "exact_match" }, { metric: "numeric" }],
  }),
  asked: [
    [member("0", ["science", "physics"]), written("yes")],
    [member("1", ["science", "physics"]), written("no")],
    [member("0", ["science", "biology"]), written("yes")],
    [member("0", ["history"]), written("no")],
    [member("1", ["history"]), written("no")],
  ],
  more: {
    aggregates: {
      all: [{ metric: "exact_match", aggregation: "mean", weight_by_size: true }],
      science: [{ metric: "exact_match", aggregation: "mean", weight_by_size: true }],
    },
  },
};

/** A finished run of tasks by cells, all of which answer alike; by default by one. */
export function recorded(
  tasks: readonly Told[],
  cells: readonly Partial<Cell>[] = [{}],
  plan: Partial<Run["plan"]> = {},
): { run: Run; observations: Observation[] } {
  const grid = cells.flatMap((own) => tasks.map((told) => ({ told, cell: cellAs(own, told.definition.task) })));
  const models = [...new Set(grid.map(({ cell }) => cell.model))];
  const run: Run = {
    ...withPlan(runOf({}, models), {
      trials: Math.max(...tasks.flatMap(({ asked }) => asked.map((one) => one.length - 1))),
      ...plan,
    }),
    finished: "2026-11-23T03:45:12.500Z",
    cells: grid.map(({ cell }) => cell),
    tasks: Object.fromEntries(
      tasks.map(({ definition: own, asked, more }) => [
        own.task,
        { definition: own, sha256: "0", questions: asked.length, ...more },
      ]),
    ),
  };
  const questions = tasks.flatMap(({ definition: { task }, asked }) =>
    asked.map(([one]): Observation => ({ kind: "question", task, question: one })),
  );
  return { run, observations: [...questions, ...grid.flatMap(({ told, cell }) => putsOf(told, cell.key))] };
}

function cellAs(own: Partial<Cell>, task: string): Cell {
  const cell = { ...cellOf("a"), ...own, task };
  return {
    ...cell,
    key: [
      cell.model,
      task,
      cell.device,
      cell.precision,
      `threads-${cell.threads}`,
      cell.weights,
      ...(cell.solver === "direct" ? [] : [cell.solver]),
    ].join("/"),
  };
}

function putsOf({ asked }: Told, cell: string): Observation[] {
  return asked.flatMap(([{ id }, ...outputs]) =>
    outputs.map((output, trial): Observation => {
      const put = { cell, trial, question: id };
      if (output === undefined) return { kind: "failure", ...put, reason: "out of memory" };
      const timing = { tokenized: 1, tokens: [], latency: 2 };
      return { kind: "answer", ...put, window: 0, output, prompt_tokens: 5, timing };
    }),
  );
}

export function outputOf({ run, observations }: { run: Run; observations: Observation[] }): LmEvalOutput {
  const cells = summarise(run, observations);
  return lmEvalOutput({ run, cells, metrics: metricRows(run, cells) }, observations);
}

/** The one results file of a run of one cell. */
export function resultsOf(...given: Parameters<typeof recorded>): Record<string, unknown> {
  const [, text] = [...outputOf(recorded(...given)).files].find(([name]) => name.includes("/results_")) ?? [];
  return JSON.parse(text as string) as Record<string, unknown>;
}

/** The samples of one task of a run of one cell. */
export function samplesOf(
  task: string,
  ...given: Parameters<typeof recorded>
): (LmEvalSample & Record<string, unknown>)[] {
  const [, text] = [...outputOf(recorded(...given)).files].find(([name]) => name.includes(`/samples_${task}_`)) ?? [];
  return (text as string)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LmEvalSample & Record<string, unknown>);
}
