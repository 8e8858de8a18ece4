import path from "node:path";
import type { CellSummary, Report } from "../api.ts";
import { recordOf } from "../report/column.ts";
import { ACROSS_COLUMNS } from "../report/comparecolumns.ts";
import { comparePage } from "../report/comparepage.ts";
import { compareRuns } from "../report/compareruns.ts";
import { compareTable } from "../report/comparetable.ts";
import { toCsv } from "../report/csv.ts";
import { requireOwnFolder, writeFiles } from "./outfolder.ts";

export interface CompareFlags {
  readonly json: boolean;
  /** A folder for `comparisons.csv` and `comparisons.html`. */
  readonly out?: string;
}

/** What the command needs from outside: the function it calls and the two streams. */
export interface CompareContext {
  readonly readReport: (folder: string) => Promise<Report>;
  readonly stdout: (text: string) => void;
  readonly note: (text: string) => void;
}

const FILES = ["comparisons.csv", "comparisons.html"] as const;

/** Sets the models of runs beside each other in pairs, on the same questions. Runs are only read. */
export async function compareCommand(
  folders: readonly string[],
  { json, out }: CompareFlags,
  { readReport, stdout, note }: CompareContext,
): Promise<number> {
  requireDistinct(folders);
  if (out !== undefined) requireOwnFolder(out, FILES);
  const reports: Report[] = [];
  for (const folder of folders) reports.push(await readReport(folder));
  const told = distinctly(reports);
  const compared = compareRuns(told);
  const document = {
    runs: reports.map(({ folder, run }) => ({ folder, run: run.id })),
    comparisons: compared.rows.map((row) => recordOf(ACROSS_COLUMNS, row)),
    refused: compared.refused,
  };
  if (out !== undefined) {
    const files: Record<(typeof FILES)[number], string> = {
      "comparisons.csv": await toCsv(ACROSS_COLUMNS, compared.rows),
      "comparisons.html": comparePage({ reports: told, compared }),
    };
    for (const file of writeFiles(out, files)) note(`wrote ${file}`);
  }
  stdout(`${json ? JSON.stringify(document, null, 2) : compareTable(compared)}\n`);
  return 0;
}

/** A run beside itself is alike in everything. */
function requireDistinct(folders: readonly string[]): void {
  const paths = folders.map((folder) => path.resolve(folder));
  const twice = folders.find((_, i) => paths.indexOf(paths[i] as string) < i);
  if (twice !== undefined)
    throw new Error(`cannot compare a run with itself: "${twice}" is named twice; name each run folder once`);
}

/** Runs by their names, or by their folders where two have the same: every machine may have a run called `out`. */
function distinctly(reports: readonly Report[]): readonly Report[] {
  if (new Set(reports.map(({ run }) => run.id)).size === reports.length) return reports;
  return reports.map((report) => {
    const { folder } = report;
    const cells = new Map(report.cells.map((cell) => [cell, Object.assign({}, cell, { run: folder })]));
    const of = (cell: CellSummary): CellSummary => cells.get(cell) ?? cell;
    const comparisons = report.comparisons.map((row) => Object.assign({}, row, { a: of(row.a), b: of(row.b) }));
    const run = { ...report.run, id: folder };
    return Object.assign({}, report, { run, cells: report.cells.map(of), comparisons });
  });
}
