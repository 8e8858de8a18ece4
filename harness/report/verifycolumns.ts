import { type Column, column, identity, interval, SAMPLING } from "./column.ts";
import type { VerifiedCell } from "./verify.ts";

const perCell = column<VerifiedCell>;

/** `verification.csv`: one row a cell of the verified run. */
export const VERIFICATION_COLUMNS: readonly Column<VerifiedCell>[] = [
  perCell("run", "name of the run that verifies; absent where nothing was run", (row) => row.run),
  perCell("verified_run", "name of the run that is verified", (row) => row.there.run),
  ...identity<VerifiedCell>((row) => row.there, "model", "task", "device", "precision", "threads", "batch"),
  ...identity<VerifiedCell>((row) => row.there, "solver", "lowering"),
  perCell("questions", "questions put in both, which alone are compared; repeats are folded", (row) => row.questions),
  perCell(
    "quality_verdict",
    "identical: every answer was taken to be the same; agrees: some changed, and holm_p is 0.05 or more; differs: below; changed: model or task are not those of the run; failed, absent: it ran there and gave nothing here; not judged: answers earn no credit",
    (row) => row.verdict,
  ),
  perCell(
    "flips",
    "answers taken to be something else, whether right or wrong; one that failed beside one that came is one",
    (row) => row.quality?.flips,
  ),
  perCell(
    "accuracy_there",
    "credit per question in the verified run, a failure being wrong",
    (row) => row.accuracies?.there,
  ),
  perCell("accuracy_here", "the same here", (row) => row.accuracies?.here),
  ...interval<VerifiedCell>(
    "accuracy_difference",
    "accuracy_here - accuracy_there, question by question; Tango's score interval, of credit by parts and of clusters by paired bootstrap",
    (row) => row.quality?.difference,
  ),
  perCell(
    "mcnemar_p",
    "exact two-sided p-value of the questions that only one of the two got right, should they be equally likely; of credit by parts and of clusters by exchanging the two at random",
    (row) => row.quality?.mcnemar,
  ),
  perCell("holm_p", "mcnemar_p adjusted by Holm's step-down method for all rows that have one", (row) => row.holm),
  perCell(
    "latency_ratio",
    "median latency here / there, of the answers that both gave; absent on another class of machine",
    (row) => row.latency?.ratio,
  ),
  perCell(
    "latency_verdict",
    "overlaps: the 95 % intervals of the two medians do, as those of few questions may, however unlike; apart: they do not, which two runs of one machine may do, too",
    (row) => row.latency?.verdict,
  ),
  ...interval<VerifiedCell>(
    "energy_ratio",
    "gross energy per answer here / there by a meter of the same grade, boundary and source; else absent, as on another class of machine",
    (row) => row.energy?.ratio,
    `${SAMPLING} and windows`,
  ),
  perCell(
    "energy_verdict",
    "overlaps: the interval of energy_ratio holds 1; apart: it does not",
    (row) => row.energy?.verdict,
  ),
  perCell("reason", "why it is not compared, or what to know of what is", (row) => row.reason),
];
