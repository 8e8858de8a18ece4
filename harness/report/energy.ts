import { modelledEnergy, type PowerModel } from "../meter/estimate.ts";
import type { Answer, WindowObservation } from "../observation.ts";
import type { EnergySummary, JudgedAnswer } from "../report.ts";
import { ratioInterval } from "../stats/bootstrap.ts";
import { combineFactors, type Estimate, type Interval } from "../stats/interval.ts";
import type { Question } from "../task.ts";
import { type Joules, secondsFrom } from "../units.ts";
import { groupBy } from "./group.ts";
import { outputTokens } from "./timing.ts";

export interface AnswerEnergy {
  readonly gross: Joules;
  readonly marginal: Joules;
}

/**
 * Each window's energy, shared among its answers by their time; the loop between answers is shared with them.
 * A window whose processor time could not be read gives nothing.
 */
export function energyShares(
  answers: readonly Answer[],
  windows: readonly WindowObservation[],
  power: PowerModel,
): Map<Answer, AnswerEnergy> {
  const key = (at: { trial: number; window: number }): string => `${at.trial}/${at.window}`;
  const inWindow = groupBy(answers, key);
  const out = new Map<Answer, AnswerEnergy>();
  for (const window of windows) {
    const inside = inWindow.get(key(window));
    if (inside === undefined || window.cpu === undefined) continue;
    const { gross, marginal } = modelledEnergy(power, secondsFrom(window.wall), secondsFrom(window.cpu));
    const busy = inside.reduce((sum, answer) => sum + answer.timing.latency, 0);
    for (const answer of inside) {
      const share = answer.timing.latency / busy;
      out.set(answer, { gross: gross * share, marginal: marginal * share });
    }
  }
  return out;
}

/** Sums over the repeats of one question: questions are what is resampled. */
interface Item {
  gross: Joules;
  marginal: Joules;
  credit: number;
  readonly attempts: number;
}

/**
 * Energy per answer and per correct answer of a cell. The interval joins what the sample of questions leaves open
 * (bootstrap over questions) with what the power model leaves open (a factor common to all of them).
 * Absent when some answer has no energy: a sum over part of the answers is not the sum.
 */
export function energySummary(
  power: PowerModel,
  energyOf: ReadonlyMap<Answer, AnswerEnergy>,
  answers: readonly JudgedAnswer[],
  questions: readonly Question[],
  trials: number,
  seed: number,
): EnergySummary | undefined {
  if (answers.length === 0 || energyOf.size < answers.length) return undefined;
  const items = [...perQuestion(questions, trials, answers, energyOf).values()];
  const total = (pick: (item: Item) => number): number => items.reduce((sum, item) => sum + pick(item), 0);
  const ratio = (top: keyof Item, bottom: keyof Item, factor: Interval): Estimate => {
    const value = total((item) => item[top]) / total((item) => item[bottom]);
    const sampling = ratioInterval(
      items.map((item) => item[top]),
      items.map((item) => item[bottom]),
      { seed },
    );
    return { value, interval: combineFactors(value, sampling, { low: value * factor.low, high: value * factor.high }) };
  };
  const gross = total((item) => item.gross);
  const tokens = answers.reduce((sum, { answer }) => sum + outputTokens(answer), 0);
  return {
    grade: "C",
    boundary: power.boundary,
    source: power.source,
    grossPerAnswer: ratio("gross", "attempts", power.grossFactor),
    marginalPerAnswer: ratio("marginal", "attempts", power.marginalFactor),
    ...(total((item) => item.credit) > 0
      ? { grossPerCorrect: ratio("gross", "credit", power.grossFactor) }
      : { grossPerCorrectBound: (gross * power.grossFactor.low) / NONE_CORRECT }),
    ...(tokens > 0 ? { grossPerOutputToken: gross / tokens } : {}),
  };
}

/** With none of n correct, the 95 % upper bound on the correct answers to be expected: -ln 0.05, the rule of three. */
const NONE_CORRECT = -Math.log(0.05);

function perQuestion(
  questions: readonly Question[],
  trials: number,
  answers: readonly JudgedAnswer[],
  energyOf: ReadonlyMap<Answer, AnswerEnergy>,
): Map<string, Item> {
  const items = new Map(
    questions.map((question): [string, Item] => [question.id, { gross: 0, marginal: 0, credit: 0, attempts: trials }]),
  );
  for (const { answer, question, credit } of answers) {
    const item = items.get(question.id) as Item;
    const energy = energyOf.get(answer) as AnswerEnergy;
    item.gross += energy.gross;
    item.marginal += energy.marginal;
    item.credit += credit;
  }
  return items;
}
