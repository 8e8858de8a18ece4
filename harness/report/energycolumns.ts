import type { CellSummary, EnergySummary } from "../report.ts";
import type { Estimate } from "../stats/interval.ts";
import { type Column, column, identity, interval } from "./column.ts";

/** A row of `energy.csv`: a cell by one of the meters that cover its device. */
export interface EnergyRow {
  readonly cell: CellSummary;
  readonly energy: EnergySummary;
}

export function energyRows(cell: CellSummary): EnergyRow[] {
  return cell.energies.map((energy) => ({ cell, energy }));
}

const perMeter = column<EnergyRow>;
const OPEN = "95 % over questions, windows and the meter's gain (of the power model about 90 %)";

function estimate(
  name: string,
  about: string,
  of: (energy: EnergySummary) => Estimate | undefined,
): Column<EnergyRow>[] {
  return interval<EnergyRow>(name, about, (row) => of(row.energy), OPEN);
}

const regressed =
  (name: "promptToken" | "outputToken" | "question" | "grossPerAnswer" | "marginalPerAnswer") =>
  ({ perToken }: EnergySummary): Estimate | undefined =>
    typeof perToken === "string" ? undefined : perToken[name];

/** `energy.csv`: one row a cell and meter, best meter first. Boundaries differ: rows of one cell are never added. */
export const ENERGY_COLUMNS: readonly Column<EnergyRow>[] = [
  ...identity<EnergyRow>(
    (row) => row.cell,
    "run",
    "model",
    "task",
    "device",
    "precision",
    "threads",
    "batch",
    "solver",
  ),
  perMeter("meter", "meter, or meters of disjoint boundaries joined by +", (row) => row.energy.meter),
  perMeter("grade", "A counter, B integrated power, C model, D user constant", (row) => row.energy.grade),
  perMeter("boundary", "what the energy covers", (row) => row.energy.boundary),
  perMeter("source", "zones, boards, address, or table and date", (row) => row.energy.source),
  perMeter("status", "measured, modelled, stated, or below_resolution", (row) => statusOf(row.energy)),
  perMeter("windows", "windows behind the figures", (row) => row.energy.windows),
  perMeter(
    "windows_contaminated",
    "windows with other work, stolen time or throttling; absent where the system tells of none",
    (row) => row.energy.contaminated,
  ),
  perMeter(
    "windows_unread",
    "windows without a usable reading; nothing of theirs is in here",
    (row) => row.energy.unread,
  ),
  ...estimate("idle_bare_w", "power before any model was loaded", (energy) => energy.idleBare),
  ...estimate("idle_loaded_w", "power with the task's models loaded and nothing asked", (energy) => energy.idleLoaded),
  ...estimate(
    "gross_j_per_answer",
    "all the boundary drew, idle included, per question put; windows shared by time",
    (energy) => energy.grossPerAnswer,
  ),
  ...estimate("marginal_j_per_answer", "above idle with the model loaded", (energy) => energy.marginalPerAnswer),
  perMeter(
    "marginal_j_per_answer_bound",
    "upper bound where it cannot be told from nothing",
    (row) => row.energy.marginalBound,
  ),
  ...estimate(
    "above_bare_j_per_answer",
    "above idle before any model was loaded",
    (energy) => energy.aboveBarePerAnswer,
  ),
  ...estimate("gross_j_per_correct", "sum of energy / sum of credit", (energy) => energy.grossPerCorrect),
  ...estimate(
    "gross_j_per_output_token",
    "sum of energy / sum of output tokens",
    (energy) => energy.grossPerOutputToken,
  ),
  ...estimate(
    "nnls_j_per_prompt_token",
    "joules above idle of one more prompt token, by non-negative least squares over the windows",
    regressed("promptToken"),
  ),
  ...estimate(
    "nnls_j_per_output_token",
    "of one more output token after the first, likewise",
    regressed("outputToken"),
  ),
  ...estimate("nnls_j_per_question", "of one more question, likewise", regressed("question")),
  ...estimate("nnls_gross_j_per_answer", "what they add up to per answer, idle inside", regressed("grossPerAnswer")),
  ...estimate("nnls_marginal_j_per_answer", "what they add up to per answer", regressed("marginalPerAnswer")),
  perMeter("nnls_r2", "share of the windows' variation that the regression explains", ({ energy: { perToken } }) =>
    typeof perToken === "string" ? undefined : perToken.r2,
  ),
  perMeter("nnls_refused", "why there is no regression", ({ energy: { perToken } }) =>
    typeof perToken === "string" ? perToken : undefined,
  ),
  ...identity<EnergyRow>((row) => row.cell, "lowering", "weights"),
];

function statusOf({ grade, marginalBound, short }: EnergySummary): string {
  if (marginalBound !== undefined || short) return "below_resolution";
  if (grade === "C") return "modelled";
  return grade === "D" ? "stated" : "measured";
}
