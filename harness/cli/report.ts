import type { Report } from "../api.ts";
import { document, tableOf } from "./run.ts";

/** Derives the reports of runs again and prints each; with `json` one document, a list when there are several. */
export async function reportCommand(
  folders: readonly string[],
  flags: { readonly json: boolean; readonly prices?: string },
  report: (folder: string, prices?: string) => Promise<Report>,
  stdout: (text: string) => void,
): Promise<number> {
  const runs: Report[] = [];
  for (const folder of folders) {
    const run = await report(folder, flags.prices);
    runs.push(run);
    if (!flags.json) stdout(tableOf(run));
  }
  const documents = runs.map(document);
  if (flags.json) stdout(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
  return 0;
}
