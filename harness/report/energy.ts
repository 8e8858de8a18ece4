import { present } from "../present.ts";
import type { EnergySummary, JudgedAnswer, TokenEnergySummary } from "../report.ts";
import type { Environment } from "../run.ts";
import { percentileInterval, ratios, resampledSums } from "../stats/bootstrap.ts";
import { combineFactors, type Estimate, type Interval } from "../stats/interval.ts";
import { atLeastWilson, mostCorrectWhenNone } from "../stats/percorrect.ts";
import type { Joules, Seconds } from "../units.ts";
import { type Attribution, perToken, type PutEnergy, timeShare, type TokenEnergies } from "./attribute.ts";
import type { EnergySource } from "./source.ts";
import { outputTokens } from "./timing.ts";
import { type Block, type IdlePower, isContaminated, isWatched, type Put, type WindowEnergy } from "./windows.ts";

/** Sums over the repeats of one question: questions are what is resampled. */
interface Item {
  gross: Joules;
  marginal: Joules;
  credit: number;
  outputTokens: number;
  /** Times it was put; a question that a dead process was never asked cost nothing and counts for nothing. */
  puts: number;
}

const ITEM_KEYS = ["gross", "marginal", "credit", "outputTokens", "puts"] as const satisfies readonly (keyof Item)[];

const ENOUGH_WINDOWS = 5;

export interface CellEnergy {
  readonly summary: EnergySummary;
  /** By time, of every put whose window was read. */
  readonly energyOf: ReadonlyMap<Put, PutEnergy>;
}

/**
 * Energy per question put and per correct answer of a cell, by one source. The interval joins what the choice of questions
 * leaves open (bootstrap over questions), what the windows leave open (counter edges, drift), what idle power leaves open
 * and the factor that the meter itself leaves open. Absent when no window was read or no answer came.
 */
export function cellEnergy(
  source: EnergySource,
  blocks: readonly Block[],
  answers: readonly JudgedAnswer[],
  environment: Environment,
  seed: number,
): CellEnergy | undefined {
  const read = source.energyOf(blocks);
  const clean = read.filter(({ block }) => !isContaminated(block.window, environment.cpus));
  // A counter charges others' work to the window; the model does not see it.
  const windows = source.counts && clean.length >= ENOUGH_WINDOWS ? clean : read;
  if (windows.length === 0 || answers.length === 0) return undefined;
  const shared = timeShare(windows, source.idleLoaded);
  const items = perQuestion(shared, answers);
  const by = estimator(items, shared, source, seed);
  const perAnswer = by("gross", "puts");
  const isJudged = answers.some(({ credit }) => credit !== undefined);
  const correct = items.reduce((sum, item) => sum + item.credit, 0);
  const tokens = perToken(windows, source.idleLoaded);
  const summary = present({
    meter: source.meter,
    grade: source.grade,
    boundary: source.boundary,
    source: source.source,
    factor: source.factor,
    workload: source.workload,
    windows: windows.length,
    contaminated: read.some(({ block }) => isWatched(block.window)) ? read.length - clean.length : undefined,
    unread: blocks.length - read.length,
    flags: source.flags,
    short: meanWall(windows) < source.shortest,
    idleBare: estimateOf(source.idleBare),
    idleLoaded: estimateOf(source.idleLoaded),
    windowHalf: shared.grossHalf,
    grossPerAnswer: perAnswer,
    ...marginal(by, shared),
    aboveBarePerAnswer: aboveBare(windows, answers, source, seed),
    grossPerCorrect:
      correct > 0
        ? by("gross", "credit", (sampling) => atLeastWilson(sampling, perAnswer.value, items.map(shareCorrect)))
        : undefined,
    grossPerCorrectBound:
      correct > 0 || !isJudged ? undefined : (perAnswer.value * source.factor.low) / mostCorrectWhenNone(items.length),
    grossPerOutputToken: items.some((item) => item.outputTokens > 0) ? by("gross", "outputTokens") : undefined,
    perToken: typeof tokens === "string" ? tokens : tokenSummary(tokens, answers, source, seed),
  });
  return { summary, energyOf: shared.energyOf };
}

type Estimator = (top: keyof Item, bottom: keyof Item, widen?: (sampling: Estimate) => Estimate) => Estimate;

/** Ratios of sums over questions, with all that is uncertain about them. The questions are drawn once for all of them. */
function estimator(items: readonly Item[], by: Attribution, source: EnergySource, seed: number): Estimator {
  const values = (key: keyof Item): number[] => items.map((item) => item[key]);
  const drawn = items.length > 1 ? resampledSums(ITEM_KEYS.map(values), { seed }) : undefined;
  const drawnOf = (key: keyof Item): Float64Array | undefined => drawn?.[ITEM_KEYS.indexOf(key)];
  return (top, bottom, widen = (sampling) => sampling) => {
    const value = total(values(top)) / total(values(bottom));
    const [tops, bottoms] = [drawnOf(top), drawnOf(bottom)];
    const sampled = tops && bottoms && percentileInterval(ratios(tops, bottoms), { items: items.length });
    const { interval } = widen(present({ value, interval: sampled }));
    const half = value * ((top === "marginal" ? by.marginalHalf : by.grossHalf) ?? 0);
    const factor = top === "marginal" ? source.marginalFactor : source.factor;
    return present({ value, interval: interval && joined(value, interval, Math.abs(half), factor) });
  };
}

/**
 * One interval from a sampling interval, an independent half-width and an independent factor: root of the sum of squares,
 * each side by itself, the factor in log space. A lower bound that would reach zero is zero.
 */
function joined(value: number, sampling: Interval, half: number, factor: Interval): Interval {
  const low = value - Math.hypot(value - sampling.low, half);
  const high = value + Math.hypot(sampling.high - value, half);
  if (low > 0) return combineFactors(value, { low, high }, { low: value * factor.low, high: value * factor.high });
  return { low: 0, high: Math.max(0, value) + Math.hypot(high - value, Math.max(0, value) * (factor.high - 1)) };
}

/** A difference that could be nothing has an upper bound only. */
function marginal(by: Estimator, shared: Attribution): Pick<EnergySummary, "marginalPerAnswer" | "marginalBound"> {
  if (shared.marginalHalf === undefined) return {};
  const estimate = by("marginal", "puts");
  const { value, interval } = estimate;
  if (interval === undefined) return value > 0 && shared.marginalHalf < 1 ? { marginalPerAnswer: estimate } : {};
  return interval.low > 0 ? { marginalPerAnswer: estimate } : { marginalBound: interval.high };
}

/** The same windows against the power before any model was loaded; absent where that cannot be told from nothing. */
function aboveBare(
  windows: readonly WindowEnergy[],
  answers: readonly JudgedAnswer[],
  source: EnergySource,
  seed: number,
): Estimate | undefined {
  const { idleBare } = source;
  if (idleBare === undefined) return undefined;
  const above = windows.map((window) => ({
    ...window,
    marginal: window.gross - idleBare.watts * window.block.seconds,
  }));
  const shared = timeShare(above, idleBare);
  const by = estimator(perQuestion(shared, answers), shared, source, seed);
  return marginal(by, shared).marginalPerAnswer;
}

function tokenSummary(
  tokens: TokenEnergies,
  answers: readonly JudgedAnswer[],
  source: EnergySource,
  seed: number,
): TokenEnergySummary {
  const by = estimator(perQuestion(tokens, answers), tokens, source, seed);
  const coefficient = (name: keyof TokenEnergies["coefficients"]): Estimate | undefined => {
    const found = tokens.coefficients[name];
    if (found === undefined) return undefined;
    const { joules: value, half } = found;
    return { value, interval: joined(value, { low: value, high: value }, half, source.marginalFactor) };
  };
  return present({
    promptToken: coefficient("promptToken"),
    outputToken: coefficient("outputToken"),
    question: coefficient("question"),
    grossPerAnswer: by("gross", "puts"),
    marginalPerAnswer: by("marginal", "puts"),
    r2: tokens.r2,
  });
}

function perQuestion({ energyOf }: Attribution, answers: readonly JudgedAnswer[]): Item[] {
  const items = new Map<string, Item>();
  for (const [put, { gross, marginal: above = 0 }] of energyOf) {
    const item = items.get(put.question) ?? { gross: 0, marginal: 0, credit: 0, outputTokens: 0, puts: 0 };
    item.gross += gross;
    item.marginal += above;
    item.puts += 1;
    items.set(put.question, item);
  }
  for (const { answer, credit = 0 } of answers) {
    const item = items.get(answer.question);
    if (item === undefined || !energyOf.has(answer)) continue;
    item.credit += credit;
    item.outputTokens += outputTokens(answer);
  }
  return [...items.values()];
}

const shareCorrect = (item: Item): number => item.credit / item.puts;

function estimateOf(idle: IdlePower | undefined): Estimate | undefined {
  return idle && { value: idle.watts, interval: { low: idle.watts - idle.half, high: idle.watts + idle.half } };
}

function meanWall(windows: readonly WindowEnergy[]): Seconds {
  return total(windows.map(({ block }) => block.seconds * (block.window.rounds ?? 1))) / windows.length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
