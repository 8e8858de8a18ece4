import type { ModelRecord } from "./model.ts";
import type { Answer } from "./observation.ts";
import type { Cell } from "./run.ts";
import type { Estimate } from "./stats/interval.ts";
import type { Question } from "./task.ts";
import type { Bytes, Joules, Seconds, Share } from "./units.ts";

/** How far an energy figure can be trusted: A a counter, B integrated power samples, C a model, D a user's constant. */
export type Grade = "A" | "B" | "C" | "D";

/** Where joules come from, and what they cover. Unlike grades or boundaries are never ranked against each other. */
export interface EnergyProvenance {
  readonly grade: Grade;
  readonly boundary: string;
  readonly source: string;
}

/** One answer, judged. `energy` is its share of its window by time: a window is what was measured. */
export interface JudgedAnswer {
  readonly question: Question;
  readonly trial: number;
  readonly extracted: string;
  readonly credit: Share;
  readonly answer: Answer;
  readonly energy?: Joules;
}

export interface FailedAnswer {
  readonly question: Question;
  readonly trial: number;
  readonly reason: string;
}

/** A quantile with its distribution-free interval, where the sample is large enough for either. */
export interface Percentiles {
  readonly p50?: Estimate;
  readonly p90?: Estimate;
  readonly p99?: Estimate;
}

export interface EnergySummary extends EnergyProvenance {
  readonly grossPerAnswer: Estimate;
  readonly marginalPerAnswer: Estimate;
  /** Absent when nothing was correct; `grossPerCorrectBound` then says what one costs at least. */
  readonly grossPerCorrect?: Estimate;
  readonly grossPerCorrectBound?: Joules;
  readonly grossPerOutputToken?: Joules;
}

/** Something a reader must know before believing a row, and what to do about it. */
export interface Caveat {
  readonly id: CaveatId;
  /** The same for every row that has it. */
  readonly text: string;
  /** What is particular to this row. */
  readonly detail?: string;
  readonly remedy: string;
}
export type CaveatId =
  | "energy_modelled"
  | "energy_absent"
  | "at_chance"
  | "failed_answers"
  | "truncated_answers"
  | "empty_answers"
  | "busy_machine"
  | "interrupted"
  | "no_warmup";

/** Everything a report says of one cell; a row of `summary.csv`. */
export interface CellSummary {
  readonly run: string;
  readonly cell: Cell;
  readonly model: ModelRecord;
  readonly trials: number;
  readonly windows: number;
  /** Answers wanted: questions x trials; of a run that was stopped, those it came to. */
  readonly questions: number;
  /** Ids of the questions as the task gives them. */
  readonly order: readonly string[];
  readonly answers: readonly JudgedAnswer[];
  readonly failures: readonly FailedAnswer[];
  readonly correct: number;
  /** Failed answers are wrong answers: they stay in the denominator. Absent when none came at all: that says nothing of the model. */
  readonly accuracy?: Estimate;
  readonly chance?: Share;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly load?: Seconds;
  readonly firstAnswer?: Seconds;
  /** Time to first token, from submission. */
  readonly ttft: Percentiles;
  /** Time per output token after the first. */
  readonly tpot: Percentiles;
  readonly latency: Percentiles;
  readonly prefillTokensPerSecond?: number;
  readonly decodeTokensPerSecond?: number;
  readonly answersPerSecond?: number;
  readonly peakMemory?: Bytes;
  readonly energy?: EnergySummary;
  readonly caveats: readonly Caveat[];
}
