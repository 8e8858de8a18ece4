import type { CellSummary } from "../api.ts";
import { runTable } from "../report/table.ts";
import { asJson } from "./run.ts";

/** Derives the reports of finished runs again and prints each. */
export async function reportCommand(
  folders: readonly string[],
  json: boolean,
  report: (folder: string) => Promise<CellSummary[]>,
  stdout: (text: string) => void,
): Promise<number> {
  for (const folder of folders) {
    const cells = await report(folder);
    stdout(json ? asJson({ folder, cells }) : `${runTable(cells)}\nresults: ${folder}\n`);
  }
  return 0;
}
