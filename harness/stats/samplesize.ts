import type { Share } from "../units.ts";
import { normalQuantile } from "./samplesizenormal.ts";
import { type PairedEffect, pairedPower } from "./samplesizepower.ts";

/** What a comparison of two models on the same questions is to show, and how surely. */
export interface WantedPower extends PairedEffect {
  /** Probability that the test shows it if it is so. */
  readonly power: Share;
}

/** So many questions there are nowhere: beyond them `questionsNeeded` has no answer. */
export const MOST_QUESTIONS = 1e8;
/** Of an exact test the power does not rise with every question: where one more falls short again, so many are looked at. */
const AHEAD = 12;

/**
 * Fewest questions with which the test shows what is wanted with this power, and from which on it goes on to do so. Found by
 * enumeration of the test itself: the exact test of McNemar needs about `1 / |difference|` more than Connor's formula gives.
 */
export function questionsNeeded(wanted: WantedPower): number {
  requirePossible(wanted);
  const isShort = (items: number): boolean => pairedPower(items, wanted) < wanted.power;
  let [low, high] = [0, questionsByFormula(wanted)];
  while (high > MOST_QUESTIONS || isShort(high)) {
    if (high > MOST_QUESTIONS)
      throw new RangeError(`it takes more than ${MOST_QUESTIONS} questions: ${JSON.stringify(wanted)}`);
    [low, high] = [high, Math.ceil(high * 1.1) + 4];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isShort(middle)) low = middle;
    else high = middle;
  }
  for (let ahead = high + 1; ahead <= high + AHEAD; ahead++) if (isShort(ahead)) high = ahead + 1;
  return high;
}

/**
 * Questions by the normal approximation (Connor 1987, Biometrics 43:207, formula of the unconditional test without a correction
 * for continuity); of a margin the same with its distance from the true difference, where it is only near.
 */
export function questionsByFormula({ discordance, difference, margin, power, alpha }: WantedPower): number {
  const distance = margin === undefined ? Math.abs(difference) : difference + margin;
  const refusing = normalQuantile(1 - (margin === undefined ? alpha / 2 : alpha)) * Math.sqrt(discordance);
  const finding = normalQuantile(power) * Math.sqrt(Math.max(0, discordance - difference ** 2));
  return Math.max(1, Math.ceil(((refusing + finding) / distance) ** 2));
}

/**
 * Smallest difference that McNemar's exact test finds with this power among so many questions. The discordance is as stated, or the
 * difference itself where that is larger: then all that differs falls one way. Absent where no difference is found, as among five.
 */
export function detectableDifference(
  items: number,
  { discordance, power, alpha }: Pick<WantedPower, "discordance" | "power" | "alpha">,
): Share | undefined {
  requireShare("discordance", discordance);
  return leastFound(0, (difference) => {
    const wider = Math.max(discordance, difference);
    return pairedPower(items, { discordance: wider, difference, alpha }) >= power;
  });
}

/** Smallest margin by which so many questions show with this power that the first is worse by less. Absent where they show none. */
export function detectableMargin(items: number, { power, ...effect }: Omit<WantedPower, "margin">): Share | undefined {
  requireShare("discordance", effect.discordance);
  return leastFound(Math.max(0, -effect.difference), (margin) => pairedPower(items, { ...effect, margin }) >= power);
}

/** By bisection between a value that is not found and 1, to a millionth. */
function leastFound(least: number, isFound: (value: number) => boolean): number | undefined {
  // A margin of 1 is no margin: no difference is worse.
  let [low, high] = [least, 1 - 1e-9];
  if (!isFound(high)) return undefined;
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (isFound(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function requirePossible({ discordance, difference, margin, power, alpha }: WantedPower): void {
  requireShare("discordance", discordance);
  // Shares as they are typed do not add up to the last bit: 0.8 - 0.7 is above 0.1.
  if (!(Math.abs(difference) <= discordance + 1e-12))
    throw new RangeError(`a difference of ${difference} is more than the discordance, ${discordance}, leaves room for`);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie between 0 and 1, got ${alpha}`);
  if (!(power > alpha && power < 1))
    throw new RangeError(`power must lie between alpha, ${alpha}, and 1, got ${power}`);
  if (margin === undefined) {
    if (difference === 0) throw new RangeError("a difference of 0 is found with no number of questions");
    return;
  }
  if (!(margin > 0 && margin < 1)) throw new RangeError(`a margin must lie between 0 and 1, got ${margin}`);
  if (!(difference + margin > 0))
    throw new RangeError(
      `a true difference of ${difference} is no better than the margin, -${margin}: no number of questions shows otherwise`,
    );
}

function requireShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in [0, 1], got ${value}`);
}
