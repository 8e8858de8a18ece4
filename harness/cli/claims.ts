import path from "node:path";
import type { Cell, ClaimsOptions, ClaimsResult } from "../api.ts";
import { present } from "../present.ts";
import { CLAIM_COLUMNS, claimRows } from "../report/claimcolumns.ts";
import { claimTable } from "../report/claimtable.ts";
import { recordOf } from "../report/column.ts";
import { ledgerOf } from "../store/claimledger.ts";
import { progressOn, type Screen, silent } from "./progress.ts";
import { counted, quoted } from "./run.ts";

export interface ClaimsFlags {
  readonly file: string;
  /** Runs that were made already. */
  readonly runs: readonly string[];
  readonly missing: "run" | "leave";
  /** `refuted`: a refuted claim is a failure of the command. */
  readonly fails: "never" | "refuted";
  readonly out?: string;
  readonly prices?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface ClaimsContext {
  judgeClaims(file: string, options: ClaimsOptions): Promise<ClaimsResult>;
  readonly stdout: (text: string) => void;
  readonly stderr: Screen;
  readonly signal: AbortSignal;
  readonly onMeasuring?: () => void;
}

type PlannedRuns = Parameters<NonNullable<ClaimsOptions["onPlan"]>>[0];

/** A claim was refuted, and the command was told to fail then. */
const REFUTED = 100;

/** Judges the claims of a file. Exit code 100 where one is refuted and `--strict` was given, 3 where some answer failed, 1 where interrupted. */
export async function claimsCommand(flags: ClaimsFlags, context: ClaimsContext): Promise<number> {
  const progress = flags.quiet ? silent : progressOn(context.stderr);
  context.signal.addEventListener("abort", () =>
    progress.note("stopping after the window under way; Ctrl-C again stops at once"),
  );
  const judging = context.judgeClaims(
    flags.file,
    present({
      given: flags.runs,
      missing: flags.missing,
      out: flags.out,
      prices: flags.prices,
      command: commandOf(flags),
      onNote: progress.note,
      onPlan: (runs: PlannedRuns) => {
        if (flags.dryRun)
          context.stdout(flags.json ? `${JSON.stringify(plannedDocument(runs), null, 2)}\n` : planText(runs));
        else for (const [i, one] of runs.entries()) progress.note(headOf(one, i, runs.length));
        return !flags.dryRun;
      },
      onStart: (answers: number, folder: string) => {
        progress.note(`${answers} answers; writing ${folder}`);
        progress.start(answers);
        context.onMeasuring?.();
      },
      onProgress: (answers: number, cell: Cell) => progress.advance(answers, `${cell.model} ${cell.task}`),
      signal: context.signal,
    }),
  );
  const { folder, judged, runs } = await judging.finally(progress.end);
  if (flags.dryRun) return 0;
  if (runs.some(({ state }) => state === "interrupted")) {
    progress.note(`interrupted: no claim was judged; what was answered is in ${folder}`);
    return 1;
  }
  context.stdout(`${flags.json ? JSON.stringify(document(judged), null, 2) : claimTable(judged)}\n`);
  if (folder !== undefined)
    progress.note(
      `verdicts: ${path.join(folder, "claims.csv")} and claims.html; first results: ${ledgerOf(flags.file)}`,
    );
  if (flags.fails === "refuted" && judged.some(({ verdict }) => verdict === "refuted")) return REFUTED;
  return runs.some(({ cells }) => cells.some(({ failures }) => failures.length > 0)) ? 3 : 0;
}

/** What repeats the runs: of the flags those that change what is run. */
function commandOf({ file, runs, prices }: ClaimsFlags): string {
  const words = [file, ...runs, ...(prices === undefined ? [] : ["--prices", prices])];
  return `perjoule claims ${words.map(quoted).join(" ")}`;
}

function headOf({ claims, checked }: PlannedRuns[number], i: number, runs: number): string {
  return `run ${i + 1} of ${runs}: ${counted(checked.cells.length, "cell")} for ${claims.map(({ id }) => id).join(", ")}`;
}

function planText(runs: PlannedRuns): string {
  const lines = runs.flatMap((one, i) => [
    headOf(one, i, runs.length),
    ...one.checked.cells.map(({ key }) => `  ${key}`),
  ]);
  const end = runs.length === 0 ? "nothing is missing" : "nothing was run (--dry-run)";
  return `${[...lines, end].join("\n")}\n`;
}

function plannedDocument(runs: PlannedRuns): unknown {
  return {
    runs: runs.map(({ claims, checked: { plan, cells } }) => ({ claims: claims.map(({ id }) => id), plan, cells })),
  };
}

function document(judged: ClaimsResult["judged"]): unknown {
  return {
    claims: judged.map(({ claim, verdict }) => ({ id: claim.id, verdict })),
    expectations: claimRows(judged).map((row) => recordOf(CLAIM_COLUMNS, row)),
  };
}
