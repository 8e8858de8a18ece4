import type { CostRow } from "../cost/costs.ts";
import { isEnergyPriced, type Scenario } from "../cost/scenario.ts";
import { present } from "../present.ts";
import type { CellSummary, EnergyRatio } from "../report.ts";
import { type BootstrapOptions, rememberedSums } from "../stats/bootstrap.ts";
import { holm } from "../stats/holm.ts";
import type { Estimate } from "../stats/interval.ts";
import { type PairedQuality, pairedQuality } from "./comparequality.ts";
import { type CellPair, pairsOf } from "./comparepairs.ts";
import { usualScenario } from "./costtable.ts";
import { groupBy } from "./group.ts";
import { knowsQuality, pairedQuestions } from "./precisionpairs.ts";
import { paidRatio } from "./paid.ts";
import { isMeteredAlike, ratioTo } from "./ratio.ts";
import { timedPairs, timeRatio } from "./times.ts";

/** Two cells on the same questions, `a` beside `b`: a row of `comparisons.csv`. */
export interface Comparison extends CellPair {
  /** Questions put to both; nothing else is compared. */
  readonly questions: number;
  /** Absent where either never answered, which says nothing of a model, and of random weights. */
  readonly quality?: PairedQuality;
  /** Latency of the answers that both gave, over that of `b`. Absent between runs, with all that follows: machines drift. */
  readonly latency?: Estimate;
  /** Absent where the energies are of unlike grade, boundary or source. */
  readonly energy?: EnergyRatio;
  /** USD per correct answer over those of `b`. */
  readonly paid?: { readonly scenario: Scenario; readonly usdPerCorrect: Estimate };
  /** Holm's p-value among all rows that it stands with. */
  readonly holm?: number;
}

/** Every pair of a run's cells (`pairsOf`). */
export function comparisonsOf(cells: readonly CellSummary[], costs: readonly CostRow[], seed: number): Comparison[] {
  const scenario = costs.length === 0 ? undefined : usualScenario(costs);
  const byTask = groupBy(pairsOf(cells), ({ a }) => a.cell.task);
  const rows = [...byTask.values()].flatMap((pairs) => {
    const options = { seed, sums: rememberedSums() };
    return pairs.map((pair) => comparisonOf(pair, scenario, options));
  });
  return withHolm(rows);
}

/** Of two runs: who is how right, and nothing of what it takes. */
export function qualityOf({ a, b }: CellPair, seed: number): Comparison {
  const questions = pairedQuestions(a, b);
  const quality = knowsQuality(a) && knowsQuality(b) ? pairedQuality(questions, { seed }) : undefined;
  return present({ a, b, questions: questions.length, quality });
}

function comparisonOf(pair: CellPair, scenario: Scenario | undefined, bootstrap: BootstrapOptions): Comparison {
  const { a, b } = pair;
  const questions = pairedQuestions(a, b);
  const clusters = new Map(questions.map(({ question, cluster }) => [question, cluster]));
  const options = { ...bootstrap, clusterOf: (question: string) => clusters.get(question) };
  const energy = isMeteredAlike(a, b) ? ratioTo(b, a, options) : undefined;
  const usdPerCorrect =
    scenario && (isEnergyPriced(scenario) ? energy?.perCorrect : paidRatio(pair, scenario, "credit", options));
  return present({
    ...qualityOf(pair, bootstrap.seed),
    latency: timeRatio(timedPairs(a, b), "latency", "answers", bootstrap),
    energy,
    paid: scenario && usdPerCorrect && { scenario, usdPerCorrect },
  });
}

/** Rows that stand together make one family of tests. */
export function withHolm(rows: readonly Comparison[]): Comparison[] {
  const tested = rows.filter(({ quality }) => quality !== undefined);
  const adjusted = holm(tested.flatMap(({ quality }) => quality?.mcnemar ?? []));
  const holmOf = new Map(tested.map((row, i) => [row, adjusted[i]]));
  return rows.map((row) => present({ ...row, holm: holmOf.get(row) }));
}
