import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CellSummary } from "../report.ts";
import { readRunFolder } from "../store/folder.ts";
import { ANSWER_COLUMNS, answerRows, SUMMARY_COLUMNS } from "./columns.ts";
import { toCsv } from "./csv.ts";
import { summarise } from "./summarise.ts";

/** Derives every table of a run from its raw observations and writes it into the run's folder, byte for byte the same each time. */
export async function deriveReport(folder: string): Promise<CellSummary[]> {
  const { run, observations } = readRunFolder(folder);
  const cells = summarise(run, observations);
  replace(folder, "summary.csv", await toCsv(SUMMARY_COLUMNS, cells));
  replace(folder, "answers.csv", await toCsv(ANSWER_COLUMNS, cells.flatMap(answerRows)));
  return cells;
}

function replace(folder: string, name: string, content: string): void {
  const temporary = path.join(folder, `${name}.tmp`);
  writeFileSync(temporary, content);
  renameSync(temporary, path.join(folder, name));
}
