import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { booksWith } from "../cost/book.ts";
import { type BreakEven, breakEvensOf } from "../cost/breakevens.ts";
import { type CostRow, costsOf } from "../cost/costs.ts";
import type { PriceRow } from "../cost/price.ts";
import { scenariosOf } from "../cost/scenario.ts";
import type { CellSummary } from "../report.ts";
import type { Run } from "../run.ts";
import { readRunFolder } from "../store/folder.ts";
import { type ActivityRow, activityRows } from "./activity.ts";
import { ACTIVITY_COLUMNS } from "./activitycolumns.ts";
import { BREAKEVEN_COLUMNS } from "./breakevencolumns.ts";
import { ANSWER_COLUMNS, answerRows } from "./answercolumns.ts";
import { CLAIM_COLUMNS, claimRows } from "./claimcolumns.ts";
import type { JudgedClaim } from "./claims.ts";
import { claimsOfRun } from "./claimsofrun.ts";
import { SUMMARY_COLUMNS } from "./summarycolumns.ts";
import { type Comparison, comparisonsOf } from "./compare.ts";
import { COMPARISON_COLUMNS } from "./comparecolumns.ts";
import { COST_COLUMNS } from "./costcolumns.ts";
import { toCsv } from "./csv.ts";
import { ENERGY_COLUMNS, energyRows } from "./energycolumns.ts";
import { METRIC_COLUMNS } from "./metriccolumns.ts";
import { type MetricRow, metricRows } from "./metrics.ts";
import { type PrecisionRow, precisionRows } from "./precision.ts";
import { PRECISION_COLUMNS } from "./precisioncolumns.ts";
import { summarise } from "./summarise.ts";

/** A price book of the user's own, kept with the run so that its costs can be derived again. */
const OWN_PRICES = "prices.csv";

/** All that a run says, as the tables have it. */
export interface Report {
  readonly folder: string;
  readonly run: Run;
  readonly cells: readonly CellSummary[];
  readonly metrics: readonly MetricRow[];
  /** Of models that ran in several precisions. */
  readonly precisions: readonly PrecisionRow[];
  /** Of models whose active parameters are known. */
  readonly activity: readonly ActivityRow[];
  /** Of every two models on the same questions. */
  readonly comparisons: readonly Comparison[];
  readonly costs: readonly CostRow[];
  readonly breakEvens: readonly BreakEven[];
  readonly prices: readonly PriceRow[];
  /** Of those that the run was made for. */
  readonly claims: readonly JudgedClaim[];
}

/**
 * All that a run says, derived from its raw observations and the price books; nothing is written.
 *
 * @param prices a price book in place of the one kept with the run
 */
export async function readReport(folder: string, prices?: string): Promise<Report> {
  const { run, observations } = readRunFolder(folder);
  const kept = path.join(folder, OWN_PRICES);
  const books = await booksWith(prices ?? (existsSync(kept) ? kept : undefined));
  const cells = summarise(run, observations);
  const costs = costsOf(cells, scenariosOf(books, run.environment), run.plan.seed);
  const report: Report = {
    folder,
    run,
    cells,
    metrics: metricRows(run, cells),
    precisions: precisionRows(cells, run.plan.seed),
    activity: activityRows(cells, run.plan.seed),
    comparisons: comparisonsOf(cells, costs, run.plan.seed),
    costs,
    breakEvens: breakEvensOf(costs, books, run.plan.seed),
    prices: books,
    claims: [],
  };
  return { ...report, claims: claimsOfRun(report, books) };
}

/**
 * Derives every table of a run again and writes it into the run's folder, byte for byte the same each time.
 *
 * @param prices a price book that takes the place of the one kept with the run, once everything could be derived with it
 */
export async function deriveReport(folder: string, prices?: string): Promise<Report> {
  const report = await readReport(folder, prices);
  const { cells, metrics, precisions, activity, comparisons, costs, breakEvens, claims } = report;
  const tables = {
    "summary.csv": await toCsv(SUMMARY_COLUMNS, cells),
    "metrics.csv": await toCsv(METRIC_COLUMNS, metrics),
    "energy.csv": await toCsv(ENERGY_COLUMNS, cells.flatMap(energyRows)),
    "costs.csv": await toCsv(COST_COLUMNS, costs),
    "breakevens.csv": await toCsv(BREAKEVEN_COLUMNS, breakEvens),
    "precisions.csv": await toCsv(PRECISION_COLUMNS, precisions),
    "activity.csv": await toCsv(ACTIVITY_COLUMNS, activity),
    "comparisons.csv": await toCsv(COMPARISON_COLUMNS, comparisons),
    "answers.csv": await toCsv(ANSWER_COLUMNS, cells.flatMap(answerRows)),
    ...(report.run.claims && { "claims.csv": await toCsv(CLAIM_COLUMNS, claimRows(claims)) }),
  };
  if (prices !== undefined) replace(folder, OWN_PRICES, readFileSync(prices, "utf8"));
  for (const [name, content] of Object.entries(tables)) replace(folder, name, content);
  return report;
}

function replace(folder: string, name: string, content: string): void {
  const temporary = path.join(folder, `${name}.tmp`);
  writeFileSync(temporary, content);
  renameSync(temporary, path.join(folder, name));
}
