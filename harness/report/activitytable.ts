import Table from "cli-table3";
import { isJudged } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import type { ActivityRow } from "./activity.ts";
import { multiple } from "./format.ts";
import { groupBy } from "./group.ts";
import { nameOf, namesAmong, oneLine } from "./naming.ts";

const HEAD = ["model", "active parameters", "first token", "each token after", "latency", "J per answer"];

/**
 * What fewer active parameters save, a block a task, of models with random weights: those are run for nothing else. Of the others
 * `activity.csv` says the same.
 */
export function activityTable(all: readonly ActivityRow[]): string | undefined {
  const rows = all.filter(({ cell }) => !isJudged(cell.cell));
  if (rows.length === 0) return undefined;
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  const name = namesAmong(rows.map(({ cell }) => cell));
  for (const [task, ofTask] of groupBy(rows, ({ cell }) => cell.cell.task)) {
    table.push([{ colSpan: HEAD.length, content: oneLine(task) }]);
    for (const { cell, reference, active, first, decode, latency, energy } of ofTask) {
      table.push([
        `  ${name(cell)} beside ${nameOf(reference)}`,
        ratioText({ value: active }),
        ...[first, decode, latency, energy?.perAnswer].map(ratioText),
      ]);
    }
  }
  return [table.toString(), LEGEND].join("\n");
}

const LEGEND =
  "Each beside the largest dense model, or the one with the most active parameters, on the same questions: means; saved is what stands below 1 x, promised is the first column.";

function ratioText(ratio: Estimate | undefined): string {
  return ratio === undefined ? "" : multiple(ratio);
}
