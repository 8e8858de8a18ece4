import { type CheckedPlan, checkPlan, only } from "./api/checkplan.ts";
import { type ClaimsOptions, type ClaimsResult, judgeWith } from "./api/claims.ts";
import { type VerifyOptions, type VerifyResult, verifyWith } from "./api/verify.ts";
import type { PlannedCell } from "./execute/plan.ts";
import type { Model } from "./model.ts";
import type { CellSummary } from "./report.ts";
import { type ComparedRuns, compareRuns } from "./report/compareruns.ts";
import { deriveReport, readReport, type Report } from "./report/derive.ts";
import type { ReportFormat } from "./report/lmevalformat.ts";
import type { Cell, Plan, Run } from "./run.ts";
import { embeddedModels, findModel } from "./store/models.ts";
import { embeddedTasks, loadTask, loadTasks, readyMadeTasks } from "./store/task/load.ts";
import { type Task } from "./task.ts";
import { run, type RunOptions, type RunResult, writeAs } from "./api/run.ts";

/** What `import ... from "perjoule"` gives. The command line calls the same functions. */
export {
  checkPlan,
  compareRuns,
  embeddedModels,
  embeddedTasks,
  findModel,
  loadTask,
  loadTasks,
  only,
  readReport,
  readyMadeTasks,
  run,
  writeAs,
  deriveReport as report,
};
export type { Cell, CellSummary, CheckedPlan, ComparedRuns, Model, Plan, PlannedCell, Report, ReportFormat, Run, Task };
export type { ClaimsOptions, ClaimsResult, RunOptions, RunResult, VerifyOptions, VerifyResult };

/** Runs a recorded run again here, and says which of its numbers agree: see `verifyWith`. */
export function verify(folder: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  return verifyWith(run, folder, options);
}

/** Judges the claims of a file, and runs what is missing: see `judgeWith`. */
export function judgeClaims(file: string, options: ClaimsOptions = {}): Promise<ClaimsResult> {
  return judgeWith(run, file, options);
}
