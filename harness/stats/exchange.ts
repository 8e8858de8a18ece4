import type { BootstrapOptions } from "./bootstrap.ts";
import { seeded } from "./random.ts";

const DEFAULT_EXCHANGES = 10_000;

/**
 * Two-sided p-value that two ways of doing the same items are worth the same: how often the differences, the two exchanged at random
 * item by item, add up to as much as they do (Fisher 1935, The Design of Experiments, section 21). Where items differ by 1 or not at all it
 * is McNemar's exact test but for the drawing. What was observed counts as one of the draws, so it is never 0 (Phipson and Smyth 2010).
 *
 * @param differences of items; of items that go together, their sum
 */
export function exchangeTest(
  differences: readonly number[],
  { seed, resamples = DEFAULT_EXCHANGES }: BootstrapOptions,
): number {
  const unlike = Float64Array.from(differences.filter((difference) => difference !== 0));
  const observed = Math.abs(unlike.reduce((sum, difference) => sum + difference, 0));
  // Sums of the same parts in another order may miss by rounding.
  const least = observed - 1e-9 * unlike.reduce((sum, difference) => sum + Math.abs(difference), 0);
  const random = seeded(seed);
  let asMuch = 0;
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < unlike.length; i++) {
      bits = i % 32 === 0 ? random() * 2 ** 32 : bits >>> 1;
      sum += (bits & 1) === 1 ? -(unlike[i] as number) : (unlike[i] as number);
    }
    if (Math.abs(sum) >= least) asMuch++;
  }
  return (asMuch + 1) / (resamples + 1);
}
