import path from "node:path";
import type { RunOptions, RunResult } from "../api.ts";
import type { Answer, Observation } from "../observation.ts";
import { reportOf } from "../report/compare.support.ts";
import { answered, questionsOf, runOf } from "../report/run.support.ts";
import type { Cell, Run } from "../run.ts";
import { createRunFolder } from "../store/folder.ts";
import type { CheckedPlan } from "./checkplan.ts";

export const QUESTIONS = 40;

/** A run of these cells, as it is recorded. */
function runWith(cells: readonly Cell[], more: Partial<Run>): Run {
  const run = runOf({}, [...new Set(cells.map(({ model }) => model))]);
  const tasks = Object.fromEntries(cells.map(({ task }) => [task, run.tasks["addition"] as Run["tasks"][string]]));
  return { ...run, tasks, cells: [...cells], ...more };
}

/** The questions of its tasks and what its cells say, all of it right, in five windows each: the large dense model takes 8 ms an answer, all others 2 ms. */
function saidBy({ cells }: Run): Observation[] {
  const ofCell = ({ key, model }: Cell, i: number): Answer => {
    const at = { window: Math.floor((5 * i) / QUESTIONS), latencyMs: model === "pocket-dense-l" ? 8 : 2 };
    return { ...answered(`q${i}`, at), cell: key };
  };
  const put = [...new Set(cells.map(({ task }) => task))].flatMap((task) =>
    questionsOf(QUESTIONS).map((question): Observation => ({ kind: "question", task, question })),
  );
  return [...put, ...cells.flatMap((cell) => Array.from({ length: QUESTIONS }, (_, i) => ofCell(cell, i)))];
}

/** What a fake run was given. */
export interface Given {
  readonly plans: CheckedPlan[];
  readonly options: RunOptions[];
}

/** Runs nothing: notes what it was given, and records what models of these names are said to do. */
export function fakeRun(state: Run["state"] = "finished") {
  const given: Given = { plans: [], options: [] };
  const run = async (checked: CheckedPlan, options: RunOptions): Promise<RunResult> => {
    given.plans.push(checked);
    given.options.push(options);
    const { plan, cells: planned } = checked;
    const cells = planned.map((cell): Cell =>
      cell.lowering === undefined ? (cell as Cell) : Object.assign({}, cell, { lowering: "rows" as const }),
    );
    const folder = options.out ?? "";
    options.onStart?.(cells.length * QUESTIONS, folder);
    const claims = options.claims === undefined ? {} : { claims: options.claims.record };
    const recorded = runWith(cells, { id: path.basename(folder), plan, state, ...claims });
    createRunFolder(folder).save(recorded);
    return { ...reportOf(recorded, [], saidBy(recorded)), folder, state };
  };
  return { ...given, run };
}

/** Writes the folder of a run of two models that was made before, by somebody else. */
export function writeRun(folder: string, more: Partial<Run> = {}): string {
  const plan = { ...runOf().plan, limit: QUESTIONS };
  const cells = ["pocket-moe-8x2", "pocket-dense-l"].flatMap((model) => runOf({}, [model]).cells);
  const run = runWith(cells, { plan, ...more });
  const store = createRunFolder(folder);
  store.append(saidBy(run));
  store.save(run);
  return folder;
}
