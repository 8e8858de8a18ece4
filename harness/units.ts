/**
 * Everything inside perjoule is SI; conversion happens only where a number is shown (`report/format.ts`).
 *
 * A flavour documents the unit at a boundary and stops a `Joules` from being passed where `Seconds` are asked for,
 * yet any plain number may be given: units should help the reader, not wrap every literal.
 */
export type Seconds = number & { readonly unit?: "s" };
export type Joules = number & { readonly unit?: "J" };
export type Watts = number & { readonly unit?: "W" };
export type Bytes = number & { readonly unit?: "B" };

/** Integer nanoseconds on a monotonic clock. Exact in a double for 104 days. */
export type Nanoseconds = number & { readonly unit?: "ns" };

/** A dimensionless share, 0 to 1. */
export type Share = number & { readonly unit?: "1" };

export const secondsFrom = (ns: Nanoseconds): Seconds => ns / 1e9;
