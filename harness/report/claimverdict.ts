import type { Expectation } from "../claim.ts";
import type { Interval } from "../stats/interval.ts";
import { MOST_QUESTIONS, questionsByFormula, questionsNeeded, type WantedPower } from "../stats/samplesize.ts";
import { normalQuantile } from "../stats/samplesizenormal.ts";
import type { Share } from "../units.ts";
import type { Measured } from "./claimmeasure.ts";

export type Verdict = "supported" | "refuted" | "inconclusive" | "not comparable";

/** One side of what an expectation allows. */
export interface Bound {
  readonly direction: "at least" | "at most";
  /** As it was claimed. */
  readonly stated: number;
  readonly margin: number;
  /** Claimed, moved outwards by the margin: what is held against the measurement. A value that equals it is within. */
  readonly value: number;
}

export function boundsOf({ at_least: least, at_most: most, margin }: Expectation): Bound[] {
  const bound = (direction: Bound["direction"], stated: number): Bound => ({
    direction,
    stated,
    margin,
    value: direction === "at least" ? stated - margin : stated + margin,
  });
  return [
    ...(least === undefined ? [] : [bound("at least", least)]),
    ...(most === undefined ? [] : [bound("at most", most)]),
  ];
}

export interface Level {
  /** Probability of a wrong verdict of a claim that stands exactly at its bound, both ways together. */
  readonly alpha: Share;
  /** How many things a claim says. One of them false makes it false, so each may be refuted by luck: their alpha is divided. */
  readonly tests: number;
}

/**
 * Supported where the whole interval at `1 - alpha` lies within the bound; refuted where that at `1 - alpha / tests` lies beyond it. A claim
 * of several things is supported only if each is (intersection-union, no correction: Berger 1982, Technometrics 24:295) and refuted if
 * one is (union-intersection, Bonferroni). Where that says that two accuracies are not alike McNemar's exact test must agree: among the
 * few questions on which two models differ score intervals leave that out too soon, 4 of 4 one way being enough. A few questions
 * that are all alike show no spread, and decide nothing.
 */
export function decided(measured: Measured, bound: Bound, { alpha, tests }: Level): Exclude<Verdict, "not comparable"> {
  const isExact = (level: Share, isUnlike: boolean): boolean =>
    measured.quality === undefined || !isUnlike || measured.quality.mcnemar <= level;
  const above = bound.direction === "at least" ? bound.value - measured.alike : measured.alike - bound.value;
  const near = telling(measured, 1 - alpha);
  if (near !== undefined && isWithin(near, bound) && isExact(alpha, above >= 0)) return "supported";
  const far = tests === 1 ? near : telling(measured, 1 - alpha / tests);
  if (far !== undefined && isBeyond(far, bound) && isExact(alpha / tests, above <= 0)) return "refuted";
  return "inconclusive";
}

/** Questions that are all alike, and fewer than these: those that were not asked may be otherwise. */
const TOO_FEW = 20;

function telling({ intervalAt, questions }: Measured, confidence: number): Interval | undefined {
  const interval = intervalAt(confidence);
  const isPoint = interval !== undefined && interval.high - interval.low <= 1e-9 * Math.abs(interval.high);
  // No questions at all: what is declared or priced is exact.
  return isPoint && questions > 0 && questions < TOO_FEW ? undefined : interval;
}

function isWithin({ low, high }: Interval, { direction, value }: Bound): boolean {
  return direction === "at least" ? low >= value : high <= value;
}

function isBeyond({ low, high }: Interval, { direction, value }: Bound): boolean {
  return direction === "at least" ? high < value : low > value;
}

/** Of a claim: one thing refuted refutes it, and it is supported only where everything is. */
export function jointly(verdicts: readonly Verdict[]): Verdict {
  const order = ["refuted", "not comparable", "inconclusive"] as const;
  return order.find((verdict) => verdicts.includes(verdict)) ?? "supported";
}

/** How many questions decide, if what was seen is true; or why none do. */
export type Needed = { readonly questions: number } | { readonly never: string };

const POWER = 0.8;

/**
 * Questions with which the verdict is no longer open, with a probability of 0.8 if the truth is what was seen. Of accuracies by enumeration of
 * the very test (`questionsNeeded`) where it has one; else by the normal approximation: what questions leave open shrinks with the
 * root of their number, what a power model leaves open between two programs does not.
 */
export function questionsToDecide(measured: Measured, bound: Bound, { alpha, tests }: Level): Needed {
  const { value, alike } = measured;
  if (measured.questions === 0) return { never: "no number of questions decides it, for none is behind it" };
  const isInside = bound.direction === "at most" ? value <= bound.value : value >= bound.value;
  // What lies beyond its bound is to be refuted, and that is one of several tests.
  const level = isInside ? alpha : alpha / tests;
  const planned = byEnumeration(measured, bound, level);
  if (planned !== undefined) return { questions: Math.max(planned, measured.questions + 1) };
  const interval = telling(measured, 1 - level);
  if (interval === undefined)
    return { never: "one question, one cluster of them, or a few that are all alike show no spread" };
  const scale = (one: number): number => (alike === 1 ? Math.log(one) : one);
  const facing = (bound.direction === "at most") === isInside ? "high" : "low";
  const width = Math.abs(scale(interval[facing]) - scale(value));
  if (!Number.isFinite(width)) return { never: "too few answers are right to tell how many questions would decide" };
  const gap = Math.abs(scale(bound.value) - scale(value));
  const open = openTowards(measured, facing, level);
  if (gap <= open) return { never: open > 0 ? MODEL_LEAVES_OPEN : "what was seen is the bound itself" };
  const [z, power] = [normalQuantile(1 - level / 2), normalQuantile(POWER)];
  const error = Math.sqrt(Math.max(0, width ** 2 - open ** 2)) / z;
  // The error e at which an interval of root((z e)^2 + open^2), drawn `power` errors towards the bound, just reaches it.
  const room = gap ** 2 - open ** 2;
  const wanted = room / (gap * power + Math.sqrt((gap * power) ** 2 + (z ** 2 - power ** 2) * room));
  const questions = Math.ceil(measured.questions * (error / wanted) ** 2);
  return questions > MOST_QUESTIONS
    ? { never: `it would take more than ${MOST_QUESTIONS} questions` }
    : { questions: Math.max(questions, measured.questions + 1) };
}

const MODEL_LEAVES_OPEN =
  "if what was seen is the truth no number of questions decides it, since the power model alone leaves more open between two programs; a meter would";

function openTowards({ open }: Measured, facing: "low" | "high", level: Share): number {
  if (open === undefined) return 0;
  return (Math.abs(Math.log(open[facing])) * normalQuantile(1 - level / 2)) / normalQuantile(0.975);
}

/** Where the test that will be made has a planner: of being alike, and of a difference whose margin is kept. */
function byEnumeration({ alike, questions, quality }: Measured, bound: Bound, level: Share): number | undefined {
  if (quality === undefined) return undefined;
  const sign = bound.direction === "at least" ? 1 : -1;
  const difference = sign * quality.difference.value;
  const differing = (quality.onlyFirst + quality.onlySecond) / questions;
  const effect = { discordance: Math.min(1, Math.max(Math.abs(difference), differing)), difference, power: POWER };
  const margin = alike === 0 ? -sign * bound.value : 0;
  const wanted: WantedPower | undefined =
    bound.value === alike && difference !== 0
      ? { ...effect, alpha: level }
      : margin > 0 && margin < 1 && difference + margin > 0
        ? { ...effect, margin, alpha: level / 2 }
        : undefined;
  return wanted === undefined || questionsByFormula(wanted) * 1.1 > MOST_QUESTIONS
    ? undefined
    : questionsNeeded(wanted);
}
