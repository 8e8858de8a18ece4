import type { Share } from "../units.ts";
import { tango } from "./pairedproportions.ts";
import { binomialMass, binomialUpper } from "./samplesizebinomial.ts";
import { normalQuantile } from "./samplesizenormal.ts";

/** What is true of two models on the same questions, and the test that is to find it. */
export interface PairedEffect {
  /** Share of questions that only one of the two gets right. */
  readonly discordance: Share;
  /** Accuracy of the first less that of the second; at most the discordance, either way. */
  readonly difference: number;
  /**
   * Present: one-sided, that the first is worse by less than this: Tango's interval at `1 - 2 alpha` lies above `-margin`. Absent:
   * two-sided, that the two differ: McNemar's exact test.
   */
  readonly margin?: Share;
  readonly alpha: Share;
}

/** Whether a test speaks for the first at so many questions that only the first gets right, of those that differ: once it does, more do, too. */
type Refuses = (first: number, differing: number) => boolean;

/** Standard deviations of the number that differ which are looked at, to each side. */
const REACH = 7;
/** Steps to one of them: where the number is large, what lies between two is like them. */
const STEPS = 25;

/**
 * Probability that the test comes out as wanted with so many questions, by enumeration: over the number of questions on which the
 * two differ, and at each over those that only the first gets right. Nothing is approximated below 10,000 questions; above, every
 * few numbers stand for those between them.
 */
export function pairedPower(items: number, effect: PairedEffect): Share {
  const { discordance, difference, margin, alpha } = effect;
  const refuses = margin === undefined ? mcnemarRefuses(alpha) : tangoRefuses(items, margin, alpha);
  const firstOfDiffering = discordance === 0 ? 0.5 : Math.min(1, Math.max(0, (1 + difference / discordance) / 2));
  const spread = Math.sqrt(items * discordance * (1 - discordance));
  const most = Math.min(items, Math.ceil(items * discordance + REACH * spread));
  const step = Math.max(1, Math.floor(spread / STEPS));
  const from = Math.max(0, Math.floor(items * discordance - REACH * spread));
  let least = guess(from, items * (margin ?? 0));
  let [wanted, all] = [0, 0];
  for (let differing = from; differing <= most; differing += step) {
    least = leastRefused(refuses, differing, least);
    const mass = binomialMass(differing, items, discordance);
    const opposite = margin === undefined ? binomialUpper(least, differing, 1 - firstOfDiffering) : 0;
    wanted += mass * (binomialUpper(least, differing, firstOfDiffering) + opposite);
    all += mass;
  }
  return Math.min(1, wanted / all);
}

/** Where the test begins to speak for the first, near where it did at a smaller number; one more than all where it never does. */
function leastRefused(refuses: Refuses, differing: number, near: number): number {
  let least = Math.min(near, differing + 1);
  while (least <= differing && !refuses(least, differing)) least++;
  while (least > 0 && refuses(least - 1, differing)) least--;
  return least;
}

/** Half of those that differ and one standard deviation more, less what the margin allows. */
function guess(differing: number, allowed: number): number {
  return Math.max(0, Math.round((differing - allowed) / 2 + Math.sqrt(differing)));
}

/** The same decision as `mcnemar(first, second) <= alpha`, whose sum begins at 0 and takes long where thousands differ. */
function mcnemarRefuses(alpha: Share): Refuses {
  return (first, differing) => 2 * binomialUpper(first, differing, 0.5) <= alpha;
}

function tangoRefuses(items: number, margin: Share, alpha: Share): Refuses {
  const z = normalQuantile(1 - alpha);
  return (first, differing) => tango({ first, second: differing - first, items }, z).low + margin > 0;
}
