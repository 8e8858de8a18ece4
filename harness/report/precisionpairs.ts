import { present } from "../present.ts";
import { type CellSummary, isJudged } from "../report.ts";
import type { Question } from "../task.ts";
import type { Share } from "../units.ts";
import { groupBy } from "./group.ts";

/** A question put to two cells, over the repeats that both had: repeats are folded, since they are no questions of their own. */
export interface PairedQuestion {
  readonly question: string;
  /** What it has in common with others: their errors are not independent. Absent where it stands alone. */
  readonly cluster?: string;
  /** Times it was put to both. */
  readonly puts: number;
  /** Mean over its repeats; a failure is worth 0. */
  readonly credit: Share;
  readonly referenceCredit: Share;
  /** Repeats on which the two were taken to say something else, right or wrong; two failures are alike. */
  readonly flips: number;
}

/** A question put once: what came of it, or nothing where it failed. */
interface Put {
  readonly question: string;
  readonly cluster?: string;
  readonly trial: number;
  readonly extracted?: string;
  readonly credit: Share;
}

/** As much of a cell as its answers are compared by. */
export type Answered = Pick<CellSummary, "cell" | "order" | "answers" | "failures" | "accuracy">;

/** The questions that were put to both, in the task's order. A stopped run may have come to some of them in one cell only. */
export function pairedQuestions(cell: Answered, reference: Answered): PairedQuestion[] {
  const [ours, theirs] = [putsOf(cell), putsOf(reference)].map((puts) => groupBy(puts, ({ question }) => question));
  return cell.order.flatMap((id) => {
    const others = new Map((theirs?.get(id) ?? []).map((put) => [put.trial, put]));
    const pairs = (ours?.get(id) ?? []).flatMap((put): [Put, Put][] => {
      const other = others.get(put.trial);
      return other === undefined ? [] : [[put, other]];
    });
    const [first] = pairs;
    return first === undefined ? [] : [folded(first[0], pairs)];
  });
}

function putsOf({ answers, failures }: Answered): Put[] {
  return [
    ...answers.map(({ question, trial, extracted, credit = 0 }) =>
      present({ ...known(question), trial, extracted, credit }),
    ),
    ...failures.map(({ question, trial }) => ({ ...known(question), trial, credit: 0 })),
  ];
}

function known({ id, cluster }: Question): Pick<Put, "question" | "cluster"> {
  return present({ question: id, cluster });
}

function folded({ question, cluster }: Put, pairs: readonly (readonly [Put, Put])[]): PairedQuestion {
  const sum = (of: (ours: Put, theirs: Put) => number): number =>
    pairs.reduce((total, [ours, theirs]) => total + of(ours, theirs), 0);
  const puts = pairs.length;
  return present({
    question,
    cluster,
    puts,
    credit: sum(({ credit }) => credit) / puts,
    referenceCredit: sum((_, { credit }) => credit) / puts,
    flips: sum((ours, theirs) => Number(ours.extracted !== theirs.extracted)),
  });
}

/** Whether anything is known of how right a cell was: nothing where it never answered, nor of random weights. */
export function knowsQuality({ cell, accuracy }: Answered): boolean {
  return isJudged(cell) && accuracy !== undefined;
}
