import type { Aggregation } from "../metric.ts";
import { present } from "../present.ts";
import type { JudgedAnswer } from "../report.ts";
import { aggregate, type Score } from "../score/aggregate.ts";
import { meanInterval } from "../stats/bootstrap.ts";
import { bootstrapStatistic } from "../stats/bootstrapstatistic.ts";
import { type Estimate, type Interval, wilson, wilsonClustered } from "../stats/interval.ts";
import { clusteredStandardError, meanStandardError } from "../stats/standarderror.ts";
import type { Question } from "../task.ts";
import { groupBy } from "./group.ts";

/** A metric over questions, with what the choice of questions leaves open. */
export interface Quality {
  readonly estimate: Estimate;
  /** Of a mean: sample standard deviation over the root of n, between clusters where questions have any; else of the bootstrap. */
  readonly standardError?: number;
}

/** A question's part of a metric, its repeats folded. */
export interface Item extends Score {
  readonly cluster?: string;
}

/** A question that was put, with its answer's score; a failure has none. */
export interface Put {
  readonly question: Question;
  readonly score?: Score;
}

/**
 * One item a question: n questions asked k times are n items, not n x k. A failed answer earns no credit; of a metric that is no
 * credit a failure says nothing, and all of it is then absent.
 */
export function itemsOf(puts: readonly Put[], isCredit: boolean): Item[] | undefined {
  if (!isCredit && puts.some(({ score }) => score === undefined)) return undefined;
  return [...groupBy(puts, ({ question }) => question.id).values()].map((own) => {
    const { cluster } = (own[0] as Put).question;
    const first = own[0]?.score;
    const mean = own.reduce((sum, { score }) => sum + (score?.value ?? 0), 0) / own.length;
    // Labels have no mean; lm-eval takes the first repeat, too.
    return present({ ...first, value: first?.gold === undefined ? mean : first.value, cluster });
  });
}

/** Aggregates items; absent where there is nothing to aggregate. */
export function qualityOf(items: readonly Item[], aggregation: Aggregation, seed: number): Quality | undefined {
  const value = aggregate(aggregation, items);
  if (value === undefined) return undefined;
  return aggregation === "mean" ? meanQuality(items, value, seed) : corpusQuality(items, value, aggregation, seed);
}

function meanQuality(items: readonly Item[], value: number, seed: number): Quality {
  const values = items.map((item) => item.value);
  const clusters = clustersOf(items);
  const standardError = clusters === undefined ? meanStandardError(values) : clusteredStandardError(values, clusters);
  return present({
    estimate: present({ value, interval: meanInterval95(items, value, standardError, seed) }),
    standardError,
  });
}

function meanInterval95(
  items: readonly Item[],
  value: number,
  standardError: number | undefined,
  seed: number,
): Interval | undefined {
  const values = items.map((item) => item.value);
  const clusters = clustersOf(items);
  const isBinary = values.every((credit) => credit === 0 || credit === 1);
  if (clusters === undefined) return isBinary ? wilson(value, values.length) : meanInterval(values, { seed });
  if (!isBinary) return boundsOf(bootstrapStatistic(items, (drawn) => aggregate("mean", drawn), { seed, clusters }));
  return wilsonClustered(
    present({ share: value, items: values.length, clusters: new Set(clusters).size, standardError }),
  );
}

function corpusQuality(items: readonly Item[], value: number, aggregation: Aggregation, seed: number): Quality {
  const options = present({ seed, clusters: clustersOf(items) });
  const resampled = bootstrapStatistic(items, (drawn) => aggregate(aggregation, drawn), options);
  return present({
    estimate: present({ value, interval: boundsOf(resampled) }),
    standardError: resampled?.standardError,
  });
}

function boundsOf(interval: Interval | undefined): Interval | undefined {
  return interval && { low: interval.low, high: interval.high };
}

/** Absent where every question stands for itself. */
function clustersOf(items: readonly Item[]): string[] | undefined {
  if (items.every(({ cluster }) => cluster === undefined)) return undefined;
  return items.map(({ cluster }, i) => (cluster === undefined ? `alone ${i}` : `in ${cluster}`));
}

/** All answers to the question of each, in the order of trials: where filters vote, they vote together. */
export function siblingsOf<T extends Pick<JudgedAnswer, "question">>(
  answers: readonly T[],
): (answer: T) => readonly T[] {
  const byQuestion = groupBy(answers, ({ question }) => question.id);
  return ({ question }) => byQuestion.get(question.id) ?? [];
}
