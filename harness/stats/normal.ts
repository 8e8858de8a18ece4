import type { Random } from "./random.ts";

/** A standard normal number from two uniform ones (Box and Muller 1958). */
export function normal(random: Random): number {
  // 1 - u is in (0, 1]: the logarithm of 0 has no place here.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
