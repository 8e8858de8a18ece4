import { isModelled, type CellSummary } from "../report.ts";
import type { Watts } from "../units.ts";
import { rentVersusMine } from "./formulas.ts";
import { hardwareOf, itemsOf, partOf } from "./items.ts";
import { areComparable } from "./paired.ts";
import type { PriceRow } from "./price.ts";
import { pueOf } from "./pue.ts";
import type { ScenarioOf } from "./scenario.ts";

/** Power behind a comparison, and whether this run measured or modelled it or a maker rates it. */
export interface KnownPower {
  readonly watts: Watts;
  readonly from: "measured" | "modelled" | "rated";
}

/**
 * Mean power that the site of the measured machine drew while it answered. Absent without energy, and where cells of unlike
 * grade or boundary would have to be added.
 */
export function measuredPower(
  cells: readonly CellSummary[],
  mining: ScenarioOf<"mining" | "electricity">,
): KnownPower | undefined {
  if (!areComparable(cells, mining)) return undefined;
  let [joules, seconds] = [0, 0];
  for (const { energy, totals } of cells) {
    for (const question of energy === undefined ? [] : totals) {
      if (energy === undefined || question.energy === undefined) continue;
      joules += question.energy.gross * pueOf(mining.pue, energy.boundary).value;
      seconds += question.seconds;
    }
  }
  const from = cells.some(({ energy }) => energy !== undefined && isModelled(energy)) ? "modelled" : "measured";
  return seconds > 0 ? { watts: joules / seconds, from } : undefined;
}

/** What the books rate the hardware of an item at: the board or the computer alone, no site around it. */
export function ratedPower(id: string, rows: readonly PriceRow[]): KnownPower | undefined {
  const same = itemsOf(rows, "owned").filter((item) => hardwareOf(item.id) === hardwareOf(id));
  const [watts] = same.flatMap((item) => partOf(item, "power")?.value ?? []);
  return watts === undefined ? undefined : { watts, from: "rated" };
}

/** What a machine earns let, as a multiple of what its power earns mining. */
export function rentOverMining(rental: ScenarioOf<"rental">, mining: ScenarioOf<"mining">, power: KnownPower): number {
  return rentVersusMine(rental.usdPerHour, power.watts, mining.usdPerKwh);
}
