import type { CellSummary } from "../api.ts";
import { runTable } from "../report/table.ts";
import { document, type ReportedRun } from "./run.ts";

/** Derives the reports of runs again and prints each; with `json` one document, a list when there are several. */
export async function reportCommand(
  folders: readonly string[],
  json: boolean,
  report: (folder: string) => Promise<CellSummary[]>,
  stdout: (text: string) => void,
): Promise<number> {
  const runs: ReportedRun[] = [];
  for (const folder of folders) {
    const run = { folder, cells: await report(folder) };
    runs.push(run);
    if (!json) stdout(`${runTable(run.cells)}\nresults: ${folder}\n`);
  }
  const documents = runs.map(document);
  if (json) stdout(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
  return 0;
}
