import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import type { Share } from "../units.ts";
import { breakEvenUtilisation } from "./breakeven.ts";
import { cheapestOf, type CostRow } from "./costs.ts";
import { hardwareOf } from "./items.ts";
import { type KnownPower, measuredPower, ratedPower, rentOverMining } from "./opportunity.ts";
import type { PriceRow } from "./price.ts";
import type { Scenario, ScenarioKind, ScenarioOf } from "./scenario.ts";

/** A machine of one's own, and what running it takes. */
export interface Owning {
  readonly machine: ScenarioOf<"owned">;
  /** What its electricity is paid at. */
  readonly electricity: ScenarioOf<"electricity">;
  readonly power: KnownPower;
}

/** Where a machine of one's own starts to pay, and what its power would earn otherwise. */
export type MachineBreakEven =
  | {
      readonly what: "own_over_rent";
      readonly owning: Owning;
      readonly rental: ScenarioOf<"rental">;
      /** Share of its life in use; above 1 it never pays. Absent where its electricity alone costs as much. */
      readonly value?: Share;
    }
  | {
      readonly what: "own_over_api";
      readonly owning: Owning;
      readonly api: ScenarioOf<"api">;
      readonly cell: CellSummary;
      readonly answersPerSecond: number;
      readonly value?: Share;
    }
  /** What a machine earns let, as a multiple of what its power earns mining. */
  | {
      readonly what: "rent_over_mining";
      readonly rental: ScenarioOf<"rental">;
      readonly mining: ScenarioOf<"mining">;
      readonly power: KnownPower;
      readonly value: number;
    }
  /** USD that a kWh earns mining. */
  | { readonly what: "mining_revenue"; readonly mining: ScenarioOf<"mining">; readonly value: number };

const ofKind = <K extends ScenarioKind>(scenarios: readonly Scenario[], kind: K): ScenarioOf<K>[] =>
  scenarios.filter((scenario): scenario is ScenarioOf<K> => scenario.kind === kind);

/** Owning beside renting the same hardware, by the first electricity price. */
export function owningOverRent(
  scenarios: readonly Scenario[],
  cells: readonly CellSummary[],
  rows: readonly PriceRow[],
): MachineBreakEven[] {
  return ownings(scenarios, cells, rows).flatMap((owning) => {
    const same = ofKind(scenarios, "rental").filter(({ id }) => hardwareOf(id) === hardwareOf(owning.machine.id));
    return same.map((rental): MachineBreakEven =>
      present({ what: "own_over_rent" as const, owning, rental, value: utilisation(owning, rental.usdPerHour) }),
    );
  });
}

/** Owning beside a price per token, with the model of the task that is cheapest per correct answer on a machine of one's own. */
export function owningOverApi(
  costs: readonly CostRow[],
  scenarios: readonly Scenario[],
  cells: readonly CellSummary[],
  rows: readonly PriceRow[],
): MachineBreakEven[] {
  const costIn = (scenario: Scenario, cell?: CellSummary): CostRow | undefined =>
    cheapestOf(costs.filter((row) => row.scenario === scenario && (cell === undefined || row.cell === cell)));
  return ownings(scenarios, cells, rows).flatMap((owning) => {
    const cell = costIn(owning.machine)?.cell;
    const answersPerSecond = cell && speedOf(cell);
    if (cell === undefined || answersPerSecond === undefined) return [];
    return ofKind(scenarios, "api").flatMap((api): MachineBreakEven[] => {
      const perAnswer = costIn(api, cell)?.cost?.perAnswer.value;
      if (perAnswer === undefined) return [];
      const value = utilisation(owning, perAnswer * answersPerSecond * 3_600);
      return [present({ what: "own_over_api" as const, owning, api, cell, answersPerSecond, value })];
    });
  });
}

/** Letting a machine beside mining with its power, and what mining earns. Rated power where the books have it for the rented hardware. */
export function miningInstead(scenarios: readonly Scenario[], rows: readonly PriceRow[]): MachineBreakEven[] {
  return ofKind(scenarios, "mining").flatMap((mining) => {
    const revenue: MachineBreakEven[] = [{ what: "mining_revenue", mining, value: mining.usdPerKwh }];
    const lettings = ofKind(scenarios, "rental").flatMap((rental): MachineBreakEven[] => {
      // The rent is of that machine, so the power must be too: that of the machine measured would say nothing.
      const power = ratedPower(rental.id, rows);
      if (power === undefined) return [];
      return [{ what: "rent_over_mining", rental, mining, power, value: rentOverMining(rental, mining, power) }];
    });
    return revenue.concat(lettings);
  });
}

function ownings(scenarios: readonly Scenario[], cells: readonly CellSummary[], rows: readonly PriceRow[]): Owning[] {
  const [electricity] = ofKind(scenarios, "electricity");
  if (electricity === undefined) return [];
  return ofKind(scenarios, "owned").flatMap((machine) => {
    const power = ratedPower(machine.id, rows) ?? measuredPower(cells, electricity);
    return power === undefined ? [] : { machine, electricity, power };
  });
}

function utilisation({ machine, electricity, power }: Owning, elsewhere: number): Share | undefined {
  const { usd, lifeHours } = machine;
  return breakEvenUtilisation({ usd, lifeHours, power: power.watts, usdPerKwh: electricity.usdPerKwh, elsewhere });
}

/** Answers per second of wall time, one at a time. */
function speedOf({ totals }: CellSummary): number | undefined {
  const seconds = totals.reduce((sum, question) => sum + question.seconds, 0);
  return seconds > 0 ? totals.reduce((sum, question) => sum + question.puts, 0) / seconds : undefined;
}
