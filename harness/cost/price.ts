import { z } from "zod";

/** What a price is of. `grid`, `pue`, `reference`, `rebound` and `fx` are no prices but figures of the same kind: dated, sourced, with a unit. */
export const PriceKind = z.enum([
  "electricity",
  "rental",
  "owned",
  "api",
  "mining",
  "grid",
  "pue",
  "reference",
  "rebound",
  "fx",
]);
export type PriceKind = z.infer<typeof PriceKind>;

/** One row of a price book: one figure with its unit, its source and its date. Rows of one `id` make up an item: input and output of an API. */
export interface PriceRow {
  readonly kind: PriceKind;
  /** Unique for an item within its kind: `h100-2024-10`. */
  readonly id: string;
  /** Which figure of the item: `price`, `input`, `output`, `cached`, `life`, `duty`, `power`, `hashprice`, `efficiency`, ... */
  readonly part: string;
  readonly value: number;
  /** Range of the figure where the source gives one; not a confidence interval. */
  readonly low?: number;
  readonly high?: number;
  readonly unit: string;
  /** ISO 8601, as exact as the source: `2024`, `2024-11`, `2024-11-12`. */
  readonly date: string;
  readonly source: string;
  /** False where the figure could not be traced to its source: shown and marked, never a default. */
  readonly verified: boolean;
  /** Whether `costs.csv` has rows for it without being asked. */
  readonly scenario: boolean;
  readonly note?: string;
  /** File and line, for messages. */
  readonly at: string;
}
