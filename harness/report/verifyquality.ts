import { type CellSummary, isJudged } from "../report.ts";
import { type PairedQuality, pairedQuality } from "./comparequality.ts";
import type { Share } from "../units.ts";
import { knowsQuality, type PairedQuestion } from "./precisionpairs.ts";

/**
 * What is found of a cell's answers. `identical`: every one was taken to be the same, and earned the same. `agrees`: some changed, and
 * the test does not tell the two accuracies apart. `differs`: it does. `changed`: model or task are not those of the run. `failed` and
 * `absent`: it ran there, and gave nothing here. `not judged`: its answers earn no credit.
 */
export type QualityVerdict = "identical" | "agrees" | "differs" | "changed" | "failed" | "absent" | "not judged";

/** Below it, adjusted for all cells of a verification, two accuracies are told apart. */
export const SIGNIFICANT = 0.05;

export interface ComparedQuality {
  /** `differs` is found only once all cells are there. */
  readonly verdict: QualityVerdict;
  /** What was found here less what was found there. Absent where answers are not judged. */
  readonly quality?: PairedQuality;
  /** On the same questions; a failure is wrong. */
  readonly accuracies?: { readonly there: Share; readonly here: Share };
  readonly reason?: string;
}

/** How right a cell was here beside there, on the questions of `pairs`. */
export function qualityOf(
  there: CellSummary,
  here: CellSummary,
  pairs: readonly PairedQuestion[],
  seed: number,
): ComparedQuality {
  if (here.answers.length === 0) return nothingHere(here);
  if (there.answers.length === 0) return { verdict: "not judged", reason: "it gave no answer there" };
  if (!isJudged(there.cell)) return { verdict: "not judged", reason: "random weights: nothing is said of quality" };
  if (pairs.length === 0) return { verdict: "absent", reason: "none of its questions was put both there and here" };
  if (!knowsQuality(there) || !knowsQuality(here)) return withoutCredit(there, here, pairs);
  const quality = pairedQuality(pairs, { seed });
  if (quality === undefined) return { verdict: "absent" };
  const isSame = quality.flips === 0 && pairs.every(({ credit, referenceCredit }) => credit === referenceCredit);
  const rewritten = isSame ? otherTokens(there, here) : 0;
  return {
    verdict: isSame && rewritten === 0 ? "identical" : "agrees",
    quality,
    accuracies: accuraciesOf(pairs),
    ...(rewritten > 0 && { reason: `${rewritten} of its answers were taken to be the same and have other tokens` }),
    ...failuresOf(here),
  };
}

/** Answers with other tokens, read or written, than there: what they cost is made of those. */
function otherTokens(there: CellSummary, here: CellSummary): number {
  const tokensOf = ({ answers }: CellSummary): Map<string, string> =>
    new Map(
      answers.map(({ question, trial, answer: { prompt_tokens: read, output } }) => [
        `${trial}\n${question.id}`,
        JSON.stringify([read, output.type === "generation" ? output.tokens : []]),
      ]),
    );
  const known = tokensOf(there);
  return [...tokensOf(here)].filter(([key, tokens]) => (known.get(key) ?? tokens) !== tokens).length;
}

function accuraciesOf(pairs: readonly PairedQuestion[]): { there: Share; here: Share } {
  const mean = (of: (pair: PairedQuestion) => Share): Share =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  return { there: mean(({ referenceCredit }) => referenceCredit), here: mean(({ credit }) => credit) };
}

function nothingHere({ failures }: CellSummary): ComparedQuality {
  const [first] = failures;
  return first === undefined
    ? { verdict: "absent", reason: "it was stopped before its first answer" }
    : { verdict: "failed", reason: first.reason };
}

function failuresOf({ failures }: CellSummary): Pick<ComparedQuality, "reason"> {
  const [first] = failures;
  if (first === undefined) return {};
  return { reason: `${failures.length} of its answers failed here, the first by: ${first.reason}` };
}

/** Perplexities and texts without a reference: equal or not is all that can be said without a test. */
function withoutCredit(there: CellSummary, here: CellSummary, pairs: readonly PairedQuestion[]): ComparedQuality {
  const flips = pairs.reduce((sum, one) => sum + one.flips, 0);
  const gap = likelihoodGap(there, here);
  if (flips === 0 && gap === 0) return { verdict: "identical" };
  const puts = pairs.reduce((sum, one) => sum + one.puts, 0);
  const changes = [
    ...(flips > 0 ? [`${flips} of ${puts} answers changed`] : []),
    ...(gap > 0 ? [`log-likelihoods differ by up to ${(100 * gap).toPrecision(2)} %`] : []),
  ];
  return {
    verdict: "not judged",
    reason: `its answers earn no credit that a test could compare; ${changes.join(", ")}`,
  };
}

/** Largest relative difference of the log-likelihoods of answers that both gave; 0 where there are none. */
function likelihoodGap(there: CellSummary, here: CellSummary): number {
  const known = new Map(likelihoodsOf(there));
  const gaps = likelihoodsOf(here).map(([key, value]) => {
    const other = known.get(key);
    return other === undefined || other === value
      ? 0
      : Math.abs(value - other) / Math.max(Math.abs(value), Math.abs(other));
  });
  return gaps.reduce((most, gap) => Math.max(most, gap), 0);
}

function likelihoodsOf({ answers }: CellSummary): [string, number][] {
  return answers.flatMap(({ question, trial, answer: { output } }) =>
    output.type === "likelihoods"
      ? output.choices.map((choice, i): [string, number] => [
          JSON.stringify([question.id, trial, i]),
          choice.log_likelihood,
        ])
      : [],
  );
}
