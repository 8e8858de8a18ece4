import { percentileInterval } from "../stats/bootstrap.ts";
import { type Estimate, type Interval } from "../stats/interval.ts";
import { present } from "../present.ts";
import type { Share, Watts } from "../units.ts";
import type { PairedCost } from "./paired.ts";

/**
 * How many times the unit price of `other` that of `one` may be before `one` stops being the cheaper per correct answer: the
 * ratio of what they cost at equal unit prices. Absent when either was never right.
 */
export function flippingPriceRatio(one: PairedCost, other: PairedCost): Estimate | undefined {
  const ratio = (usd: number, credit: number, otherUsd: number, otherCredit: number): number =>
    (otherUsd * credit) / (usd * otherCredit);
  if (one.credit === 0 || other.credit === 0) return undefined;
  const value = ratio(one.usd, one.credit, other.usd, other.credit);
  return present({
    value,
    interval: overResamples(one, other, (a, b) => ratio(a.usd, a.credit, b.usd, b.credit)),
  });
}

/** Why there is no price of a wrong answer at which the better of two models starts to pay. */
export type NoPrice = "equally_accurate" | "not_told_apart" | "better_and_no_dearer" | "better_and_perhaps_dearer";

export interface WrongAnswerPrice {
  readonly better: PairedCost;
  readonly cheaper: PairedCost;
  /** USD; absent with a reason. */
  readonly price?: Estimate;
  readonly reason?: NoPrice;
}

/**
 * What a wrong answer must cost its user, in USD, for the dearer and better of two models to be the one to use: loss =
 * cost + price x (1 - accuracy) is equal at (c_A - c_B) / (p_A - p_B). A resample in which the better one is not better
 * counts as infinite.
 */
export function wrongAnswerPrice(one: PairedCost, other: PairedCost): WrongAnswerPrice {
  const accuracy = (of: PairedCost): number => of.credit / of.puts;
  const [better, cheaper] = accuracy(one) >= accuracy(other) ? [one, other] : [other, one];
  const pair = { better, cheaper };
  const gap = accuracy(better) - accuracy(cheaper);
  const premium = better.usd / better.puts - cheaper.usd / cheaper.puts;
  if (gap === 0) return { ...pair, reason: "equally_accurate" };
  const gaps = overResamples(better, cheaper, (a, b) => a.credit / a.puts - b.credit / b.puts);
  if (gaps === undefined || gaps.low <= 0) return { ...pair, reason: "not_told_apart" };
  if (premium <= 0) {
    const premiums = overResamples(better, cheaper, (a, b) => a.usd / a.puts - b.usd / b.puts);
    const isSure = premiums !== undefined && premiums.high <= 0;
    return { ...pair, reason: isSure ? "better_and_no_dearer" : "better_and_perhaps_dearer" };
  }
  const interval = overResamples(better, cheaper, (a, b) => {
    const more = a.credit / a.puts - b.credit / b.puts;
    return more > 0 ? Math.max(0, a.usd / a.puts - b.usd / b.puts) / more : Infinity;
  });
  return { ...pair, price: present({ value: premium / gap, interval }) };
}

/** A machine of one's own beside an hour bought elsewhere. */
export interface Ownership {
  readonly usd: number;
  readonly lifeHours: number;
  readonly power: Watts;
  readonly usdPerKwh: number;
  /** USD that the same work costs elsewhere, per hour in use. */
  readonly elsewhere: number;
}

/**
 * Share of its life that a machine must be in use to cost no more than the same work elsewhere: purchase / (life x u) + power x
 * electricity = elsewhere. Above 1 it never does; absent where its electricity alone costs as much.
 */
export function breakEvenUtilisation({ usd, lifeHours, power, usdPerKwh, elsewhere }: Ownership): Share | undefined {
  const saved = elsewhere - (power / 1_000) * usdPerKwh;
  return saved > 0 ? usd / lifeHours / saved : undefined;
}

interface Drawn {
  readonly usd: number;
  readonly puts: number;
  readonly credit: number;
}

/** Interval of a figure of two cells over resamples of the questions they share; one that no resample can tell (0 / 0) is left out. */
function overResamples(
  one: PairedCost,
  other: PairedCost,
  figure: (one: Drawn, other: Drawn) => number,
): Interval | undefined {
  const [a, b] = [one.resampled, other.resampled];
  if (a === undefined || b === undefined) return undefined;
  const drawn = (from: typeof a, r: number): Drawn => ({
    usd: from.usd[r] as number,
    puts: from.puts[r] as number,
    credit: from.credit[r] as number,
  });
  const figures = Array.from(a.usd, (_, r) => figure(drawn(a, r), drawn(b, r))).filter((value) => !Number.isNaN(value));
  return figures.length === 0 ? undefined : percentileInterval(figures, { items: one.questions });
}
