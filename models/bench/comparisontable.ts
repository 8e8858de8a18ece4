import Table from "cli-table3";
import { type Column, column } from "../../harness/report/column.ts";
import type { Comparison, Spread } from "./comparison.ts";

/** The columns of the CSV. */
export const COMPARISON_COLUMNS: readonly Column<Comparison>[] = [
  column("contestant", "who ran", ({ name }) => name),
  column("rounds", "rounds that counted", ({ rounds }) => rounds),
  ...spread("decode_tokens_per_second", "tokens read one by one after the prompt", ({ decode }) => decode),
  ...spread("prefill_tokens_per_second", "the prompt, read at once", ({ prefill }) => prefill),
  column("peer", "whom the ratios are to", ({ ratio }) => ratio?.peer),
  ...spread("decode_ratio", "decode rate over the peer's of the same round", ({ ratio }) => ratio?.decode),
  ...spread("prefill_ratio", "prefill rate over the peer's of the same round", ({ ratio }) => ratio?.prefill),
  column("decode_ratio_target", "what the median of the decode ratio should reach", ({ ratio }) => ratio?.target),
];

function spread(name: string, about: string, of: (row: Comparison) => Spread | undefined): Column<Comparison>[] {
  return [
    column(name, `${about}: median over the rounds`, (row) => of(row)?.median),
    column(`${name}_min`, `${about}: lowest of the rounds`, (row) => of(row)?.min),
    column(`${name}_max`, `${about}: highest of the rounds`, (row) => of(row)?.max),
  ];
}

/** For a terminal: medians with extremes in brackets. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const table = new Table({
    head: ["", "decode tok/s", "prefill tok/s", "compared with", "decode ratio", "prefill ratio", "target"],
    colAligns: ["left", "right", "right", "left", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const { name, decode, prefill, ratio } of comparisons) {
    table.push([
      name,
      show(decode, 1),
      show(prefill, 0),
      ...(ratio ? [ratio.peer, show(ratio.decode, 2), show(ratio.prefill, 2), verdict(ratio)] : ["", "", "", ""]),
    ]);
  }
  return table.toString();
}

function show({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}

function verdict({ decode, target }: NonNullable<Comparison["ratio"]>): string {
  if (target === undefined) return "";
  return `${target.toFixed(2)} ${decode.median >= target ? "reached" : "missed"}`;
}
