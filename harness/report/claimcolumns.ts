import { isModelled } from "../report.ts";
import { expectationText, neededText, reasonOf, settingsText, sideText } from "./claimreason.ts";
import type { JudgedClaim, JudgedExpectation } from "./claims.ts";
import { type Column, column, interval } from "./column.ts";

/** An expectation with the claim that it belongs to. */
export interface ClaimRow extends JudgedExpectation {
  readonly of: JudgedClaim;
}

export function claimRows(judged: readonly JudgedClaim[]): ClaimRow[] {
  return judged.flatMap((of) => of.rows.map((row) => Object.assign({}, row, { of })));
}

const CONFIDENCE =
  "at 1 - alpha, over questions, of times, joules and rents also windows; of modelled energy joined with what it leaves open between two programs; of list prices the range over what may be read and written";

/** One row a claim, expectation, pair and, where each task stands by itself, task. */
export const CLAIM_COLUMNS: readonly Column<ClaimRow>[] = [
  column("claim", "id of the claim in its file", ({ of }) => of.claim.id),
  column("text", "as it was said", ({ of }) => of.claim.text),
  column("expectation", "what it says of the candidate beside the baseline", ({ expectation, bound }) =>
    expectationText(expectation, bound),
  ),
  ...interval<ClaimRow>(
    "measured",
    "candidate over baseline, or less it where the expectation is a difference; absent where not comparable",
    ({ measured }) => measured,
    CONFIDENCE,
  ),
  column(
    "bound",
    "what the value is held against: as claimed, moved outwards by the margin",
    ({ bound }) => bound.value,
  ),
  column(
    "verdict",
    "of this expectation: supported, refuted, inconclusive or not comparable",
    ({ verdict }) => verdict,
  ),
  column(
    "questions_needed",
    "of what is inconclusive: with which it is decided with a probability of 0.8, if what was seen is true",
    ({ needed }) => (needed !== undefined && "questions" in needed ? needed.questions : undefined),
  ),
  column(
    "registered_before_run",
    "whether the claim stood as it stands before the first answer; absent where no run is behind it",
    ({ of }) => (of.run === undefined ? undefined : of.registration.before),
  ),
  column("claim_sha256", "SHA-256 of the claim with all that its file says for it", ({ of }) => of.claim.sha256),
  column(
    "run",
    "name of the run folder that it is judged by; absent where nothing was run for it",
    ({ of }) => of.run?.id,
  ),
  column(
    "claim_verdict",
    "of the claim: refuted if one expectation is, supported only if all are",
    ({ of }) => of.verdict,
  ),
  column("reason", "why, in a sentence", ({ of }) => reasonOf(of)),
  column("candidate", "what the claim speaks for", ({ pair }) => sideText(pair.candidate)),
  column("baseline", "what it is set beside", ({ pair }) => sideText(pair.baseline)),
  column("tasks", "whose questions are behind it, joined by spaces", ({ tasks }) => tasks.join(" ")),
  column("direction", "on which side of the bound the value is claimed to lie", ({ bound }) => bound.direction),
  column("margin", "how far beyond what is claimed still counts", ({ bound }) => bound.margin),
  column("alpha", "probability of a wrong verdict of what stands exactly at its bound", ({ of }) => of.claim.alpha),
  column("questions", "questions behind the value; absent where nothing was measured", ({ questions }) => questions),
  column(
    "note",
    "why not comparable or never decided, or where figures that were not measured come from",
    ({ note, needed }) => note ?? (needed !== undefined && "never" in needed ? neededText(needed) : undefined),
  ),
  column(
    "energy_grade",
    "where it rests on joules: A counter, B power samples, C model, D stated watts",
    ({ energy }) => energy?.grade,
  ),
  column("energy_boundary", "what those joules cover", ({ energy }) => energy?.boundary),
  column("energy_source", "where those joules come from", ({ energy }) => energy?.source),
  column(
    "modelled",
    "whether those joules are modelled; the interval then holds what the model leaves open between two programs",
    ({ energy }) => (energy === undefined ? undefined : isModelled(energy)),
  ),
  column("source", "who said it, where and when", ({ of }) => of.claim.source),
  column("registered", "when it was written down", ({ of }) => of.claim.registered),
  column("claimed", "the bound as it was claimed, without the margin", ({ bound }) => bound.stated),
  column(
    "reading",
    "how the words were read: the claim's note, and the expectation's",
    ({ of, expectation }) => [of.claim.note, expectation.note].flatMap((note) => note ?? []).join(" ") || undefined,
  ),
  column("settings", "how models were asked, as the file has it for the claim", ({ of }) =>
    of.run === undefined ? undefined : settingsText(of.claim),
  ),
  column("flags", "what a reader must know of the cells behind it, joined by spaces, as in summary.csv", ({ flags }) =>
    flags === undefined ? undefined : flags.join(" "),
  ),
];
