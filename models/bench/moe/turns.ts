import { rotated } from "../sidebyside.ts";
import type { Cell } from "./cell.ts";
import type { Contestant } from "./contestant.ts";

/** One measurement to be made. */
export interface Turn {
  readonly contestant: Contestant;
  readonly cell: Cell;
}

/**
 * A round: every contestant in every cell. Those of one precision, whose rates are divided by each other, come one right after the
 * other, and a different one of them begins in the next round.
 */
export function turnsOf(contestants: readonly Contestant[], cells: readonly Cell[], round: number): Turn[] {
  const precisions = [...new Set(contestants.map(({ precision }) => precision))];
  const groups = precisions.map((precision) => contestants.filter((one) => one.precision === precision));
  return cells.flatMap((cell) =>
    groups.flatMap((group) => rotated(group, round).map((contestant) => ({ contestant, cell }))),
  );
}
