import type { Report } from "../api.ts";
import type { ReportFormat } from "../report/lmevalformat.ts";
import { document, tableOf } from "./run.ts";

export interface ReportFlags {
  readonly json: boolean;
  readonly prices?: string;
  readonly format?: ReportFormat;
}

/** What the command needs from outside: the functions it calls and the two streams. */
export interface ReportContext {
  readonly report: (folder: string, prices?: string) => Promise<Report>;
  readonly writeAs: (format: ReportFormat, report: Report) => readonly string[];
  readonly stdout: (text: string) => void;
  readonly note: (text: string) => void;
}

/** Derives the reports of runs again and prints each; with `json` one document, a list when there are several. */
export async function reportCommand(
  folders: readonly string[],
  flags: ReportFlags,
  { report, writeAs, stdout, note }: ReportContext,
): Promise<number> {
  const runs: Report[] = [];
  for (const folder of folders) {
    const run = await report(folder, flags.prices);
    runs.push(run);
    if (flags.format !== undefined) for (const text of writeAs(flags.format, run)) note(text);
    if (!flags.json) stdout(tableOf(run));
  }
  const documents = runs.map(document);
  if (flags.json) stdout(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
  return 0;
}
