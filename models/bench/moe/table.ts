import Table from "cli-table3";
import { phases, type Phase } from "./cell.ts";
import type { Row } from "./row.ts";

/** For a terminal, a table for each phase: contestants down, batches across; medians, below them ratios with their extremes. */
export function loweringTables(rows: readonly Row[]): string {
  return phases
    .map((phase) => ({ phase, those: rows.filter(({ cell }) => cell.phase === phase) }))
    .filter(({ those }) => those.length > 0)
    .map(({ phase, those }) => `${HEADLINES[phase]}\n${tableOf(those)}`)
    .join("\n");
}

const below = "medians, extremes in brackets; below, the ratio to the same precision's fused node as shipped";
const HEADLINES: Record<Phase, string> = {
  decode: `decode: tokens/s of all rows, one token of each a step (${below})`,
  prefill: `prefill: tokens/s of all rows, prompts read at once (${below})`,
};

function tableOf(rows: readonly Row[]): string {
  const batches = [...new Set(rows.map(({ cell }) => cell.batch))];
  const names = [...new Set(rows.map(({ contestant }) => contestant.name))];
  const table = new Table({
    head: ["", ...batches.map((batch) => `batch ${batch}`)],
    colAligns: ["left", ...batches.map(() => "right" as const)],
    style: { head: [], border: [] },
  });
  for (const name of names) {
    const cells = batches.map((batch) => rows.find((row) => row.contestant.name === name && row.cell.batch === batch));
    table.push([name, ...cells.map((row) => (row ? cellText(row) : ""))]);
  }
  return table.toString();
}

function cellText({ tokensPerSecond, ratio }: Row): string {
  const rate = [tokensPerSecond.median, tokensPerSecond.min, tokensPerSecond.max].map((value) =>
    value.toFixed(value < 100 ? 1 : 0),
  );
  const lines = [`${rate[0]} (${rate[1]}-${rate[2]})`];
  if (ratio) lines.push(`${ratio.median.toFixed(2)} x (${ratio.min.toFixed(2)}-${ratio.max.toFixed(2)})`);
  return lines.join("\n");
}
