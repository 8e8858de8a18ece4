import type { VerifyOptions, VerifyResult } from "../api.ts";
import { present } from "../present.ts";
import { recordOf } from "../report/column.ts";
import { isInDoubt } from "../report/verify.ts";
import { VERIFICATION_COLUMNS } from "../report/verifycolumns.ts";
import { summaryLine, verifyTable } from "../report/verifytable.ts";
import type { Cell } from "../run.ts";
import { progressOn, type Screen, silent } from "./progress.ts";
import { quoted } from "./run.ts";

/** The flags of `verify` after parsing. Absent flags are absent keys. */
export interface VerifyFlags {
  readonly out?: string;
  readonly limit?: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What the command needs from outside: the function it calls and the two streams. */
export interface VerifyContext {
  verify(folder: string, options: VerifyOptions): Promise<VerifyResult>;
  readonly stdout: (text: string) => void;
  readonly stderr: Screen;
  /** Aborted when the user wants the run to stop. */
  readonly signal: AbortSignal;
  /** Called when everything is built and the first cell is about to start. */
  readonly onMeasuring?: () => void;
}

/**
 * Runs a run again and prints which of its numbers agree. Exit code 3 when some cell differs, has changed, failed or is absent, 1 when it
 * was interrupted.
 */
export async function verifyCommand(folder: string, flags: VerifyFlags, context: VerifyContext): Promise<number> {
  const progress = flags.quiet ? silent : progressOn(context.stderr);
  context.signal.addEventListener("abort", () =>
    progress.note("stopping after the window under way; Ctrl-C again stops at once"),
  );
  const verifying = context.verify(
    folder,
    present({
      out: flags.out,
      limit: flags.limit,
      command: commandOf(folder, flags),
      onNote: progress.note,
      onStart: (answers: number, to: string) => {
        progress.note(`${answers} answer${answers === 1 ? "" : "s"} to give again; writing ${to}`);
        progress.start(answers);
        context.onMeasuring?.();
      },
      onProgress: (answers: number, cell: Cell) => progress.advance(answers, `${cell.model} ${cell.task}`),
      signal: context.signal,
    }),
  );
  const result = await verifying.finally(progress.end);
  context.stdout(flags.json ? `${JSON.stringify(document(folder, result), null, 2)}\n` : textOf(result));
  if (result.state === "interrupted") return 1;
  return result.verification.cells.some(isInDoubt) ? 3 : 0;
}

function textOf({ verification, folder }: VerifyResult): string {
  const where = folder === undefined ? "nothing was run" : `results: ${folder}`;
  return `${verifyTable(verification)}\n${where}\n`;
}

/** The rows of verification.csv, and what else the table says. */
function document(verified: string, { verification, folder }: VerifyResult): object {
  const { cells, changes, part, speedNotes, versions } = verification;
  return present({
    verified,
    folder,
    summary: summaryLine(verification),
    part,
    changes,
    cells: cells.map((row) => recordOf(VERIFICATION_COLUMNS, row)),
    notes: speedNotes,
    versions: versions.map(([name, there, here]) => ({ name, there, here })),
  });
}

function commandOf(folder: string, { limit }: VerifyFlags): string {
  return `perjoule verify ${quoted(folder)}${limit === undefined ? "" : ` --limit ${limit}`}`;
}
