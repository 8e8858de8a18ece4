import type { ActivityRow } from "./activity.ts";
import { BESIDE, type Column, column, identity, interval, SIDE_BY_SIDE } from "./column.ts";

const perRow = column<ActivityRow>;

/** `activity.csv`: one row a cell and the largest dense model, or else the one with the most active parameters, on the same task under the same settings. */
export const ACTIVITY_COLUMNS: readonly Column<ActivityRow>[] = [
  ...identity<ActivityRow>(
    (row) => row.cell,
    "run",
    "model",
    "task",
    "device",
    "precision",
    "threads",
    "batch",
    "solver",
    "lowering",
    "weights",
  ),
  perRow(
    "reference_model",
    "the largest dense model, or else the one with the most active parameters, which it stands beside",
    (row) => row.reference.cell.model,
  ),
  perRow("reference_lowering", "its lowering; absent without experts", (row) => row.reference.cell.lowering),
  perRow("questions", "questions that both answered", (row) => row.questions),
  perRow(
    "active_ratio",
    "parameters_active over those of the reference: the saving that is promised",
    (row) => row.active,
  ),
  perRow("total_ratio", "parameters_total over those of the reference", (row) => row.total),
  perRow("weight_bytes_ratio", "weight_bytes over those of the reference", (row) => row.weightBytes),
  ...interval<ActivityRow>(
    "ttft_ratio",
    "mean time to the first token over that of the reference",
    (row) => row.first,
    SIDE_BY_SIDE,
  ),
  ...interval<ActivityRow>(
    "decode_ratio",
    "mean time of a token after the first over that of the reference",
    (row) => row.decode,
    SIDE_BY_SIDE,
  ),
  ...interval<ActivityRow>(
    "latency_ratio",
    "mean time of an answer over that of the reference",
    (row) => row.latency,
    SIDE_BY_SIDE,
  ),
  ...interval<ActivityRow>(
    "energy_per_answer_ratio",
    "gross energy per answer over that of the reference by the same meter; absent where grade, boundary or source differ",
    (row) => row.energy?.perAnswer,
    BESIDE,
  ),
];
