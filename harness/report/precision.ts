import { Precision } from "../model.ts";
import { present } from "../present.ts";
import type { CellSummary, EnergyRatio } from "../report.ts";
import { type Estimate, wilson } from "../stats/interval.ts";
import { mcnemar, tango } from "../stats/pairedproportions.ts";
import type { Share } from "../units.ts";
import { groupBy } from "./group.ts";
import { knowsQuality, type PairedQuestion, pairedQuestions } from "./precisionpairs.ts";
import { isMeteredAlike, ratioTo } from "./ratio.ts";
import { timedPairs, timeRatio } from "./times.ts";

/** What a cell gives up and saves beside the same model on the same task in the most exact precision of the run. */
export interface PrecisionRow {
  readonly cell: CellSummary;
  readonly reference: CellSummary;
  /** Questions put to both; nothing else is compared. */
  readonly questions: number;
  /** Absent where either never answered, which says nothing of a precision, and where the weights are random. */
  readonly quality?: QualityBeside;
  /** Latency of the answers that both gave, over that of the reference. */
  readonly latency?: Estimate;
  /** Absent where the energies are of unlike grade, boundary or source. */
  readonly energy?: EnergyRatio;
  /** Bytes of everything stored in the graph, over those of the reference. */
  readonly weightBytes?: number;
}

/** How right a cell was beside its reference, question by question; a failure is a wrong answer. */
export interface QualityBeside {
  readonly accuracy: Share;
  readonly referenceAccuracy: Share;
  readonly difference: Estimate;
  readonly onlyReference: number;
  readonly onlyThis: number;
  /** Of the exact test on these two. */
  readonly mcnemar: number;
  /** Answers taken to be something else, right or wrong; one that failed beside one that came is among them. */
  readonly flips: number;
  readonly flipRate: Estimate;
}

/** Every cell beside the most exact precision of its model on its task under its settings, where there is one. */
export function precisionRows(cells: readonly CellSummary[], seed: number): PrecisionRow[] {
  const groups = groupBy(cells.filter(isRanked), ({ cell: { model, task, device, threads, batch, solver, weights } }) =>
    JSON.stringify([model, task, device, threads, batch, solver, weights]),
  );
  return [...groups.values()].flatMap((group) => {
    const [most = 0] = group.map(exactness).sort((a, b) => a - b);
    const references = group.filter((one) => exactness(one) === most);
    return group.flatMap((cell) => {
      const reference = references.find((one) => one.cell.lowering === cell.cell.lowering) ?? references[0];
      return exactness(cell) === most || reference === undefined ? [] : [rowOf(cell, reference, seed)];
    });
  });
}

/** 0 is the most exact. A graph built elsewhere has a precision of its own that nobody knows. */
function exactness({ cell }: CellSummary): number {
  return (Precision.options as readonly string[]).indexOf(cell.precision);
}

function isRanked(cell: CellSummary): boolean {
  return exactness(cell) >= 0;
}

function rowOf(cell: CellSummary, reference: CellSummary, seed: number): PrecisionRow {
  const questions = pairedQuestions(cell, reference);
  const [ours, theirs] = [cell.weightBytes, reference.weightBytes];
  return present({
    cell,
    reference,
    questions: questions.length,
    quality: knowsQuality(cell) && knowsQuality(reference) ? qualityOf(questions) : undefined,
    latency: timeRatio(timedPairs(cell, reference), "latency", "answers", { seed }),
    energy: isMeteredAlike(cell, reference) ? ratioTo(reference, cell, { seed }) : undefined,
    weightBytes: ours === undefined || theirs === undefined ? undefined : ours / theirs,
  });
}

function qualityOf(questions: readonly PairedQuestion[]): QualityBeside | undefined {
  const items = questions.length;
  if (items === 0) return undefined;
  const sum = (of: (question: PairedQuestion) => number): number =>
    questions.reduce((total, question) => total + of(question), 0);
  const better = sum(({ credit, referenceCredit }) => Math.max(0, credit - referenceCredit));
  const worse = sum(({ credit, referenceCredit }) => Math.max(0, referenceCredit - credit));
  const onlyReference = sum(({ credit, referenceCredit }) => Number(referenceCredit > credit));
  const onlyThis = sum(({ credit, referenceCredit }) => Number(credit > referenceCredit));
  const rate = sum(({ flips, puts }) => flips / puts) / items;
  return {
    accuracy: sum(({ credit }) => credit) / items,
    referenceAccuracy: sum(({ referenceCredit }) => referenceCredit) / items,
    difference: { value: (better - worse) / items, interval: tango({ first: better, second: worse, items }) },
    onlyReference,
    onlyThis,
    mcnemar: mcnemar(onlyThis, onlyReference),
    flips: sum(({ flips }) => flips),
    flipRate: { value: rate, interval: wilson(rate, items) },
  };
}
