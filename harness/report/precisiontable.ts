import Table from "cli-table3";
import type { Estimate } from "../stats/interval.ts";
import { difference, multiple, share } from "./format.ts";
import { groupBy } from "./group.ts";
import { namesAmong, oneLine, withoutAccuracy } from "./naming.ts";
import type { PrecisionRow } from "./precision.ts";

const HEAD = ["precision", "accuracy gained", "answers changed", "latency", "J per answer", "weights"];

/** What precisions give up and save, a block a task in the order of the run; nothing where no model ran in several. */
export function precisionTable(rows: readonly PrecisionRow[]): string | undefined {
  if (rows.length === 0) return undefined;
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  const name = namesAmong(rows.flatMap(({ cell, reference }) => [cell, reference]));
  for (const [task, ofTask] of groupBy(rows, ({ cell }) => cell.cell.task)) {
    table.push([{ colSpan: HEAD.length, content: oneLine(task) }]);
    for (const row of ofTask) {
      table.push([
        `  ${name(row.cell)} beside ${besideText(row)}`,
        row.quality === undefined ? absenceText(row) : difference(row.quality.difference),
        row.quality === undefined ? "" : share(row.quality.flipRate),
        ratioText(row.latency),
        ratioText(row.energy?.perAnswer),
        ratioText(row.weightBytes === undefined ? undefined : { value: row.weightBytes }),
      ]);
    }
  }
  const isJudged = rows.some(({ quality }) => quality !== undefined);
  return [table.toString(), LEGEND, ...(isJudged ? [QUALITY] : [])].join("\n");
}

const LEGEND =
  "Each beside the most exact precision of its model, on the same questions: below 1 x is less than that takes, latency summed over answers.";
const QUALITY =
  "Gained is the difference of accuracies, a failure being wrong; changed is the share of answers taken to be something else, right or wrong.";

function besideText({ cell: { cell }, reference }: PrecisionRow): string {
  const { precision, lowering } = reference.cell;
  return lowering === undefined || lowering === cell.lowering ? precision : `${precision} ${lowering}`;
}

/** A failed reference leaves as little to compare as a failed cell. */
function absenceText({ cell, reference }: PrecisionRow): string {
  return withoutAccuracy(cell.accuracy === undefined ? cell : reference);
}

function ratioText(ratio: Estimate | undefined): string {
  return ratio === undefined ? "" : multiple(ratio);
}
