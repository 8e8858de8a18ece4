import { modelledEnergy, type PowerModel } from "../meter/estimate.ts";
import type { Answer, Failure, WindowObservation } from "../observation.ts";
import { present } from "../present.ts";
import type { EnergySummary, JudgedAnswer } from "../report.ts";
import { ratioInterval } from "../stats/bootstrap.ts";
import { combineFactors, type Estimate, type Interval, wilson } from "../stats/interval.ts";
import { type Joules, type Nanoseconds, type Share, secondsFrom } from "../units.ts";
import { groupBy } from "./group.ts";
import { outputTokens } from "./timing.ts";

export interface AnswerEnergy {
  readonly gross: Joules;
  readonly marginal: Joules;
}

/** A question that was put inside a window, whatever came of it. Its failure takes time and energy too. */
export type Put = Answer | FailedPut;
type FailedPut = Failure & { readonly question: string; readonly window: number };

export function wasPut(failure: Failure): failure is FailedPut {
  return failure.question !== undefined && failure.window !== undefined;
}

function timeOf(put: Put): Nanoseconds {
  return put.kind === "answer" ? put.timing.latency : (put.latency ?? 0);
}

/**
 * Each window's energy, shared among the questions put in it by their time; the loop between them is shared with them.
 * A window whose processor time could not be read gives nothing.
 */
export function energyShares(
  puts: readonly Put[],
  windows: readonly WindowObservation[],
  power: PowerModel,
): Map<Put, AnswerEnergy> {
  const key = (at: { trial: number; window: number }): string => `${at.trial}/${at.window}`;
  const inWindow = groupBy(puts, key);
  const out = new Map<Put, AnswerEnergy>();
  for (const window of windows) {
    const inside = inWindow.get(key(window));
    if (inside === undefined || window.cpu === undefined) continue;
    const { gross, marginal } = modelledEnergy(power, secondsFrom(window.wall), secondsFrom(window.cpu));
    const busy = inside.reduce((sum, put) => sum + timeOf(put), 0);
    for (const put of inside) {
      const share = busy > 0 ? timeOf(put) / busy : 1 / inside.length;
      out.set(put, { gross: gross * share, marginal: marginal * share });
    }
  }
  return out;
}

/** Sums over the repeats of one question: questions are what is resampled. */
interface Item {
  gross: Joules;
  marginal: Joules;
  credit: number;
  /** Times it was put; a question that a dead process was never asked cost nothing and counts for nothing. */
  puts: number;
}

/**
 * Energy per question put and per correct answer of a cell. The interval joins what the sample of questions leaves open
 * (bootstrap over questions) with what the power model leaves open (a factor common to all of them).
 * Absent when no answer came, and when some window has no energy: a sum over part of the windows is not the sum.
 */
export function energySummary(
  power: PowerModel,
  energyOf: ReadonlyMap<Put, AnswerEnergy>,
  puts: readonly Put[],
  answers: readonly JudgedAnswer[],
  seed: number,
): EnergySummary | undefined {
  if (answers.length === 0 || energyOf.size < puts.length) return undefined;
  const items = [...perQuestion(energyOf, answers).values()];
  const total = (key: keyof Item): number => items.reduce((sum, item) => sum + item[key], 0);
  const ratio = (top: keyof Item, bottom: keyof Item): Estimate => {
    const [tops, bottoms] = [items.map((item) => item[top]), items.map((item) => item[bottom])];
    return present({ value: total(top) / total(bottom), interval: ratioInterval(tops, bottoms, { seed }) });
  };
  const perAnswer = ratio("gross", "puts");
  const tokens = answers.reduce((sum, { answer }) => sum + outputTokens(answer), 0);
  const correct = total("credit");
  return present({
    grade: "C" as const,
    boundary: power.boundary,
    source: power.source,
    grossPerAnswer: withModelError(perAnswer, power.grossFactor),
    marginalPerAnswer: withModelError(ratio("marginal", "puts"), power.marginalFactor),
    grossPerCorrect:
      correct > 0
        ? withModelError(atLeastWilson(ratio("gross", "credit"), perAnswer.value, items), power.grossFactor)
        : undefined,
    grossPerCorrectBound:
      correct > 0 ? undefined : (perAnswer.value * power.grossFactor.low) / mostCorrectWhenNone(items.length),
    grossPerOutputToken: tokens > 0 ? total("gross") / tokens : undefined,
  });
}

/** Joins sampling error with the factor the power model leaves open. One question shows no sampling error, so no interval. */
function withModelError({ value, interval }: Estimate, factor: Interval): Estimate {
  if (interval === undefined) return { value };
  return { value, interval: combineFactors(value, interval, { low: value * factor.low, high: value * factor.high }) };
}

/**
 * Resampling cannot draw a wrong answer where all were right, so a cost per correct answer is given at least the width that
 * Wilson's interval of the accuracy gives it. Only for questions that are right or wrong.
 */
function atLeastWilson({ value, interval }: Estimate, perAnswer: Joules, items: readonly Item[]): Estimate {
  const shares = items.map((item) => item.credit / item.puts);
  if (interval === undefined || shares.some((share) => share !== 0 && share !== 1)) return present({ value, interval });
  const accuracy = wilson(shares.reduce((sum, share) => sum + share, 0) / shares.length, shares.length);
  const low = Math.min(interval.low, perAnswer / accuracy.high);
  return { value, interval: { low, high: Math.max(interval.high, perAnswer / accuracy.low) } };
}

/** With none of n questions correct, the one-sided 95 % upper bound of the accuracy (exact; about 3 / n, the rule of three). */
function mostCorrectWhenNone(n: number): Share {
  return 1 - 0.05 ** (1 / n);
}

function perQuestion(energyOf: ReadonlyMap<Put, AnswerEnergy>, answers: readonly JudgedAnswer[]): Map<string, Item> {
  const items = new Map<string, Item>();
  for (const [put, { gross, marginal }] of energyOf) {
    const item = items.get(put.question) ?? { gross: 0, marginal: 0, credit: 0, puts: 0 };
    item.gross += gross;
    item.marginal += marginal;
    item.puts += 1;
    items.set(put.question, item);
  }
  for (const { question, credit } of answers) (items.get(question.id) as Item).credit += credit;
  return items;
}
