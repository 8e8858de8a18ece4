import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Observation } from "../observation.ts";
import { type CellSummary, isJudged } from "../report.ts";
import type { Cell, Run } from "../run.ts";
import { readRunFolder } from "../store/folder.ts";
import type { Question } from "../task.ts";
import type { Report } from "./derive.ts";
import { groupBy } from "./group.ts";
import { branchesOf, isGroup } from "./lmevalbranches.ts";
import { type EvaluatedTask, type Evaluation, lmEvalResults, sanitizedModel } from "./lmevalresults.ts";
import { hashString, type LmEvalSample, lmEvalSamples } from "./lmevalsamples.ts";
import type { MetricRow } from "./metrics.ts";

/** Files of lm-eval by their paths below a run's folder, and what is not in them. */
export interface LmEvalOutput {
  readonly files: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/**
 * Writes a run as lm-eval 0.4.13 does (`EvaluationTracker`), into `lm-eval` in its folder.
 *
 * @returns what a reader must know
 */
export function writeLmEval({ folder, ...report }: Report): readonly string[] {
  const { files, notes } = lmEvalOutput(report, readRunFolder(folder).observations);
  for (const [name, content] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.tmp`, content);
    renameSync(`${file}.tmp`, file);
  }
  return notes;
}

/**
 * A run as lm-eval would have written it: of each model, and of each of its settings, a folder with the results and with the samples of
 * every task. A pure function of what was recorded.
 */
export function lmEvalOutput(
  { run, cells, metrics }: Pick<Report, "run" | "cells" | "metrics">,
  observations: readonly Observation[],
): LmEvalOutput {
  const judged = cells.filter(({ cell }) => isJudged(cell));
  const questions = questionsByTask(observations);
  const rows = groupBy(metrics, ({ cell }) => cell.cell.key);
  const folders = groupBy(judged, (cell) => folderOf(cell, judged));
  const date = fileDate(run);
  const files = [...folders].flatMap(([folder, own]): [string, string][] => {
    const tasks = own.map((cell) => evaluatedTask(run, cell, questions, rows));
    return filesOf({ run, tasks, isWholeRun: own.length === run.cells.length }, `lm-eval/${folder}`, date);
  });
  return { files: new Map(files), notes: notesOf(cells) };
}

function notesOf(cells: readonly CellSummary[]): string[] {
  const left = cells.filter(({ cell }) => !isJudged(cell));
  if (left.length === 0) return [];
  const keys = left.map(({ cell }) => cell.key).join(", ");
  return [`answers of random weights are not judged, so lm-eval's files leave out ${keys}`];
}

function questionsByTask(observations: readonly Observation[]): Map<string, Question[]> {
  const asked = observations.filter((observation) => observation.kind === "question");
  const byTask = groupBy(asked, ({ task }) => task);
  return new Map([...byTask].map(([task, own]) => [task, own.map(({ question }) => question)]));
}

function evaluatedTask(
  run: Run,
  cell: CellSummary,
  questions: ReadonlyMap<string, readonly Question[]>,
  rows: ReadonlyMap<string, readonly MetricRow[]>,
): EvaluatedTask {
  const { task, key } = cell.cell;
  const record = run.tasks[task];
  if (record === undefined) throw new Error(`run.json of "${run.id}" does not record the task "${task}"`);
  return { cell, record, branches: branchesOf(task, questions.get(task) ?? []), metrics: rows.get(key) ?? [] };
}

/** What a model may run under several of, as it stands in a folder's name. */
const SETTINGS: readonly ((cell: Cell) => string)[] = [
  ({ device }) => device,
  ({ threads }) => `threads-${threads}`,
  ({ precision }) => precision,
  ({ lowering = "" }) => lowering,
  ({ solver }) => solver.replace(":", "-"),
];

/** The model, with those of its settings of which the run has several. */
function folderOf({ cell }: CellSummary, all: readonly CellSummary[]): string {
  const siblings = all.filter((one) => one.cell.model === cell.model);
  const different = SETTINGS.filter((setting) => new Set(siblings.map((one) => setting(one.cell))).size > 1);
  return [sanitizedModel(cell.model), ...different.map((setting) => setting(cell))].join("__");
}

function filesOf(evaluation: Evaluation, folder: string, date: string): [string, string][] {
  const samples = evaluation.tasks.flatMap(({ cell, record, branches }) =>
    branches
      .filter((branch) => !isGroup(branch))
      .map((branch) => ({ task: branch.name, lines: lmEvalSamples(record.definition, branch, cell) })),
  );
  const hashes = Object.fromEntries(samples.map(({ task, lines }) => [task, taskHash(lines)]));
  const results = `${JSON.stringify(lmEvalResults(evaluation, hashes), null, 2)}\n`;
  return [
    [`${folder}/results_${date}.json`, results],
    ...samples.map(({ task, lines }): [string, string] => [
      `${folder}/samples_${task}_${date}.jsonl`,
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    ]),
  ];
}

function taskHash(samples: readonly LmEvalSample[]): string {
  return hashString(samples.map((one) => one.doc_hash + one.prompt_hash + one.target_hash).join(""));
}

/** When the run began, as lm-eval spells it in file names, in UTC: Python's `isoformat` with microseconds, colons made hyphens. */
function fileDate({ created }: Run): string {
  return new Date(created).toISOString().replace("Z", "000").replaceAll(":", "-");
}
