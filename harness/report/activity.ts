import { present } from "../present.ts";
import type { CellSummary, EnergyRatio } from "../report.ts";
import { pairedRatioInterval } from "../stats/bootstrap.ts";
import type { Estimate } from "../stats/interval.ts";
import { type Seconds, secondsFrom } from "../units.ts";
import { groupBy } from "./group.ts";
import { isMeteredAlike, ratioTo } from "./ratio.ts";
import { callsOf, decoding } from "./timing.ts";

/**
 * What a cell takes beside the largest dense model on the same task under the same settings, or, where none is dense, the one with the
 * most active parameters: whether fewer active parameters save what they promise. Ratios below 1 are savings.
 */
export interface ActivityRow {
  readonly cell: CellSummary;
  readonly reference: CellSummary;
  /** Questions that both answered; nothing else is compared. */
  readonly questions: number;
  /** Of parameters that a token's forward pass reads. */
  readonly active: number;
  readonly total?: number;
  /** Of everything stored in the graph. */
  readonly weightBytes?: number;
  /** Of the time to the first token. */
  readonly first?: Estimate;
  /** Of the time of a token after the first. */
  readonly decode?: Estimate;
  readonly latency?: Estimate;
  /** Absent where the energies are of unlike grade, boundary or source. */
  readonly energy?: EnergyRatio;
}

/** Every cell beside that one, where active parameters are known and there are others. */
export function activityRows(cells: readonly CellSummary[], seed: number): ActivityRow[] {
  const groups = groupBy(
    cells.filter((cell) => activeOf(cell) > 0),
    ({ cell: { task, device, precision, threads, batch, solver, weights } }) =>
      JSON.stringify([task, device, precision, threads, batch, solver, weights]),
  );
  return [...groups.values()].flatMap((group) => {
    const dense = group.filter(({ model }) => model.experts === undefined);
    const reference = (dense.length > 0 ? dense : group).reduce((most, cell) =>
      activeOf(cell) > activeOf(most) ? cell : most,
    );
    return group.filter((cell) => cell.cell.model !== reference.cell.model).map((cell) => rowOf(cell, reference, seed));
  });
}

function activeOf({ model }: CellSummary): number {
  return model.parameters_active ?? 0;
}

function rowOf(cell: CellSummary, reference: CellSummary, seed: number): ActivityRow {
  const pairs = commonTimes(cell, reference);
  const ratio = (top: keyof Times, bottom: keyof Times): Estimate | undefined => {
    const [ours, theirs] = [0, 1].map((side): [number[], number[]] => [
      pairs.map((pair) => (pair[side] as Times)[top]),
      pairs.map((pair) => (pair[side] as Times)[bottom]),
    ]) as [[number[], number[]], [number[], number[]]];
    const value = sum(ours[0]) / sum(ours[1]) / (sum(theirs[0]) / sum(theirs[1]));
    if (!Number.isFinite(value)) return undefined;
    return present({ value, interval: pairedRatioInterval(ours, theirs, { seed }) });
  };
  return present({
    cell,
    reference,
    questions: pairs.length,
    active: activeOf(cell) / activeOf(reference),
    total: quotient(cell.model.parameters_total, reference.model.parameters_total),
    weightBytes: quotient(cell.weightBytes, reference.weightBytes),
    first: ratio("first", "answers"),
    decode: ratio("decode", "decoded"),
    latency: ratio("latency", "answers"),
    energy: isMeteredAlike(cell, reference) ? ratioTo(reference, cell, { seed }) : undefined,
  });
}

/** What the answers to one question took together, over its repeats. */
interface Times {
  readonly answers: number;
  readonly first: Seconds;
  /** From the first token to the last. */
  readonly decode: Seconds;
  /** Tokens after the first. */
  readonly decoded: number;
  readonly latency: Seconds;
}

function commonTimes(a: CellSummary, b: CellSummary): [Times, Times][] {
  const [ours, theirs] = [timesOf(a), timesOf(b)];
  return a.order.flatMap((id): [Times, Times][] => {
    const [one, other] = [ours.get(id), theirs.get(id)];
    return one === undefined || other === undefined ? [] : [[one, other]];
  });
}

function timesOf({ answers }: CellSummary): Map<string, Times> {
  const of = groupBy(answers, ({ question }) => question.id);
  return new Map(
    [...of].map(([id, repeats]) => {
      const timings = repeats.map(({ answer }) => answer.timing);
      const decoded = timings.map((timing) => decoding(callsOf(timing)));
      return [
        id,
        {
          answers: repeats.length,
          first: secondsFrom(sum(timings.map(({ tokens }) => tokens[0] ?? 0))),
          decode: secondsFrom(sum(decoded.map(({ time }) => time))),
          decoded: sum(decoded.map(({ steps }) => steps)),
          latency: secondsFrom(sum(timings.map(({ latency }) => latency))),
        },
      ] as const;
    }),
  );
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
