import type { CellSummary } from "../report.ts";
import type { Run } from "../run.ts";
import { FEWSHOT_SEED } from "../store/task/load.ts";
import type { TaskDefinition } from "../task.ts";
import { type Branch, isGroup, lmEvalMetric } from "./lmevalbranches.ts";
import type { MetricRow } from "./metrics.ts";

/** A cell with the rows of its metrics, and its task taken apart. */
export interface EvaluatedTask {
  readonly cell: CellSummary;
  readonly record: Run["tasks"][string];
  readonly branches: readonly Branch[];
  readonly metrics: readonly MetricRow[];
}

/** One model under one setting, over some tasks: what one call of lm-eval is. */
export interface Evaluation {
  readonly run: Run;
  readonly tasks: readonly EvaluatedTask[];
  /** Whether the run had no other. */
  readonly isWholeRun: boolean;
}

/**
 * lm-eval's results (`EvalResults` and what `GeneralConfigTracker` adds). Keys of what a run does not record are left out: git hash,
 * versions of lm-eval and transformers, tokens of the tokenizer, iterations of a bootstrap.
 */
export function lmEvalResults(evaluation: Evaluation, taskHashes: Readonly<Record<string, string>>): object {
  const { tasks } = evaluation;
  const branches = tasks.flatMap((task) => task.branches.map((branch) => ({ task, branch })));
  const byName = <T>(of: (task: EvaluatedTask, branch: Branch) => T): Record<string, T> =>
    Object.fromEntries(branches.map(({ task, branch }) => [branch.name, of(task, branch)]));
  const inGroups = branches.filter(({ branch }) => isGroup(branch)).map(({ branch }) => branch);
  const leaves = branches.filter(({ branch }) => !isGroup(branch));
  const results = byName(figuresOf);
  return {
    results,
    ...(inGroups.length > 0 && { groups: Object.fromEntries(inGroups.map(({ name }) => [name, results[name]])) }),
    group_subtasks: Object.fromEntries(inGroups.map(({ name, children }) => [name, children])),
    configs: Object.fromEntries(tasks.map(({ cell, record }) => [cell.cell.task, record.definition])),
    versions: byName((task, { name }) => (name === task.cell.cell.task ? versionOf(task.record.definition) : null)),
    "n-shot": byName(({ record }) => record.definition.num_fewshot ?? 0),
    higher_is_better: byName(directionsOf),
    "n-samples": Object.fromEntries(
      leaves.map(({ task, branch }) => [branch.name, countsOf(evaluation.run, task, branch)]),
    ),
    ...aboutModel(evaluation),
    task_hashes: taskHashes,
    total_evaluation_time_seconds: secondsOf(evaluation),
  };
}

function versionOf({ metadata }: TaskDefinition): string | number | null {
  return metadata?.version ?? null;
}

/** Rows of a branch; of a group those that it is scored by. */
function rowsOf({ metrics, record }: EvaluatedTask, branch: Branch): MetricRow[] {
  const own = metrics.filter(({ task }) => task === branch.name);
  if (!isGroup(branch)) return own;
  return own.filter((row) =>
    record.aggregates?.[branch.name]?.some(
      ({ metric, filter_list: filters }) =>
        metric === row.metric && (filters === undefined || [filters].flat().includes(row.filter)),
    ),
  );
}

/** `metric,filter` and its standard error, "N/A" where there is none. A metric without a figure has no key. */
function figuresOf(task: EvaluatedTask, branch: Branch): object {
  const { definition } = task.record;
  const rows = rowsOf(task, branch).flatMap(({ metric, filter, estimate, standardError, questions }) =>
    estimate === undefined
      ? []
      : [{ name: lmEvalMetric(metric, definition), filter, value: estimate.value, standardError, questions }],
  );
  return {
    name: branch.name,
    alias: (isGroup(branch) || branch.name !== definition.task ? undefined : definition.task_alias) ?? branch.name,
    sample_len: questionsAsked(task, branch),
    ...(isGroup(branch) && {
      sample_count: Object.fromEntries(rows.map(({ name, filter, questions }) => [`${name},${filter}`, questions])),
    }),
    ...Object.fromEntries(
      rows.flatMap(({ name, filter, value, standardError }) => [
        [`${name},${filter}`, value],
        [`${name}_stderr,${filter}`, standardError ?? "N/A"],
      ]),
    ),
  };
}

function questionsAsked({ metrics }: EvaluatedTask, { name }: Branch): number {
  return metrics.find(({ task }) => task === name)?.questions ?? 0;
}

function directionsOf(task: EvaluatedTask, branch: Branch): Record<string, boolean> {
  const { definition } = task.record;
  return Object.fromEntries(
    rowsOf(task, branch).map(({ metric, better }) => [lmEvalMetric(metric, definition), better === "higher"]),
  );
}

/** How many questions the data hold is not known where as many were asked as the run was limited to. */
function countsOf(
  { plan: { limit } }: Run,
  task: EvaluatedTask,
  branch: Branch,
): { original: number | null; effective: number } {
  const held = branch.questions.length;
  return { original: limit === undefined || held < limit ? held : null, effective: questionsAsked(task, branch) };
}

/** Nothing is said to a model but the prompt: no system instruction and no chat template. */
function aboutModel({ run, tasks: [first] }: Evaluation): object {
  const {
    cell: { cell, model },
  } = first as EvaluatedTask;
  const { limit = null, seed, fewshot_seed } = run.plan;
  return {
    config: {
      model: "perjoule",
      model_args: { pretrained: model.id, precision: cell.precision, threads: cell.threads, ...loweringOf(cell) },
      ...(model.parameters_total !== undefined && { model_num_parameters: model.parameters_total }),
      model_dtype: cell.precision,
      batch_size: String(cell.batch),
      batch_sizes: [],
      device: cell.device,
      use_cache: null,
      limit,
      gen_kwargs: null,
      random_seed: seed,
      fewshot_seed: fewshot_seed ?? FEWSHOT_SEED,
    },
    date: Date.parse(run.created) / 1_000,
    model_source: "perjoule",
    model_name: model.id,
    model_name_sanitized: sanitizedModel(model.id),
    system_instruction: null,
    system_instruction_sha: null,
    fewshot_as_multiturn: false,
    chat_template: null,
    chat_template_sha: null,
  };
}

function loweringOf({ lowering }: CellSummary["cell"]): { lowering?: string } {
  return lowering === undefined ? {} : { lowering };
}

/** lm-eval's `sanitize_model_name`. */
export function sanitizedModel(id: string): string {
  return id.replaceAll(/["<>:/|\\?*[\]]+/g, "__");
}

/** Of the whole run, as text. Cells of several models take turns, so the time of one of them is not known. */
function secondsOf({ run: { created, finished }, isWholeRun }: Evaluation): string | null {
  if (finished === undefined || !isWholeRun) return null;
  return String((Date.parse(finished) - Date.parse(created)) / 1_000);
}
