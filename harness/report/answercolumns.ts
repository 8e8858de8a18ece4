import { type CellSummary, type FailedAnswer, isJudged, type JudgedAnswer } from "../report.ts";
import { secondsFrom } from "../units.ts";
import { type Column, column, identity } from "./column.ts";
import { outputTokens } from "./timing.ts";

/** A row of `answers.csv`: an answer in its cell, come or failed. */
export interface AnswerRow {
  readonly cell: CellSummary;
  readonly trial: number;
  readonly question: string;
  readonly answered?: JudgedAnswer;
  readonly failed?: FailedAnswer;
}

const perAnswer = column<AnswerRow>;

/** `answers.csv`: one row an answer. What the model wrote is in observations.jsonl, not in here. */
export const ANSWER_COLUMNS: readonly Column<AnswerRow>[] = [
  ...identity<AnswerRow>((row) => row.cell, "run", "model", "task", "device", "precision", "batch", "solver"),
  perAnswer("trial", "pass, from 0", (row) => row.trial),
  perAnswer("question", "question id within its task", (row) => row.question),
  perAnswer(
    "extracted",
    "the answer as it was judged: filtered text, or the index of the choice",
    (row) => row.answered?.extracted,
  ),
  perAnswer("credit", "what it is worth, 0 to 1; a failure is worth 0; absent of random weights", (row) =>
    row.answered === undefined && isJudged(row.cell.cell) ? 0 : row.answered?.credit,
  ),
  perAnswer("outcome", "answered or failed", (row) => (row.answered === undefined ? "failed" : "answered")),
  perAnswer("reason", "why it failed", (row) => row.failed?.reason),
  perAnswer("prompt_tokens", "tokens fed to the model", (row) => row.answered?.answer.prompt_tokens),
  perAnswer("output_tokens", "tokens the model wrote, in all calls", (row) => writtenTokens(row.answered)),
  perAnswer("ttft_s", "submission to first token", (row) => firstToken(row.answered)),
  perAnswer("latency_s", "submission to complete answer", (row) =>
    row.answered === undefined ? undefined : secondsFrom(row.answered.answer.timing.latency),
  ),
  perAnswer("energy_gross_j", "share of its window's energy", (row) => row.answered?.energy),
  perAnswer("energy_attribution", "how the window's energy was shared", (row) =>
    row.answered?.energy === undefined ? undefined : "time_share",
  ),
  ...identity<AnswerRow>((row) => row.cell, "threads", "lowering", "weights"),
];

function writtenTokens(answered: JudgedAnswer | undefined): number | undefined {
  return answered && outputTokens(answered.answer);
}

function firstToken(answered: JudgedAnswer | undefined): number | undefined {
  const [first] = answered?.answer.timing.tokens ?? [];
  return first === undefined ? undefined : secondsFrom(first);
}

/** Every answer of a cell, come or failed, by trial and then in the order of the task's questions. */
export function answerRows(cell: CellSummary): AnswerRow[] {
  const place = new Map(cell.order.map((id, index) => [id, index]));
  const placeOf = (row: AnswerRow): number => place.get(row.question) ?? cell.order.length;
  const answered = cell.answers.map((answer): AnswerRow => ({
    cell,
    trial: answer.trial,
    question: answer.question.id,
    answered: answer,
  }));
  const failed = cell.failures.map((failure): AnswerRow => ({
    cell,
    trial: failure.trial,
    question: failure.question.id,
    failed: failure,
  }));
  return [...answered, ...failed].sort((a, b) => a.trial - b.trial || placeOf(a) - placeOf(b));
}
