import { BESIDE, type Column, column, identity, interval, SIDE_BY_SIDE } from "./column.ts";
import type { PrecisionRow } from "./precision.ts";

const perPair = column<PrecisionRow>;

/** `precisions.csv`: one row a cell and the most exact precision of the same model on the same task under the same settings. */
export const PRECISION_COLUMNS: readonly Column<PrecisionRow>[] = [
  ...identity<PrecisionRow>((row) => row.cell, "run", "model", "task", "device", "precision", "threads", "batch"),
  ...identity<PrecisionRow>((row) => row.cell, "solver", "lowering", "weights"),
  perPair(
    "reference_precision",
    "the most exact one of the run, which it stands beside: fp32 before fp16, int8 and int4",
    (row) => row.reference.cell.precision,
  ),
  perPair(
    "reference_lowering",
    "its lowering: the same, unless each precision was given the one that is fastest for it",
    (row) => row.reference.cell.lowering,
  ),
  perPair("questions", "questions put to both; repeats are folded", (row) => row.questions),
  perPair("accuracy", "credit per question; a failure is wrong", (row) => row.quality?.accuracy),
  perPair("reference_accuracy", "the same of the reference", (row) => row.quality?.referenceAccuracy),
  ...interval<PrecisionRow>(
    "accuracy_difference",
    "accuracy - reference_accuracy, question by question; Tango's score interval",
    (row) => row.quality?.difference,
  ),
  perPair(
    "only_reference_correct",
    "questions that only the reference got right; of repeats that differ, more often",
    (row) => row.quality?.onlyReference,
  ),
  perPair("only_this_correct", "questions that only this one got right, likewise", (row) => row.quality?.onlyThis),
  perPair(
    "mcnemar_p",
    "exact two-sided p-value of these two, should they be equally likely; somewhat more cautious than the interval",
    (row) => row.quality?.mcnemar,
  ),
  perPair(
    "flips",
    "answers taken to be something else, whether right or wrong; one that failed beside one that came is one",
    (row) => row.quality?.flips,
  ),
  ...interval<PrecisionRow>(
    "flip_rate",
    "flips per answer; Wilson interval over questions",
    (row) => row.quality?.flipRate,
  ),
  ...interval<PrecisionRow>(
    "latency_ratio",
    "sum of latencies over that of the reference, of the answers that both gave",
    (row) => row.latency,
    SIDE_BY_SIDE,
  ),
  ...interval<PrecisionRow>(
    "energy_per_answer_ratio",
    "gross energy per answer over that of the reference by the same meter, its factor cancelled; absent where grade, boundary or source differ",
    (row) => row.energy?.perAnswer,
    BESIDE,
  ),
  ...interval<PrecisionRow>(
    "energy_ratio",
    "gross energy per correct answer over that of the reference, likewise; absent when either has nothing correct",
    (row) => (row.quality === undefined ? undefined : row.energy?.perCorrect),
    BESIDE,
  ),
  perPair(
    "weight_bytes_ratio",
    "bytes of everything stored in the graph over those of the reference",
    (row) => row.weightBytes,
  ),
];
