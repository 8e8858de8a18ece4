import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Observation } from "../observation.ts";
import { toCsv } from "../report/csv.ts";
import { summarise } from "../report/summarise.ts";
import { isSameCell, type Verification, verificationOf } from "../report/verify.ts";
import { type Change, modelChange, questionChange, taskChange } from "../report/verifychanges.ts";
import { VERIFICATION_COLUMNS } from "../report/verifycolumns.ts";
import type { Plan, Run } from "../run.ts";
import { readRunFolder, requireFreshFolder } from "../store/folder.ts";
import { fileHashes, jointHashes } from "../store/identity.ts";
import { versions } from "../store/root.ts";
import type { Question } from "../task.ts";
import { type CheckedPlan, checkPlan, only } from "./checkplan.ts";
import { modelHere, planHere } from "./verifyplan.ts";
import type { RunOptions, RunResult } from "./run.ts";

export interface VerifyOptions extends Omit<RunOptions, "name" | "format"> {
  /** Only the first so many questions of each task. */
  readonly limit?: number;
}

export interface VerifyResult {
  readonly verification: Verification;
  /** Of the run that verifies, with `verification.csv` in it. Absent where nothing was left to run. */
  readonly folder?: string;
  readonly state?: Run["state"];
}

/**
 * Runs the cells of a recorded run again here and compares. Models and tasks are hashed before anything is built: what is not the same
 * is not run. Throws where the run cannot be read, or what it names is not here.
 */
export async function verifyWith(
  run: (checked: CheckedPlan, options: RunOptions) => Promise<RunResult>,
  folder: string,
  { limit, ...options }: VerifyOptions = {},
): Promise<VerifyResult> {
  if (options.out !== undefined) requireFreshFolder(options.out);
  const recorded = readRunFolder(folder);
  const there = { run: recorded.run, cells: summarise(recorded.run, recorded.observations) };
  const tell = options.onNote ?? (() => {});
  const plan = planHere(there.run, limit, tell);
  const models = await changedModels(there.run);
  const checked = await checkedHere(there.run, plan, models, tell);
  const changes = [
    ...models,
    ...(checked === undefined ? [] : changedTasks(recorded.run, recorded.observations, checked)),
  ];
  const wanted = checked && wantedOf(checked, there.run, changes);
  if (wanted === undefined) return { verification: verificationOf(there, undefined, changes) };
  const here = await run(wanted, { ...options, name: `verify-${there.run.id}` });
  const verification = verificationOf(there, here, changes);
  writeFileSync(path.join(here.folder, "verification.csv"), await toCsv(VERIFICATION_COLUMNS, verification.cells));
  return { verification, folder: here.folder, state: here.state };
}

async function changedModels({ models, cells }: Run): Promise<Change[]> {
  const changes: Change[] = [];
  for (const record of Object.values(models)) {
    const cell = cells.find(({ model }) => model === record.id);
    if (cell === undefined) continue;
    const { model } = modelHere(record);
    const hashes =
      record.files === undefined
        ? await jointHashes(model, cell.weights, cell.layers)
        : { files: await fileHashes(model, cell.weights) };
    const change = modelChange(record, { folder: model.folder, ...hashes });
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

/** The plan without the models that changed: of those not even the config need be readable. Undefined where none is left. */
async function checkedHere(
  run: Run,
  plan: Plan,
  changed: readonly Change[],
  tell: (note: string) => void,
): Promise<CheckedPlan | undefined> {
  const isKept = (id: string): boolean => !changed.some((change) => change.id === id);
  const models = Object.values(run.models).filter(({ id }) => isKept(id));
  if (models.length === 0) return undefined;
  return checkPlan({ ...plan, models: models.map((record) => modelHere(record).name) }, tell);
}

function changedTasks(
  { tasks, environment }: Run,
  observations: readonly Observation[],
  checked: CheckedPlan,
): Change[] {
  const put = observations.filter((one) => one.kind === "question");
  return [...checked.tasks.values()].flatMap((task) => {
    const recorded = tasks[task.id];
    if (recorded === undefined) return [];
    const questions: Question[] = put.filter((one) => one.task === task.id).map(({ question }) => question);
    return (
      taskChange(recorded, task) ?? questionChange(task.id, questions, task.questions, [environment, versions()]) ?? []
    );
  });
}

function wantedOf(checked: CheckedPlan, { cells }: Run, changes: readonly Change[]): CheckedPlan | undefined {
  const isWanted = (planned: CheckedPlan["cells"][number]): boolean =>
    cells.some((cell) => isSameCell(planned, cell)) && !changes.some(({ kind, id }) => planned[kind] === id);
  return checked.cells.some(isWanted) ? only(checked, isWanted) : undefined;
}
