import type { Answer, Observation, Output } from "../observation.ts";
import type { CellSummary } from "../report.ts";
import type { Cell, Run } from "../run.ts";
import { type Question, TaskDefinition } from "../task.ts";
import { summarise } from "./summarise.ts";

const GIB = 2 ** 30;

/** A task of generated answers, `exact_match`, chance 0 unless said otherwise. */
export function definition(more: object = {}): TaskDefinition {
  return TaskDefinition.parse({
    task: "addition",
    dataset_path: "json",
    dataset_kwargs: { data_files: "test.jsonl" },
    output_type: "generate_until",
    doc_to_text: "q",
    doc_to_target: "a",
    metric_list: [{ metric: "exact_match" }],
    metadata: { version: 1 },
    perjoule: { kind: "calculation", chance: 0 },
    ...more,
  });
}

export const cellOf = (model: string): Cell => ({
  key: `${model}/addition/cpu/fp32/threads-1/batch-1/direct`,
  model,
  task: "addition",
  device: "cpu",
  precision: "fp32",
  threads: 1,
  batch: 1,
  solver: "direct",
  weights: "stored",
});

/** A run of one task on a c7i.xlarge: 3.6 W idle, 15.96 W at full load. */
export function runOf(more: Partial<Run> = {}, models: readonly string[] = ["a"]): Run {
  return {
    schema: 1,
    id: "20261123T034500Z-run",
    created: "2026-11-23T03:45:00.000Z",
    state: "finished",
    command: "perjoule run",
    plan: {
      models: [...models],
      tasks: ["addition"],
      device: ["cpu"],
      threads: [1],
      precision: ["fp32"],
      lowering: ["auto"],
      weights: "stored",
      solver: ["direct"],
      trials: 1,
      warmup: 3,
      seed: 42,
      meter: "auto",
    },
    cells: models.map(cellOf),
    models: Object.fromEntries(
      models.map((id) => [id, { id, folder: `/models/${id}`, source: "checkpoint" as const, sha256: "0" }]),
    ),
    tasks: { addition: { definition: definition(), sha256: "0", questions: 1 } },
    environment: {
      perjoule: "0.1.0",
      node: "v20",
      platform: "linux",
      arch: "x64",
      cpu_vendor: "GenuineIntel",
      cpu_family: 6,
      cpu_model_number: 0x8f,
      cpus: 4,
      memory_bytes: 8 * GIB,
      virtualised: true,
    },
    ...more,
  };
}

export const withPlan = (run: Run, plan: Partial<Run["plan"]>): Run => ({ ...run, plan: { ...run.plan, ...plan } });

/** Questions q0, q1, ... whose right answer is "yes". */
export const questionsOf = (n: number): Question[] =>
  Array.from({ length: n }, (_, i) => ({ id: `q${i}`, prompt: `${i}?`, target: "yes" }));

export const asked = (questions: readonly Question[]): Observation[] =>
  questions.map((question) => ({ kind: "question", task: "addition", question }));

export interface AnswerFacts {
  readonly model?: string;
  readonly trial?: number;
  readonly window?: number;
  readonly text?: string;
  /** Moments of its tokens after submission, in ms. */
  readonly at?: readonly number[];
  readonly latencyMs?: number;
  readonly output?: Output;
}

/** An answer to `question`: by default "yes" in two tokens at 2 and 3 ms, complete after 4 ms. */
export function answered(question: string, facts: AnswerFacts = {}): Answer {
  const { model = "a", trial = 0, window = 0, text = "yes", at = [2, 3], latencyMs = 4 } = facts;
  return {
    kind: "answer",
    cell: cellOf(model).key,
    trial,
    window,
    question,
    output: facts.output ?? { type: "generation", text, tokens: at.map((_, i) => i), finish: "stop" },
    prompt_tokens: 5,
    timing: { tokenized: 1e6, tokens: at.map((ms) => ms * 1e6), latency: latencyMs * 1e6 },
  };
}

export interface WindowFacts {
  readonly model?: string;
  readonly trial?: number;
  readonly window?: number;
  readonly wallS?: number;
  /** `null` where the system does not tell. */
  readonly cpuS?: number | null;
}

/** A window of `answers`; by default 2.5 s on all four threads: 39.9 J gross, 30.9 J marginal. */
export function windowOf(answers: number, facts: WindowFacts = {}): Observation {
  const { model = "a", trial = 0, window = 0, wallS = 2.5, cpuS = 10 } = facts;
  return {
    kind: "window",
    cell: cellOf(model).key,
    trial,
    window,
    answers,
    wall: wallS * 1e9,
    ...(cpuS === null ? {} : { cpu: cpuS * 1e9 }),
  };
}

/** A failed question, put in a window where `at` names one; without a question, a dead process. */
export const failed = (
  question: string | undefined,
  reason: string,
  trial = 0,
  model = "a",
  at?: { readonly window: number; readonly latencyMs: number },
): Observation => ({
  kind: "failure",
  cell: cellOf(model).key,
  trial,
  ...(question === undefined ? {} : { question }),
  reason,
  ...(at === undefined ? {} : { window: at.window, latency: at.latencyMs * 1e6 }),
});

/** The one row of a run of one cell. */
export function summaryOf(run: Run, observations: readonly Observation[]): CellSummary {
  return summarise(run, observations)[0] as CellSummary;
}

/** A whole pass over `n` questions of which the first `right` are answered right, in one window. */
export function pass(n: number, right: number, trial = 0): Observation[] {
  return [
    ...questionsOf(n).map(({ id }, i) => answered(id, { trial, text: i < right ? "yes" : "no" })),
    windowOf(n, { trial }),
  ];
}
