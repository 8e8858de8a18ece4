import type { Share } from "../units.ts";
import { itemsOf, needed } from "./items.ts";
import type { PriceRow } from "./price.ts";

/**
 * How much more is asked when the price falls by a share: Q1/Q0 = (1 - s)^elasticity, at constant elasticity of demand. A
 * scenario: what users would do was not measured.
 */
export function useRatio(priceSaving: Share, elasticity: number): number {
  return (1 - priceSaving) ** elasticity;
}

/** Energy of all that is then asked beside that before: (1 - s_E)(1 - s_P)^elasticity. Above 1 the saving backfires (Jevons). */
export function energyRatio(energySaving: Share, priceSaving: Share, elasticity: number): number {
  return (1 - energySaving) * useRatio(priceSaving, elasticity);
}

/** How use answers to price: -1.11 is 1.11 % more use for a price 1 % lower. */
export interface Elasticity {
  readonly id: string;
  readonly value: number;
  readonly source: string;
  readonly date: string;
}

/** Those of the books that are counted without being asked. */
export function elasticitiesOf(rows: readonly PriceRow[]): Elasticity[] {
  return itemsOf(
    rows.filter((row) => row.scenario),
    "rebound",
  ).map((item) => {
    const { id, value, source, date } = needed(item, "elasticity");
    return { id, value, source, date };
  });
}
