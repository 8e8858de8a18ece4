import type { PriceKind, PriceRow } from "./price.ts";

/** All figures of one id: an API's prices for input and output, a machine's price, life and power. */
export interface Item {
  readonly kind: PriceKind;
  readonly id: string;
  readonly rows: readonly PriceRow[];
}

/** The items of a kind, in the order of the books. */
export function itemsOf(rows: readonly PriceRow[], kind: PriceKind): Item[] {
  const items = new Map<string, PriceRow[]>();
  for (const row of rows) {
    if (row.kind !== kind) continue;
    const same = items.get(row.id);
    if (same === undefined) items.set(row.id, [row]);
    else same.push(row);
  }
  return [...items].map(([id, ofItem]) => ({ kind, id, rows: ofItem }));
}

export function partOf(item: Item, part: string): PriceRow | undefined {
  return item.rows.find((row) => row.part === part);
}

/** A part that an item cannot be counted without. */
export function needed(item: Item, part: string): PriceRow {
  const row = partOf(item, part);
  if (row !== undefined) return row;
  const [first] = item.rows as [PriceRow];
  throw new Error(
    `cannot count with "${item.id}" (${item.kind}): it has no row of part "${part}" (${first.at}); add one, or set scenario to no`,
  );
}

/** The hardware an item is about: its id up to the first hyphen, `rtx4090` of `rtx4090-2024-vast`. */
export function hardwareOf(id: string): string {
  return id.split("-", 1)[0] as string;
}
