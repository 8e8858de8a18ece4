import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import type { Environment } from "../run.ts";
import type { Estimate } from "../stats/interval.ts";
import { quantile, quantileInterval, sorted } from "../stats/quantile.ts";
import { unlikenessOf } from "./compareruns.ts";
import type { PairedQuestion } from "./precisionpairs.ts";
import { isMeteredAlike, isTie, ratioTo } from "./ratio.ts";
import { timedPairs } from "./times.ts";

/** Whether intervals overlap: of few questions they may, however far the figures lie apart. Apart says little by itself: two runs of one machine may be, too. */
export type SpeedVerdict = "overlaps" | "apart";

export interface ComparedSpeed {
  /** Median latency here over that of there, on the same questions; without a verdict where there are too few for intervals. */
  readonly latency?: { readonly ratio: number; readonly verdict?: SpeedVerdict };
  /** Energy per answer, likewise. Absent where grade, boundary or source differ. */
  readonly energy?: { readonly ratio: Estimate; readonly verdict?: SpeedVerdict };
}

/** What makes two machines one class. Virtual machines may all call their processor the same; family and model number do not. */
const CLASS = ["cpu_model", "cpu_family", "cpu_model_number", "cpus", "arch"] as const;

/** Why times and joules of two machines are not set beside each other, a sentence; undefined where they are. */
export function unlikeMachines(there: Environment, here: Environment): string | undefined {
  const facts = CLASS.filter(
    (fact) => there[fact] !== here[fact] || (fact === "cpu_model" && there[fact] === undefined),
  );
  if (facts.length === 0) return undefined;
  const shown = (value: string | number | undefined): string => (value === undefined ? "unknown" : `"${value}"`);
  const each = facts.map((fact) => `${fact} (${shown(there[fact])} there, ${shown(here[fact])} here)`);
  return `latency and energy are not compared: this is another kind of machine, by ${each.join(", ")}`;
}

/** What an answer took here beside there; both on machines of one class. */
export function speedOf(
  there: CellSummary,
  here: CellSummary,
  pairs: readonly PairedQuestion[],
  seed: number,
): ComparedSpeed {
  const clusters = new Map(pairs.map(({ question, cluster }) => [question, cluster]));
  // The same program on the same class of machine: what a model of power leaves open between two programs is not open here.
  const ratio = isMeteredAlike(there, here)
    ? ratioTo(sameProgram(there), sameProgram(here), { seed, clusterOf: (question) => clusters.get(question) })
        ?.perAnswer
    : undefined;
  return present({
    latency: latencyOf(there, here),
    energy: ratio && present({ ratio, verdict: verdictOf(ratio) }),
  });
}

function sameProgram(cell: CellSummary): CellSummary {
  if (cell.energy === undefined) return cell;
  const { workload: _workload, ...energy } = cell.energy;
  return { ...cell, energy };
}

function verdictOf(ratio: Estimate): SpeedVerdict | undefined {
  if (ratio.interval === undefined) return undefined;
  return isTie(ratio) ? "overlaps" : "apart";
}

/** Of the answers that both gave. Repeats of a question do not narrow an interval. */
function latencyOf(there: CellSummary, here: CellSummary): ComparedSpeed["latency"] | undefined {
  const pairs = timedPairs(here, there);
  const questions = new Set(pairs.map(({ question }) => question)).size;
  const median = (seconds: readonly number[]): Estimate => {
    const ordered = sorted(seconds);
    return present({ value: quantile(ordered, 0.5), interval: quantileInterval(ordered, 0.5, questions) });
  };
  if (questions === 0) return undefined;
  const now = median(pairs.map(({ ours }) => ours.latency));
  const before = median(pairs.map(({ theirs }) => theirs.latency));
  const ratio = now.value / before.value;
  return Number.isFinite(ratio) ? present({ ratio, verdict: overlap(before, now) }) : undefined;
}

function overlap({ interval: one }: Estimate, { interval: other }: Estimate): SpeedVerdict | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one.low <= other.high && other.low <= one.high ? "overlaps" : "apart";
}

interface Beside {
  readonly there: CellSummary;
  readonly here?: CellSummary;
}

/** Where the machine did other work, in one sentence at most: what is slower then need not be the model. */
export function otherWork(rows: readonly Beside[]): string[] {
  const run = rows.filter(({ here }) => here !== undefined);
  const isDisturbed = (cell: CellSummary | undefined): boolean =>
    cell?.caveats.some(({ id }) => id === "contaminated_windows" || id === "busy_machine") === true;
  const sides = (["there", "here"] as const).flatMap((side) => {
    const disturbed = run.filter((row) => isDisturbed(row[side])).length;
    return disturbed === 0 ? [] : [`${disturbed} of ${run.length} cells ${side}`];
  });
  return sides.length === 0 ? [] : [`other work disturbed ${sides.join(" and ")}`];
}

/** Why joules of cells on machines of one class are not set beside each other: a sentence for each kind of unlikeness. */
export function unlikeJoules(rows: readonly Beside[]): string[] {
  const why = rows.flatMap(({ there, here }) => {
    if (here === undefined || here.answers.length === 0 || isMeteredAlike(there, here)) return [];
    if (there.energy !== undefined && here.energy !== undefined) return unlikenessOf(there.energy, here.energy);
    if (there.energy === undefined && here.energy === undefined) return [];
    return there.energy === undefined ? "the run has none" : "none was measured here";
  });
  return [...new Set(why)].map((one) => `energy is not compared: ${one}`);
}
