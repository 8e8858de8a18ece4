import { present } from "../present.ts";
import type { CellSummary, JudgedAnswer } from "../report.ts";
import { type BootstrapOptions, type Columns, pairedRatioInterval } from "../stats/bootstrap.ts";
import { clusterSums } from "../stats/clusters.ts";
import { combineFactors, type Estimate, type Interval } from "../stats/interval.ts";
import { blockRatioInterval } from "../stats/pairedblocks.ts";
import { type Seconds, secondsFrom } from "../units.ts";
import { groupBy } from "./group.ts";
import { callsOf, decoding } from "./timing.ts";

/** What an answer took. */
export interface Amounts {
  readonly answers: 1;
  /** To the first token, from submission. */
  readonly first: Seconds;
  /** From the first token to the last. */
  readonly decode: Seconds;
  /** Tokens after the first. */
  readonly decoded: number;
  readonly latency: Seconds;
}

export type Timed = Pick<CellSummary, "order" | "answers">;

/** An answer of each to the same question in the same pass. */
export interface TimedPair {
  readonly question: string;
  readonly cluster?: string;
  /** The windows that the two stood in, which were asked side by side. */
  readonly block: string;
  readonly ours: Amounts;
  readonly theirs: Amounts;
}

/** The answers that both gave, in the order of the first's questions. */
export function timedPairs(a: Timed, b: Timed): TimedPair[] {
  const key = ({ question, trial }: JudgedAnswer): string => `${trial}\n${question.id}`;
  const theirs = new Map(b.answers.map((one) => [key(one), one]));
  const ours = groupBy(a.answers, ({ question }) => question.id);
  return a.order.flatMap((id) =>
    (ours.get(id) ?? []).flatMap((one): TimedPair[] => {
      const other = theirs.get(key(one));
      if (other === undefined) return [];
      const { cell, trial, window } = one.answer;
      const block = [cell, trial, window, other.answer.window].join("\n");
      const { cluster } = one.question;
      return [present({ question: id, cluster, block, ours: amountsOf(one), theirs: amountsOf(other) })];
    }),
  );
}

function amountsOf({ answer: { timing } }: JudgedAnswer): Amounts {
  const { time, steps } = decoding(callsOf(timing));
  return {
    answers: 1,
    first: secondsFrom(timing.tokens[0] ?? 0),
    decode: secondsFrom(time),
    decoded: steps,
    latency: secondsFrom(timing.latency),
  };
}

/**
 * What one takes beside another, sum over sum. The interval joins that of resampled questions (clusters whole) with what the windows in
 * which the two were asked side by side leave open beyond it: the first alone holds nothing of what befalls one and not the other
 * for a while, and two copies of a model would seem unlike. Absent of one question, or one cluster: windows say nothing of others.
 */
export function timeRatio(
  pairs: readonly TimedPair[],
  top: keyof Amounts,
  bottom: keyof Amounts,
  options: BootstrapOptions,
): Estimate | undefined {
  const [ours, theirs] = byQuestion(pairs, top, bottom);
  const value = sum(ours[0]) / sum(ours[1]) / (sum(theirs[0]) / sum(theirs[1]));
  if (!Number.isFinite(value) || value <= 0) return undefined;
  const drawn = pairedRatioInterval(ours, theirs, options);
  const excess = drawn && beyondQuestions(pairs, windowFactor(pairs, options.confidence, top, bottom), drawn);
  return present({ value, interval: drawn && combineFactors(value, drawn, scaled(value, excess)) });
}

/** What questions take, or clusters of them. */
function byQuestion(
  pairs: readonly TimedPair[],
  top: keyof Amounts,
  bottom: keyof Amounts,
): [ours: Columns, theirs: Columns] {
  const questions = [...groupBy(pairs, ({ question }) => question).values()];
  const clusters = questions.map(([first]) => first?.cluster);
  const columns = (side: "ours" | "theirs"): Columns => [
    clusterSums(columnOf(questions, side, top), clusters),
    clusterSums(columnOf(questions, side, bottom), clusters),
  ];
  return [columns("ours"), columns("theirs")];
}

/** The sums of an amount over groups of pairs, of one side. */
function columnOf(groups: readonly (readonly TimedPair[])[], side: "ours" | "theirs", what: keyof Amounts): number[] {
  return groups.map((pairs) => sum(pairs.map((pair) => pair[side][what])));
}

/** How far apart the windows leave a ratio, by default of two latencies, as a factor around 1. Absent of fewer than two windows. */
export function windowFactor(
  pairs: readonly TimedPair[],
  confidence?: number,
  top: keyof Amounts = "latency",
  bottom: keyof Amounts = "answers",
): Interval | undefined {
  const blocks = [...groupBy(pairs, ({ block }) => block).values()];
  const columns = (side: "ours" | "theirs"): Columns => [columnOf(blocks, side, top), columnOf(blocks, side, bottom)];
  const interval = blockRatioInterval(columns("ours"), columns("theirs"), confidence);
  return interval && around(halfOf(interval));
}

/**
 * How far apart the windows leave the ratio of two latencies beyond what the choice of questions does, as a factor around 1: what joins
 * an interval over questions of something else that grows with the time. Absent of fewer than two windows.
 */
export function windowExcess(pairs: readonly TimedPair[], options: BootstrapOptions): Interval | undefined {
  const drawn = pairedRatioInterval(...byQuestion(pairs, "latency", "answers"), options);
  return drawn && beyondQuestions(pairs, windowFactor(pairs, options.confidence), drawn);
}

/**
 * Windows lie apart for their questions, too. Each pass puts the same ones again, so that of as many passes their windows together show
 * only that part of what the questions leave open; the rest is the windows' own.
 */
function beyondQuestions(
  pairs: readonly TimedPair[],
  windows: Interval | undefined,
  drawn: Interval,
): Interval | undefined {
  if (windows === undefined) return undefined;
  const passes = pairs.length / new Set(pairs.map(({ question }) => question)).size;
  return around(Math.sqrt(Math.max(0, halfOf(windows) ** 2 - halfOf(drawn) ** 2 / passes)));
}

/** Half an interval's width on the logarithmic scale. */
const halfOf = ({ low, high }: Interval): number => Math.log(high / low) / 2;
const around = (half: number): Interval => ({ low: Math.exp(-half), high: Math.exp(half) });

/** A factor around a value. */
export function scaled(value: number, factor: Interval | undefined): Interval | undefined {
  return factor && { low: value * factor.low, high: value * factor.high };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
