/** Numerators and denominators of one side of a comparison, item by item. */
export type Columns = readonly [numerators: readonly number[], denominators: readonly number[]];
