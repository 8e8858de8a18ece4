import { z } from "zod";

/** How an answer is taken from a model, in lm-eval's words. More kinds arrive with the metrics that need them. */
export const OutputType = z.enum(["generate_until", "multiple_choice"]);
export type OutputType = z.infer<typeof OutputType>;

/** What a task mostly asks of a model; used to group a report, never to weigh it. */
export const TaskKind = z.enum(["memory", "calculation", "string", "reading", "selection", "language", "other"]);

export const MetricName = z.enum(["exact_match", "acc"]);
export type MetricName = z.infer<typeof MetricName>;

const Metric = z.strictObject({
  metric: MetricName,
  aggregation: z.literal("mean").optional(),
  higher_is_better: z.literal(true).optional(),
  ignore_case: z.boolean().optional(),
});

/** One step of a filter pipeline, as lm-eval names them. */
export const FilterStep = z.discriminatedUnion("function", [
  z.strictObject({ function: z.literal("remove_whitespace") }),
  z.strictObject({ function: z.literal("take_first") }),
  z.strictObject({
    function: z.literal("regex"),
    regex_pattern: z.string().min(1),
    group_select: z.number().int().default(0),
    fallback: z.string().default("[invalid]"),
  }),
]);
export type FilterStep = z.infer<typeof FilterStep>;

const DataFiles = z.union([z.string(), z.record(z.string(), z.string())]);

/**
 * A `task.yaml`: the declarative subset of lm-eval's task format that perjoule reads today.
 * Unknown keys are refused, because a key silently ignored is a score silently different.
 */
export const TaskDefinition = z.strictObject({
  task: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "a task id is letters, digits, '_', '.' and '-'"),
  dataset_path: z.literal("json"),
  dataset_kwargs: z.strictObject({ data_files: DataFiles }),
  test_split: z.string().default("test"),
  output_type: OutputType,
  description: z.string().default(""),
  /** A Jinja template over the question's fields. */
  doc_to_text: z.string(),
  /** A field's name, or a Jinja template. For `multiple_choice`: the index of the right choice. */
  doc_to_target: z.string(),
  /** A field that holds a list, or a list of Jinja templates. */
  doc_to_choice: z.union([z.string(), z.array(z.string()).min(2)]).optional(),
  target_delimiter: z.string().default(" "),
  num_fewshot: z.literal(0).default(0),
  generation_kwargs: z
    .strictObject({
      until: z.array(z.string().min(1)).default(["\n\n"]),
      max_gen_toks: z.number().int().positive().default(256),
      do_sample: z.literal(false).optional(),
      temperature: z.literal(0).optional(),
    })
    .optional(),
  filter_list: z.array(z.strictObject({ name: z.string(), filter: z.array(FilterStep).min(1) })).optional(),
  metric_list: z.array(Metric).min(1),
  metadata: z.strictObject({ version: z.union([z.number(), z.string()]) }),
  /** What lm-eval has no word for. */
  perjoule: z
    .strictObject({
      title: z.string().optional(),
      kind: TaskKind.default("other"),
      /** Expected accuracy of a blind guess, 0 to 1. */
      chance: z.number().min(0).max(1).optional(),
      /** Text appended to the prompt to ask for another way of answering, by solver name. */
      styles: z
        .record(z.string(), z.strictObject({ cue: z.string(), max_gen_toks: z.number().int().positive() }))
        .optional(),
    })
    .default({ kind: "other" }),
});
export type TaskDefinition = z.infer<typeof TaskDefinition>;

/** A question as it is put to a model: everything rendered, nothing left to look up. */
export const Question = z.strictObject({
  /** Unique within its task. */
  id: z.string(),
  prompt: z.string(),
  /** The reference answer; for a choice, its index as text. */
  target: z.string(),
  /** Continuations to score, each with its leading delimiter. Present exactly for `multiple_choice`. */
  choices: z.array(z.string()).min(2).optional(),
});
export type Question = z.infer<typeof Question>;

/** A task ready to run. */
export interface Task {
  readonly id: string;
  readonly definition: TaskDefinition;
  readonly questions: readonly Question[];
  /** SHA-256 over the definition file and its data file. */
  readonly sha256: string;
}
