import { type Column, column, identity, interval } from "./column.ts";
import type { MetricRow } from "./metrics.ts";

const perRow = column<MetricRow>;
const of = (row: MetricRow): MetricRow["cell"] => row.cell;

/** `metrics.csv`: one row a cell, metric and filter; of a group also one for each task in it. */
export const METRIC_COLUMNS: readonly Column<MetricRow>[] = [
  ...identity<MetricRow>(of, "run", "model"),
  perRow("task", "task id; of a group also each task in it", (row) => row.task),
  ...identity<MetricRow>(of, "device", "precision", "batch", "solver"),
  perRow(
    "metric",
    "lm-eval's name, or our own: numeric, contains, probability_mass, token_perplexity",
    (row) => row.metric,
  ),
  perRow("filter", "the pipeline that took the answer from the text", (row) => row.filter),
  ...interval<MetricRow>(
    "value",
    "the metric over questions, repeats of a question folded first; failures earn no credit, and leave a perplexity or a loss absent",
    (row) => row.estimate,
  ),
  perRow(
    "stderr",
    "of a mean: sample standard deviation over the root of n, between clusters where the task names any, pooled in a group; else of the bootstrap",
    (row) => row.standardError,
  ),
  perRow("questions", "questions in it", (row) => row.questions),
  perRow("better", "whether higher or lower is better", (row) => row.better),
  ...identity<MetricRow>(of, "threads", "lowering"),
  perRow(
    "group",
    "of a row of a task in a group: the group; absent of the rows that stand for a cell",
    (row) => row.group,
  ),
  perRow("num_fewshot", "examples before each question", (row) => row.definition.num_fewshot ?? 0),
  perRow("version", "the task's version, or the group's", (row) => row.definition.metadata?.version),
  perRow(
    "flags",
    "what a reader must know, as in summary.csv",
    (row) => row.cell.caveats.map((caveat) => caveat.id).join(" ") || undefined,
  ),
];
