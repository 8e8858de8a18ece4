import type { CellSummary, Percentiles } from "../report.ts";
import { BESIDE, bounds, type Column, column, identity, interval, perCorrectColumns, WITH_METER } from "./column.ts";

function percentileColumns(name: string, about: string, of: (row: CellSummary) => Percentiles): Column<CellSummary>[] {
  return [
    column(`${name}_p50_s`, `${about}, median`, (row) => of(row).p50?.value),
    column(`${name}_p90_s`, `${about}, 90th percentile; absent below 10 values`, (row) => of(row).p90?.value),
    column(`${name}_p99_s`, `${about}, 99th percentile; absent below 100 values`, (row) => of(row).p99?.value),
  ];
}

const perCell = column<CellSummary>;

/** `summary.csv`: one row a cell. Columns are only ever added, at the end. */
export const SUMMARY_COLUMNS: readonly Column<CellSummary>[] = [
  ...identity<CellSummary>((row) => row, "run", "model", "task", "device", "precision", "threads", "batch", "solver"),
  perCell(
    "questions",
    "answers wanted: questions x trials x the task's repeats; of a stopped run, those it came to",
    (row) => row.questions,
  ),
  perCell("answered", "answers that came", (row) => row.answers.length),
  perCell("failed", "answers that did not; they count as wrong", (row) => row.failures.length),
  perCell(
    "correct",
    "sum of credit over answers; this and all that is made of it absent of random weights",
    (row) => row.correct,
  ),
  ...interval<CellSummary>(
    "accuracy",
    "credit per question by the task's first metric that gives any, failures in the denominator, absent when no answer came; Wilson interval, between clusters where the task names any, or bootstrap over questions where credit is not 0 or 1",
    (row) => row.accuracy,
  ),
  perCell(
    "chance",
    "expected accuracy of a blind guess, as the task declares it, or counted from its choices",
    (row) => row.chance,
  ),
  perCell("accuracy_above_chance", "(accuracy - chance) / (1 - chance)", (row) => aboveChance(row)),
  perCell(
    "prompt_tokens",
    "tokens fed to the model: prompts of all calls and, where choices are scored, every choice",
    (row) => row.promptTokens,
  ),
  perCell("output_tokens", "tokens the model wrote, in all calls", (row) => row.outputTokens),
  perCell("output_tokens_per_answer", "tokens written per answer that came", (row) =>
    row.answers.length > 0 ? row.outputTokens / row.answers.length : undefined,
  ),
  perCell("load_s", "tokenizer and session creation, first trial; building the graph is not inside", (row) => row.load),
  perCell(
    "first_answer_s",
    "the first, cold answer of the process (a warm-up answer, not counted elsewhere)",
    (row) => row.firstAnswer,
  ),
  ...percentileColumns("ttft", "submission to first token, tokenisation inside", (row) => row.ttft),
  ...percentileColumns(
    "tpot",
    "(last token - first token) / (tokens - 1) of an answer, both summed over its calls",
    (row) => row.tpot,
  ),
  ...percentileColumns(
    "latency",
    "submission to complete answer, tokenisation and stop strings inside, scoring outside",
    (row) => row.latency,
  ),
  perCell(
    "prefill_tokens_per_s",
    "prompt tokens / (first token - end of tokenisation), summed over calls; generated answers only",
    (row) => row.prefillTokensPerSecond,
  ),
  perCell(
    "decode_tokens_per_s",
    "(tokens - 1) / (last token - first token), summed over calls",
    (row) => row.decodeTokensPerSecond,
  ),
  perCell("answers_per_s", "answers that came / wall time of the measured windows", (row) => row.answersPerSecond),
  perCell(
    "peak_memory_bytes",
    "largest resident set of the cell's process, runtime and harness inside",
    (row) => row.peakMemory,
  ),
  perCell("weight_bytes", "bytes of the weights in the graph", (row) => row.weightBytes),
  perCell("parameters_total", "stored parameters, a tied head once", (row) => row.model.parameters_total),
  perCell(
    "parameters_active",
    "parameters one token's forward pass reads: all but the experts not chosen and, where the head has a matrix of its own, the other rows of the embedding",
    (row) => row.model.parameters_active,
  ),
  ...interval<CellSummary>(
    "energy_gross_j_per_answer",
    "all the boundary drew, idle included, per question put",
    (row) => row.energy?.grossPerAnswer,
    WITH_METER,
  ),
  perCell(
    "energy_marginal_j_per_answer",
    "what the work added to idle with the model loaded, per question put; absent when it cannot be told from nothing",
    (row) => row.energy?.marginalPerAnswer?.value,
  ),
  perCell(
    "energy_marginal_j_per_answer_low",
    `its lower bound, ${WITH_METER}`,
    (row) => row.energy?.marginalPerAnswer?.interval?.low,
  ),
  perCell(
    "energy_marginal_j_per_answer_high",
    `its upper bound, ${WITH_METER}; also when it cannot be told from nothing`,
    (row) => row.energy?.marginalPerAnswer?.interval?.high ?? row.energy?.marginalBound,
  ),
  ...perCorrectColumns<CellSummary>(
    "energy_gross_j_per_correct",
    "sum of energy / sum of credit",
    WITH_METER,
    ({ energy }) => ({ estimate: energy?.grossPerCorrect, least: energy?.grossPerCorrectBound }),
  ),
  perCell(
    "energy_gross_j_per_output_token",
    "sum of energy / sum of output tokens",
    (row) => row.energy?.grossPerOutputToken?.value,
  ),
  perCell("energy_grade", "A counter, B integrated power, C model, D user constant", (row) => row.energy?.grade),
  perCell("energy_boundary", "what the energy covers", (row) => row.energy?.boundary),
  perCell("energy_source", "meter and its zones, or table and date", (row) => row.energy?.source),
  perCell("mbu", "model bandwidth utilisation; absent until the machine's peak bandwidth is measured", () => undefined),
  perCell("flags", "caveats of the row, by id", (row) => row.caveats.map((caveat) => caveat.id).join(" ") || undefined),
  perCell("trials", "passes over the questions, each in a fresh process", (row) => row.trials),
  perCell("windows", "measured windows behind time and energy", (row) => row.windows),
  ...bounds<CellSummary>("latency_p50_s", "median latency, by order statistics", (row) => row.latency.p50),
  ...bounds<CellSummary>(
    "energy_gross_j_per_output_token",
    "sum of energy / sum of output tokens",
    (row) => row.energy?.grossPerOutputToken,
    WITH_METER,
  ),
  ...interval<CellSummary>(
    "energy_ratio",
    "gross energy per correct answer over that of the cheapest row of the task by the same meter; paired, the meter's factor cancelled",
    (row) => row.energyRatio?.perCorrect,
    BESIDE,
  ),
  perCell("energy_ratio_to", "model of that cheapest row", (row) => row.energyRatio?.to.model),
  perCell(
    "energy_tie",
    "whether the ratio's interval holds 1: nobody can say which is cheaper",
    (row) => row.energyRatio?.tie,
  ),
  ...identity<CellSummary>((row) => row, "lowering", "weights"),
  perCell("energy_ratio_to_cell", "settings of that cheapest row", (row) => row.energyRatio?.to.key),
  perCell(
    "layers",
    "layers that ran, where only a share of them was asked for; absent where all did",
    (row) => row.cell.layers,
  ),
];

/** (p - c) / (1 - c): 0 is a blind guess, 1 is perfect, below 0 is worse than guessing. */
function aboveChance({ accuracy, chance }: CellSummary): number | undefined {
  if (accuracy === undefined || chance === undefined || chance === 1) return undefined;
  return (accuracy.value - chance) / (1 - chance);
}
