import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import { type Seconds, secondsFrom, type Share } from "../units.ts";
import { groupBy } from "./group.ts";

/** A question put to two cells, over the repeats that both had: repeats are folded, since they are no questions of their own. */
export interface PairedQuestion {
  /** Times it was put to both. */
  readonly puts: number;
  /** Mean over its repeats; a failure is worth 0. */
  readonly credit: Share;
  readonly referenceCredit: Share;
  /** Repeats on which the two were taken to say something else, right or wrong; two failures are alike. */
  readonly flips: number;
  /** Summed over the repeats that both answered. Absent where there are none. */
  readonly latency?: { readonly ours: Seconds; readonly theirs: Seconds };
}

/** A question put once: what came of it, or nothing where it failed. */
interface Put {
  readonly question: string;
  readonly trial: number;
  readonly extracted?: string;
  readonly credit: Share;
  readonly latency?: Seconds;
}

/** The questions that were put to both, in the task's order. A stopped run may have come to some of them in one cell only. */
export function pairedQuestions(cell: CellSummary, reference: CellSummary): PairedQuestion[] {
  const [ours, theirs] = [putsOf(cell), putsOf(reference)].map((puts) => groupBy(puts, ({ question }) => question));
  return cell.order.flatMap((id) => {
    const others = new Map((theirs?.get(id) ?? []).map((put) => [put.trial, put]));
    const pairs = (ours?.get(id) ?? []).flatMap((put): [Put, Put][] => {
      const other = others.get(put.trial);
      return other === undefined ? [] : [[put, other]];
    });
    return pairs.length === 0 ? [] : [folded(pairs)];
  });
}

function putsOf({ answers, failures }: CellSummary): Put[] {
  return [
    ...answers.map(({ question, trial, extracted, credit = 0, answer }) =>
      present({ question: question.id, trial, extracted, credit, latency: secondsFrom(answer.timing.latency) }),
    ),
    ...failures.map(({ question, trial }) => ({ question: question.id, trial, credit: 0 })),
  ];
}

function folded(pairs: readonly (readonly [Put, Put])[]): PairedQuestion {
  const sum = (of: (ours: Put, theirs: Put) => number): number =>
    pairs.reduce((total, [ours, theirs]) => total + of(ours, theirs), 0);
  const timed = pairs.flatMap(([{ latency: ours }, { latency: theirs }]) =>
    ours === undefined || theirs === undefined ? [] : [{ ours, theirs }],
  );
  const puts = pairs.length;
  return present({
    puts,
    credit: sum(({ credit }) => credit) / puts,
    referenceCredit: sum((_, { credit }) => credit) / puts,
    flips: sum((ours, theirs) => Number(ours.extracted !== theirs.extracted)),
    latency:
      timed.length === 0
        ? undefined
        : {
            ours: timed.reduce((total, { ours }) => total + ours, 0),
            theirs: timed.reduce((total, { theirs }) => total + theirs, 0),
          },
  });
}
