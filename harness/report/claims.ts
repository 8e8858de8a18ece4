import { type Claim, type Expectation, isDeclared, kindOf, type Pair, type Side } from "../claim.ts";
import type { CostRow } from "../cost/costs.ts";
import type { PriceRow } from "../cost/price.ts";
import { type Scenario, scenariosNamed } from "../cost/scenario.ts";
import type { ModelRecord } from "../model.ts";
import { present } from "../present.ts";
import type { CaveatId, CellSummary, EnergySummary } from "../report.ts";
import type { Run } from "../run.ts";
import { rememberedSums } from "../stats/bootstrap.ts";
import type { Estimate, Interval } from "../stats/interval.ts";
import { isWanted, wantedCells, wantedOf } from "./claimcells.ts";
import { type Measured, measured } from "./claimmeasure.ts";
import { decomposed } from "./claimprices.ts";
import {
  type Bound,
  boundsOf,
  decided,
  jointly,
  type Needed,
  questionsToDecide,
  type Verdict,
} from "./claimverdict.ts";
import { usualScenario } from "./costtable.ts";
import { type Compared, pooled } from "./pool.ts";

/** One thing that a claim says, of one of its pairs, and whether it holds: a row of `claims.csv`. */
export interface JudgedExpectation {
  readonly pair: Pair;
  /** The tasks behind it. */
  readonly tasks: readonly string[];
  readonly expectation: Expectation;
  readonly bound: Bound;
  readonly verdict: Verdict;
  /** Its interval at `1 - alpha`; of prices and of what configs declare the range that they leave. */
  readonly measured?: Estimate;
  /** Questions behind it. */
  readonly questions?: number;
  /** Of what is inconclusive. */
  readonly needed?: Needed;
  /** Why it is not comparable; of what was not measured, where its figures come from. */
  readonly note?: string;
  /** Where it rests on joules: whose. */
  readonly energy?: EnergySummary;
  /** What a reader must know of the cells behind it. */
  readonly flags?: readonly CaveatId[];
}

/** Whether a claim was written down before what it is judged by. */
export type Registration = { readonly before: true } | { readonly before: false; readonly why: string };

export interface JudgedClaim {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly rows: readonly JudgedExpectation[];
  /** The run that it is judged by. Absent of prices and declarations. */
  readonly run?: Run;
  readonly registration: Registration;
}

/** As much of a report as claims are judged by. */
export interface AnsweredRun {
  readonly run: Run;
  readonly cells: readonly CellSummary[];
  readonly costs: readonly CostRow[];
}

/** What claims are judged by. */
export interface Evidence {
  /** The run with the cells of this claim; or why there is none. */
  readonly report?: AnsweredRun;
  readonly missing?: string;
  readonly registration: Registration;
  readonly books: readonly PriceRow[];
  /** What the config of a model declares, by the name that a claim gives it. */
  readonly declared: (model: string) => Pick<ModelRecord, "parameters_active" | "parameters_total">;
  readonly resamples?: number;
}

/** Judges a claim: each of its expectations of each of its pairs, and all of them together. */
export function judge(claim: Claim, evidence: Evidence): JudgedClaim {
  const groups = claim.across === "each" ? claim.tasks.map((task) => [task]) : [claim.tasks];
  const wanted = claim.pairs.flatMap((pair) =>
    claim.expect.flatMap((expectation) => {
      const isAsked = kindOf(pair.candidate) === "model" && !isDeclared(expectation.ratio);
      const asked = isAsked ? groups : [[]];
      return asked.flatMap((tasks) => boundsOf(expectation).map((bound) => ({ pair, tasks, expectation, bound })));
    }),
  );
  const level = { alpha: claim.alpha, tests: wanted.length };
  const sums = rememberedSums();
  const judgedRow = (row: (typeof wanted)[number]): JudgedExpectation => {
    const found = findingOf(row, claim, evidence, sums);
    if ("why" in found) return { ...row, verdict: "not comparable", note: found.why };
    const { basis, flags, ...ofAnswers } = found;
    const verdict = decided(ofAnswers, row.bound, level);
    return present({
      ...row,
      verdict,
      measured: present({ value: found.value, interval: found.intervalAt(1 - claim.alpha) }),
      questions: found.questions === 0 ? undefined : found.questions,
      needed: verdict === "inconclusive" ? questionsToDecide(found, row.bound, level) : undefined,
      note: basis,
      energy: found.energy,
      flags,
    });
  };
  const rows = wanted.map(judgedRow);
  const { report, registration } = evidence;
  const usesRun = wantedCells(claim).length > 0;
  return present({
    claim,
    verdict: jointly(rows.map(({ verdict }) => verdict)),
    rows,
    run: usesRun ? report?.run : undefined,
    registration,
  });
}

type Wanted = Pick<JudgedExpectation, "pair" | "tasks" | "expectation">;
/** With where it comes from, if from no run. */
type Finding = Measured & { readonly basis?: string; readonly flags?: readonly CaveatId[] };

function findingOf(
  { pair, tasks, expectation }: Wanted,
  claim: Claim,
  evidence: Evidence,
  sums: ReturnType<typeof rememberedSums>,
): Finding | { why: string } {
  const { candidate, baseline } = pair;
  if (isDeclared(expectation.ratio)) return declaredRatio(pair, expectation, evidence);
  if (kindOf(candidate) !== "model") {
    const priced = decomposed(pair, expectation, evidence.books);
    return "why" in priced ? priced : exactly(priced.value, priced.range, priced.basis);
  }
  const { report } = evidence;
  if (report === undefined) return { why: evidence.missing ?? "no run has its cells" };
  const scenario = scenarioOf(expectation, report, evidence.books);
  const [a, b] = [sideOf(candidate, tasks, claim, report), sideOf(baseline, tasks, claim, report)];
  if ("why" in a) return a;
  if ("why" in b) return b;
  if (a.cell.key === b.cell.key) return { why: "candidate and baseline are the same cell of the run" };
  const { seed } = report.run.plan;
  const found = measured({ a, b }, expectation, present({ seed, resamples: evidence.resamples, sums, scenario }));
  return { ...found, flags: [...new Set([...a.caveats, ...b.caveats].map(({ id }) => id))] };
}

/** A figure that no question stands behind, and that no question could narrow. */
function exactly(value: number, range: Interval, basis: string): Finding {
  return { value, alike: 1, intervalAt: () => range, questions: 0, basis };
}

function declaredRatio(
  { candidate, baseline }: Pair,
  { ratio }: Expectation,
  { declared }: Evidence,
): Finding | { why: string } {
  const [ours, theirs] = [candidate, baseline].map((side) =>
    "model" in side ? declared(side.model)[ratio as "parameters_active"] : undefined,
  );
  if (ours === undefined || theirs === undefined)
    return { why: "a graph that was built elsewhere declares no parameters" };
  const value = ours / theirs;
  return exactly(value, { low: value, high: value }, `counted from the configs: ${ours} and ${theirs}`);
}

/** A side's cells on these tasks as one; or what is missing of them. */
function sideOf(
  side: Side,
  tasks: readonly string[],
  claim: Claim,
  { cells }: AnsweredRun,
): Compared | { why: string } {
  const found: CellSummary[] = [];
  for (const task of tasks) {
    const wanted = wantedOf(side, task, claim);
    const cell = wanted && cells.find((one) => isWanted(wanted, one.cell));
    if (cell === undefined)
      return { why: `the run has no answers of ${wanted?.model} to ${wanted?.task} under these settings` };
    found.push(cell);
  }
  return pooled(found);
}

function scenarioOf(
  { scenario }: Expectation,
  { costs, run }: AnsweredRun,
  books: readonly PriceRow[],
): Scenario | undefined {
  if (scenario !== undefined) return scenariosNamed(scenario, books, run.environment)[0];
  return costs.length === 0 ? undefined : usualScenario(costs);
}
