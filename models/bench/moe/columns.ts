import { type Column, column } from "../../../harness/report/column.ts";
import { tokensPerStep } from "./cell.ts";
import { environmentText } from "./contestant.ts";
import type { Row, Spread } from "./row.ts";

/** The columns of lowerings.csv. */
export const COLUMNS: readonly Column<Row>[] = [
  column("precision", "how the matrices are stored", ({ contestant }) => contestant.precision),
  column(
    "lowering",
    "what experts became in the graph: fused, rows or branch",
    ({ contestant }) => contestant.lowering,
  ),
  column(
    "environment",
    "the variable that ONNX Runtime read; 0 is what it does when nothing is set, and the floating-point node does not read it",
    ({ contestant }) => environmentText(contestant),
  ),
  column(
    "phase",
    "decode: a token of every row after a prompt; prefill: a prompt of every row",
    ({ cell }) => cell.phase,
  ),
  column("batch", "rows that are read together", ({ cell }) => cell.batch),
  column("tokens_per_step", "tokens in one forward pass, of all rows", ({ cell }) => tokensPerStep(cell)),
  column("rounds", "rounds that counted", ({ rounds }) => rounds),
  ...spread("tokens_per_second", "tokens of all rows in a second", ({ tokensPerSecond }) => tokensPerSecond),
  ...spread(
    "ratio_to_default",
    "rate over that of the same precision's fused node as shipped, in the same round; empty for that one itself",
    ({ ratio }) => ratio,
  ),
];

function spread(name: string, about: string, of: (row: Row) => Spread | undefined): Column<Row>[] {
  return [
    column(name, `${about}: median over the rounds`, (row) => of(row)?.median),
    column(`${name}_low`, `${about}: lowest of the rounds`, (row) => of(row)?.min),
    column(`${name}_high`, `${about}: highest of the rounds`, (row) => of(row)?.max),
    column(`${name}_q1`, `${about}: lower quartile of the rounds`, (row) => of(row)?.lowerQuartile),
    column(`${name}_q3`, `${about}: upper quartile of the rounds`, (row) => of(row)?.upperQuartile),
  ];
}
