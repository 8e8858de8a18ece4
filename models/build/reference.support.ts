/** Compares graphs with the reference, for tests. */
import { vocab } from "./architecture.support.ts";
import type { Reading } from "./reference.ts";
import { largestDifference } from "./session.support.ts";

/** How far logits of graph and reference may be apart. */
export const tolerance = 1e-4;

/** Tokens that differ from place to place and stay in the vocabulary. */
export function tokens(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * 7 + seed * 13 + i * i) % vocab);
}

/** How far the graph's logits are from the reference's for the same tokens. */
export function distance(logits: readonly Float32Array[], reference: Reading, read: readonly number[]): number {
  return Math.max(...read.map((token, i) => largestDifference(logits[i]!, reference.next(token))));
}
