import type { Expectation, Measure } from "../claim.ts";
import { isEnergyPriced, type Scenario } from "../cost/scenario.ts";
import { present } from "../present.ts";
import { type EnergySummary, isJudged } from "../report.ts";
import { type BootstrapOptions, ratioInterval, rememberedSums } from "../stats/bootstrap.ts";
import { clusterSums } from "../stats/clusters.ts";
import type { Estimate, Interval } from "../stats/interval.ts";
import { proportionRatio } from "../stats/proportionratio.ts";
import { normalQuantile } from "../stats/samplesizenormal.ts";
import { pairedQuality, type PairedQuality } from "./comparequality.ts";
import { amountRatio, type ComparedPair, paidRatio, type Unit } from "./paid.ts";
import { knowsQuality, type PairedQuestion, pairedQuestions } from "./precisionpairs.ts";
import { isMeteredAlike, type RatioOptions, ratioTo } from "./ratio.ts";
import { type Amounts, timedPairs, timeRatio } from "./times.ts";

/** How a candidate was found to stand to a baseline. */
export interface Measured {
  readonly value: number;
  /** What it would be of two that are alike: 0 of a difference, 1 of a ratio. */
  readonly alike: 0 | 1;
  /** At a confidence; absent where none can be given, as of one question. */
  readonly intervalAt: (confidence: number) => Interval | undefined;
  /** What no number of questions narrows: a factor at 95 %. */
  readonly open?: Interval;
  /** Questions behind it. */
  readonly questions: number;
  /** Of accuracies: how right the two were, question by question. */
  readonly quality?: PairedQuality;
  /** Where it rests on joules: whose. */
  readonly energy?: EnergySummary;
}

/** Why something cannot be had. */
export interface Incomparable {
  readonly why: string;
}

export interface MeasureOptions extends Omit<BootstrapOptions, "confidence"> {
  /** By which dollars are counted. Absent where there are no prices. */
  readonly scenario?: Scenario;
}

/** What an expectation is about, of two sides that were put the same questions. */
export function measured(
  pair: ComparedPair,
  { ratio, difference }: Pick<Expectation, "ratio" | "difference">,
  { scenario, ...bootstrap }: MeasureOptions,
): Measured | Incomparable {
  const needsQuality = difference !== undefined || ratio === "accuracy" || ratio?.endsWith("_per_correct") === true;
  const of = needsQuality ? pair : bothAnswered(pair);
  const questions = pairedQuestions(of.a, of.b);
  if (questions.length === 0) return { why: `no question was ${needsQuality ? "put to" : "answered by"} both` };
  const clusters = new Map(questions.map(({ question, cluster }) => [question, cluster]));
  const found: Found = {
    pair: of,
    questions,
    options: { sums: rememberedSums(), ...bootstrap, clusterOf: (question) => clusters.get(question) },
    scenario,
  };
  const why = needsQuality ? withoutQuality(pair) : undefined;
  if (why !== undefined) return { why };
  return difference === undefined ? ratioOf(ratio as Measure, found) : accuracyDifference(found);
}

/** Of what an answer takes nothing is said by a question that one of the two failed on: failing would look cheap. */
function bothAnswered({ a, b }: ComparedPair): ComparedPair {
  const failed = new Set([...a.failures, ...b.failures].map(({ question }) => question.id));
  const answered = [a, b].map((side) => new Set(side.answers.map(({ question }) => question.id)));
  const isKept = (id: string): boolean => !failed.has(id) && answered.every((ids) => ids.has(id));
  const only = (side: ComparedPair["a"]): ComparedPair["a"] => ({
    ...side,
    order: side.order.filter(isKept),
    answers: side.answers.filter(({ question }) => isKept(question.id)),
    failures: [],
    totals: side.totals.filter(({ question }) => isKept(question)),
  });
  return { a: only(a), b: only(b) };
}

interface Found {
  readonly pair: ComparedPair;
  readonly questions: readonly PairedQuestion[];
  readonly options: RatioOptions;
  readonly scenario: Scenario | undefined;
}

function withoutQuality({ a, b }: ComparedPair): string | undefined {
  if (![a, b].every(({ cell }) => isJudged(cell)))
    return "random weights have no quality: only what they take is measured";
  return knowsQuality(a) && knowsQuality(b) ? undefined : "one side never answered, or its task gives no credit";
}

function accuracyDifference(found: Found): Measured {
  const quality = qualityAt(found, 0.95);
  return {
    value: quality.difference.value,
    alike: 0,
    intervalAt: (confidence) => (confidence === 0.95 ? quality : qualityAt(found, confidence)).difference.interval,
    questions: found.questions.length,
    quality,
  };
}

function qualityAt({ questions, options }: Found, confidence: number): PairedQuality {
  return pairedQuality(questions, { ...options, confidence }) as PairedQuality;
}

function ratioOf(measure: Measure, found: Found): Measured | Incomparable {
  switch (measure) {
    case "accuracy":
      return accuracyRatio(found);
    case "latency":
      return timed(found, "latency", "answers", "took no time");
    case "time_to_first_token":
      return timed(found, "first", "answers", "wrote no token");
    case "time_per_output_token":
      return timed(found, "decode", "decoded", "wrote fewer than two tokens");
    case "output_tokens":
      return estimated(found, "wrote no token", (options) => {
        const tokens = ({ outputTokens }: { outputTokens: number }): number => outputTokens;
        return amountRatio(found.pair, { a: tokens, b: tokens }, "puts", options);
      });
    case "energy_per_answer":
    case "energy_per_correct":
      return energyRatio(found, unitOf(measure));
    case "usd_per_answer":
    case "usd_per_correct":
      return dollarRatio(found, unitOf(measure));
    case "compute_per_answer":
    case "compute_per_correct":
      return computeRatio(found, unitOf(measure));
    case "parameters_active":
    case "parameters_total":
    case "list_price":
    case "published_energy":
      throw new RangeError(`${measure} is not of answers`);
  }
}

const unitOf = (measure: Measure): Unit => (measure.endsWith("_per_correct") ? "credit" : "puts");

/** Of right and wrong the score interval, which does not collapse where nothing differs; of parts of credit, and of clusters, the bootstrap's. */
function accuracyRatio(found: Found): Measured | Incomparable {
  const { questions, options } = found;
  const [ours, theirs] = [
    questions.map(({ credit }) => credit),
    questions.map(({ referenceCredit }) => referenceCredit),
  ];
  const isPlain = questions.every(
    ({ credit, referenceCredit, cluster }) =>
      cluster === undefined && [credit, referenceCredit].every((one) => one === 0 || one === 1),
  );
  const value = sum(ours) / sum(theirs);
  if (!Number.isFinite(value)) return { why: "the baseline got nothing right" };
  const both = ours.filter((credit, i) => credit === 1 && theirs[i] === 1).length;
  const counts = { both, first: sum(ours) - both, second: sum(theirs) - both, items: questions.length };
  const clusters = questions.map(({ cluster }) => cluster);
  return {
    value,
    alike: 1,
    intervalAt: (confidence) =>
      isPlain
        ? proportionRatio(counts, normalQuantile((1 + confidence) / 2))
        : clusteredRatio(clusterSums(ours, clusters), clusterSums(theirs, clusters), { ...options, confidence }),
    questions: questions.length,
    quality: qualityAt(found, 0.95),
  };
}

/** Of clusters that next to never differ resampling shows nothing: the score interval of as many questions takes its place where it is wider. */
function clusteredRatio(
  ours: readonly number[],
  theirs: readonly number[],
  options: BootstrapOptions,
): Interval | undefined {
  const drawn = ratioInterval(ours, theirs, options);
  const count = (is: (one: number, other: number) => boolean): number =>
    ours.filter((one, i) => is(one, theirs[i] as number)).length;
  const [first, second] = [count((one, other) => one > other), count((one, other) => one < other)];
  if (drawn === undefined || first + second >= 10) return drawn;
  const counts = { both: count((one, other) => one === other && one > 0), first, second, items: ours.length };
  const { low, high } = proportionRatio(counts, normalQuantile((1 + (options.confidence ?? 0.95)) / 2));
  return { low: Math.min(drawn.low, low), high: Math.max(drawn.high, high) };
}

function timed(found: Found, top: keyof Amounts, bottom: keyof Amounts, otherwise: string): Measured | Incomparable {
  const { a, b } = found.pair;
  // An answer without a token has no first one, and to it none is to be compared.
  const pairs = timedPairs(a, b).filter(({ ours, theirs }) => top !== "first" || (ours.first > 0 && theirs.first > 0));
  return estimated(found, otherwise, (options) => timeRatio(pairs, top, bottom, options));
}

function energyRatio(found: Found, unit: Unit): Measured | Incomparable {
  const { a, b } = found.pair;
  if (a.energy === undefined || b.energy === undefined) return { why: "no energy was read" };
  if (!isMeteredAlike(a, b)) return { why: "their joules are of unlike grade, boundary or source" };
  const estimate = estimated(found, "got nothing right", (options) => {
    const both = ratioTo(b, a, options);
    return unit === "credit" ? both?.perCorrect : both?.perAnswer;
  });
  if ("why" in estimate) return estimate;
  return present({ ...estimate, energy: a.energy, open: a.energy.workload });
}

function dollarRatio(found: Found, unit: Unit): Measured | Incomparable {
  const { scenario } = found;
  if (scenario === undefined) return { why: "no price applies" };
  // One meter, one price and one PUE: dollars stand to each other as joules do.
  if (isEnergyPriced(scenario)) return energyRatio(found, unit);
  return estimated(found, "cost nothing or got nothing right", (options) =>
    paidRatio(found.pair, scenario, unit, options),
  );
}

function computeRatio(found: Found, unit: Unit): Measured | Incomparable {
  const { a, b } = found.pair;
  const [ours, theirs] = [a.model.parameters_active, b.model.parameters_active];
  if (ours === undefined || theirs === undefined)
    return { why: "how many parameters are active is not known of a graph that was built elsewhere" };
  const flops =
    (active: number) =>
    ({ promptTokens, outputTokens }: { promptTokens: number; outputTokens: number }): number =>
      2 * active * (promptTokens + outputTokens);
  return estimated(found, "got nothing right", (options) =>
    amountRatio(found.pair, { a: flops(ours), b: flops(theirs) }, unit, options),
  );
}

/** What a bootstrap gives, at any confidence. */
function estimated(
  { options, questions }: Found,
  otherwise: string,
  ratio: (options: RatioOptions) => Estimate | undefined,
): Measured | Incomparable {
  const usual = ratio(options);
  if (usual === undefined) return { why: `one side ${otherwise}` };
  return {
    value: usual.value,
    alike: 1,
    intervalAt: (confidence) => (confidence === 0.95 ? usual : ratio({ ...options, confidence }))?.interval,
    questions: questions.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
