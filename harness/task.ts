import { z } from "zod";
import { Aggregation, DEFAULT_METRICS, isCredit, MetricName, OutputType } from "./metric.ts";

/** What a task mostly asks of a model; used to group a report, never to weigh it. */
export const TaskKind = z.enum(["memory", "calculation", "string", "reading", "selection", "language", "other"]);

/** One entry of `metric_list`; the options are those of lm-eval's `exact_match`, and hold for every metric of generated text. */
export const Metric = z.strictObject({
  metric: MetricName,
  aggregation: Aggregation.optional(),
  higher_is_better: z.boolean().optional(),
  ignore_case: z.boolean().optional(),
  ignore_punctuation: z.boolean().optional(),
  ignore_numbers: z.boolean().optional(),
  /** Python patterns that are removed from both sides, in order. */
  regexes_to_ignore: z.array(z.string()).optional(),
});
export type Metric = z.infer<typeof Metric>;

/** One step of a filter pipeline, as lm-eval names them. */
export const FilterStep = z.discriminatedUnion("function", [
  z.strictObject({ function: z.literal("remove_whitespace") }),
  z.strictObject({ function: z.literal("take_first") }),
  z.strictObject({ function: z.literal("take_first_k"), k: z.number().int().positive() }),
  z.strictObject({ function: z.literal("majority_vote") }),
  z.strictObject({ function: z.literal("lowercase") }),
  z.strictObject({ function: z.literal("uppercase") }),
  z.strictObject({
    function: z.literal("map"),
    mapping_dict: z.record(z.string(), z.string()),
    default_value: z.string().optional(),
  }),
  z.strictObject({
    function: z.literal("regex"),
    /** In Python's syntax. */
    regex_pattern: z.string().min(1),
    group_select: z.number().int().default(0),
    fallback: z.string().default("[invalid]"),
  }),
]);
export type FilterStep = z.infer<typeof FilterStep>;

const text = z.string();
/** A split's name; `null` as lm-eval writes "none". */
const Split = z.string().min(1).nullish();
const DataFiles = z.union([text, z.array(text).min(1), z.record(text, z.union([text, z.array(text).min(1)]))]);
const DocToText = z.union([text, z.number().int().nonnegative()]);
const DocToTarget = z.union([text, z.number().int().nonnegative(), z.array(z.union([text, z.number().int()])).min(1)]);
const DocToChoice = z.union([text, z.array(text).min(1), z.record(text, text)]);
const Fields = z.record(text, z.unknown());

const FewshotConfig = z.strictObject({
  /** `default` draws at random, `first_n` takes the first ones in order. */
  sampler: z.enum(["default", "first_n"]).optional(),
  split: z.string().optional(),
  /** Examples given right here, in place of a split. */
  samples: z.array(Fields).min(1).optional(),
  fewshot_indices: z.array(z.number().int().nonnegative()).min(1).optional(),
  doc_to_text: DocToText.optional(),
  doc_to_target: DocToTarget.optional(),
  doc_to_choice: DocToChoice.optional(),
  fewshot_delimiter: text.optional(),
  target_delimiter: text.optional(),
  gen_prefix: text.optional(),
});

const GenerationKwargs = z.strictObject({
  /** Texts that end an answer; lm-eval's default is what stands between examples. */
  until: z.union([text.min(1), z.array(text.min(1))]).optional(),
  max_gen_toks: z.number().int().positive().default(256),
  do_sample: z.boolean().optional(),
  temperature: z.number().nonnegative().optional(),
  top_k: z.number().int().positive().optional(),
  top_p: z.number().positive().max(1).optional(),
});

/** Another layout in which the same data is found. */
export const RowLayout = z.strictObject({
  /** Fields by which it is known: all of them are in the row. */
  has: z.array(z.string()).min(1),
  /** Templates whose values are put into the row, in order. */
  fields: z.record(text, text).default({}),
});

/** What lm-eval has no word for. */
const Ours = z.strictObject({
  title: text.optional(),
  kind: TaskKind.default("other"),
  /** Expected accuracy of a blind guess, 0 to 1. Of choices it is counted where it is not stated. */
  chance: z.number().min(0).max(1).optional(),
  /** Text appended to the prompt to ask for another way of answering, by solver name. */
  styles: z.record(text, z.strictObject({ cue: text, max_gen_toks: z.number().int().positive() })).optional(),
  /** A field or template naming what questions have in common: their errors are not independent. */
  cluster: text.optional(),
  /** Names of the columns of a CSV file that has no header. */
  columns: z.array(text.min(1)).min(1).optional(),
  /** What stands between two documents of a text file, or a pattern that each begins with. */
  separator: z.union([text.min(1), z.strictObject({ pattern: text.min(1) })]).optional(),
  /** The field that names a row's configuration, where one file may hold several: rows of others than `dataset_name` are left out. */
  config_field: text.optional(),
  /** The first whose fields are all in the row is used. */
  layouts: z.array(RowLayout).min(1).optional(),
  /** Templates whose values are put into every row after its layout, in order. */
  fields: z.record(text, text).optional(),
  /** The text whose words and bytes a rolling likelihood is measured by, where that is not the target. */
  counted: text.optional(),
});

/**
 * A task: lm-eval's declarative format, includes resolved. Unknown keys are refused, because a key silently ignored is a score
 * silently different. Those that say nothing of scores are read and passed over: `task_alias`, `tag`, `should_decontaminate`,
 * `doc_to_decontamination_query`.
 */
export const TaskDefinition = z.strictObject({
  task: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "a task id is letters, digits, '_', '.' and '-'"),
  task_alias: text.optional(),
  tag: z.union([text, z.array(text)]).optional(),
  /** `json`, `csv`, `text` or `parquet` with `dataset_kwargs.data_files`; a folder; or the id of a data set on the hub. */
  dataset_path: text.min(1),
  /** The data set's configuration. */
  dataset_name: text.nullish(),
  dataset_kwargs: z
    .strictObject({
      data_files: DataFiles.optional(),
      revision: text.optional(),
      trust_remote_code: z.boolean().optional(),
    })
    .optional(),
  training_split: Split,
  validation_split: Split,
  test_split: Split,
  fewshot_split: Split,
  output_type: OutputType.default("generate_until"),
  /** Before every prompt; a template. */
  description: text.default(""),
  /** A field's name or a Jinja template; a number is the index of the choice that stands in the prompt. */
  doc_to_text: DocToText,
  /** A field's name or a Jinja template. Of choices: the index of the right one, its text, or a list of indexes. */
  doc_to_target: DocToTarget,
  /** A field that holds a list, a template that gives one, or a list of templates. */
  doc_to_choice: DocToChoice.optional(),
  gen_prefix: text.optional(),
  target_delimiter: text.default(" "),
  fewshot_delimiter: text.default("\n\n"),
  num_fewshot: z.number().int().nonnegative().nullish(),
  fewshot_config: FewshotConfig.optional(),
  generation_kwargs: GenerationKwargs.optional(),
  filter_list: z.array(z.strictObject({ name: z.string(), filter: z.array(FilterStep).min(1) })).optional(),
  metric_list: z.array(Metric).min(1).optional(),
  repeats: z.number().int().positive().optional(),
  should_decontaminate: z.boolean().optional(),
  doc_to_decontamination_query: text.optional(),
  metadata: z.looseObject({ version: z.union([z.number(), z.string()]).optional() }).optional(),
  perjoule: Ours.default({ kind: "other" }),
});
export type TaskDefinition = z.infer<typeof TaskDefinition>;

/** How a metric of a group comes of its tasks': lm-eval's `aggregate_metric_list`. */
export const Aggregate = z.strictObject({
  metric: MetricName,
  aggregation: z.literal("mean").default("mean"),
  /** Each question counts the same, or else each task. */
  weight_by_size: z.boolean().default(true),
  filter_list: z.union([text, z.array(text).min(1)]).optional(),
});
export type Aggregate = z.infer<typeof Aggregate>;

/** The metrics of a task in their order; lm-eval's own where it names none. */
export function metricsOf({ metric_list, output_type }: TaskDefinition): readonly Metric[] {
  return metric_list ?? DEFAULT_METRICS[output_type].map((metric) => ({ metric }));
}

/** The metric by which an answer earns credit: the first that gives any. Absent of a perplexity. */
export function creditMetricOf(definition: TaskDefinition): Metric | undefined {
  return metricsOf(definition).find(({ metric }) => isCredit(metric, definition.output_type));
}

/** The split that is asked, as lm-eval chooses it. */
export function askedSplitOf({ test_split, validation_split }: TaskDefinition): string {
  return test_split ?? validation_split ?? "test";
}

/** Texts that end an answer. */
export function stopsOf({ generation_kwargs, fewshot_delimiter }: TaskDefinition): readonly string[] {
  const until = generation_kwargs?.until ?? fewshot_delimiter;
  return typeof until === "string" ? (until === "" ? [] : [until]) : until;
}

/** How often each question is put in one pass. */
export function repeatsOf({ repeats }: TaskDefinition): number {
  return repeats ?? 1;
}

/** A question as it is put to a model: everything rendered, nothing left to look up. */
export const Question = z.strictObject({
  /** Unique within its task. */
  id: z.string(),
  /** Of choices with contexts of their own: what stands before all of them. */
  prompt: z.string(),
  /** The reference answer; for a choice, its index as text; for a rolling likelihood, the text. */
  target: z.string(),
  /** All acceptable references, where there may be several. */
  targets: z.array(z.string()).optional(),
  /** Continuations to score, each with its leading delimiter. Absent where text is written, or one text is scored as a whole. */
  choices: z.array(z.string()).min(1).optional(),
  /** What each choice's own context adds to the prompt: its continuation is then the same for all. */
  contexts: z.array(z.string()).min(2).optional(),
  /** Whether choices are scored after nothing, too. */
  unconditional: z.literal(true).optional(),
  /** Whether the target is scored as a whole, in windows of the model's context. */
  rolling: z.literal(true).optional(),
  /** The text whose words and bytes count, where it is not the target. */
  counted: z.string().optional(),
  cluster: z.string().optional(),
  /** In a group: the groups inside it and the task that it belongs to, the outermost first. */
  members: z.array(z.string()).min(1).optional(),
});
export type Question = z.infer<typeof Question>;

/** Files that a task's rows came from. */
export const TaskData = z.strictObject({
  /** Its split, or `few-shot`. */
  split: z.string(),
  /** `hub:ID@COMMIT/CONFIG/SPLIT`, or a path. */
  source: z.string(),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.number().int().nonnegative(), sha256: z.string() })),
});
export type TaskData = z.infer<typeof TaskData>;

/** A task ready to run. */
export interface Task {
  readonly id: string;
  readonly definition: TaskDefinition;
  readonly questions: readonly Question[];
  /** SHA-256 over the definition's files and the data files. */
  readonly sha256: string;
  readonly data: readonly TaskData[];
  /** Of a group that is scored as a whole: how its own score and those of the groups inside it are made, by name. */
  readonly aggregates?: Readonly<Record<string, readonly Aggregate[]>>;
  /** Tasks of a group that a local copy of its data has nothing of. */
  readonly absent?: readonly string[];
}

/** Limits of a generated answer: tokens, and texts that end it. */
export function writingLimitsOf(definition: TaskDefinition): { maxTokens: number; stops: readonly string[] } {
  return { maxTokens: definition.generation_kwargs?.max_gen_toks ?? 256, stops: stopsOf(definition) };
}

/** How answers are drawn; absent where the likeliest token is taken each time. */
export interface SamplingSettings {
  readonly temperature: number;
  readonly topK: number;
  readonly topP?: number;
}

/** `transformers` (`GenerationConfig`) draws among the 50 likeliest where a task says nothing else, and greedily unless `do_sample` is true. */
export function samplingOf({ generation_kwargs }: TaskDefinition): SamplingSettings | undefined {
  const { do_sample, temperature = 1, top_k = 50, top_p } = generation_kwargs ?? {};
  if (do_sample !== true || temperature === 0) return undefined;
  return { temperature, topK: top_k, ...(top_p === undefined ? {} : { topP: top_p }) };
}
