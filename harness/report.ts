import type { ModelRecord } from "./model.ts";
import type { Answer } from "./observation.ts";
import type { Cell, Grade } from "./run.ts";
import type { Estimate, Interval } from "./stats/interval.ts";
import type { Question } from "./task.ts";
import type { Bytes, Joules, Seconds, Share } from "./units.ts";

/** Where joules come from, and what they cover. Unlike grades or boundaries are never ranked against each other. */
export interface EnergyProvenance {
  readonly grade: Grade;
  readonly boundary: string;
  readonly source: string;
}

/** Whether joules were not read but derived: from a model of power, fitted to a wall meter or not, or from stated watts. */
export function isModelled({ grade }: Pick<EnergyProvenance, "grade">): boolean {
  return grade === "C" || grade === "D";
}

/**
 * One answer, judged. `energy` is its share of its window by time: a window is what was measured. What random weights write is not
 * judged: `extracted` and `credit` are absent.
 */
export interface JudgedAnswer {
  readonly question: Question;
  readonly trial: number;
  readonly extracted?: string;
  readonly credit?: Share;
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

/** What one question took over all its repeats: questions are what is resampled. */
export interface QuestionTotals {
  readonly question: string;
  /** Times it was put; its repeats inside a lengthened window are one put. */
  readonly puts: number;
  /** Sum of credit; a put that failed is worth 0. Absent where answers are not judged. */
  readonly credit?: number;
  /** Its share of the wall time of its windows, the loop between questions inside. */
  readonly seconds: Seconds;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /**
   * Its share of the energy of its windows; where only some of its repeats were measured, their mean for each. Absent when none
   * was.
   */
  readonly energy?: { readonly gross: Joules; readonly marginal?: Joules };
}

/** Energy of a cell by one meter, or by a device's and the processor's together. */
export interface EnergySummary extends EnergyProvenance {
  /** Ids of the meters, joined by `+`. */
  readonly meter: string;
  /** What the meter leaves open: a factor on the true energy, common to all rows of the same source. */
  readonly factor: Interval;
  /**
   * What it leaves open between two programs: a model of equal utilisation gives both the same power, and they need not
   * draw it. Absent where the energy was metered.
   */
  readonly workload?: Interval;
  /** Windows behind the figures. */
  readonly windows: number;
  /** Windows read that had other work, stolen time or throttling in them. Absent where the system tells none of these. */
  readonly contaminated?: number;
  /** Windows whose reading failed or broke; their questions are not in the figures. */
  readonly unread: number;
  /** What the meters say of themselves: dies that mirror each other, a board shared with others. */
  readonly flags: readonly string[];
  /** The mean window is shorter than the meter needs. */
  readonly short: boolean;
  readonly idleBare?: Estimate;
  readonly idleLoaded?: Estimate;
  /** Half-width, relative to the sum, of what the windows leave open beside the choice of questions. */
  readonly windowHalf: number;
  readonly grossPerAnswer: Estimate;
  /** Above idle with the model loaded. Absent when idle is unknown, or when the difference cannot be told from nothing. */
  readonly marginalPerAnswer?: Estimate;
  /** Upper bound of the marginal energy when it cannot be told from nothing. */
  readonly marginalBound?: Joules;
  /** Above the power of the machine before any model was loaded. */
  readonly aboveBarePerAnswer?: Estimate;
  /** Absent when nothing was correct; `grossPerCorrectBound` then says what one costs at least. */
  readonly grossPerCorrect?: Estimate;
  readonly grossPerCorrectBound?: Joules;
  readonly grossPerOutputToken?: Estimate;
  /** By regression on tokens instead of time; or why not. */
  readonly perToken: TokenEnergySummary | string;
}

/** A cell's energy beside that of the cheapest on its task by the same meter, on the same questions. */
export interface EnergyRatio {
  /** The cell that it is set beside. */
  readonly to: Cell;
  /** Absent when either has nothing correct. */
  readonly perCorrect?: Estimate;
  readonly perAnswer: Estimate;
  /** The interval per correct answer holds 1, or there is none: nobody can say which is cheaper. */
  readonly tie: boolean;
}

/** Energy regressed on token counts: joules above idle for each more, and what an answer then takes. */
export interface TokenEnergySummary {
  readonly promptToken?: Estimate;
  readonly outputToken?: Estimate;
  readonly question?: Estimate;
  readonly grossPerAnswer: Estimate;
  readonly marginalPerAnswer: Estimate;
  readonly r2: number;
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
  | "energy_below_resolution"
  | "contaminated_windows"
  | "few_windows"
  | "unread_windows"
  | "idle_unknown"
  | "meter_says"
  | "at_chance"
  | "failed_answers"
  | "truncated_answers"
  | "truncated_prompts"
  | "partial_group"
  | "examples_from_asked"
  | "questions_weighted"
  | "empty_answers"
  | "busy_machine"
  | "interrupted"
  | "no_warmup"
  | "random_weights"
  | "part_of_depth"
  | "random_routing"
  | "stand_in_tokenizer";

/** Whether answers say anything of a model: what random weights write does not. */
export function isJudged({ weights }: Pick<Cell, "weights">): boolean {
  return weights === "stored";
}

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
  /** Per question that was put, in the task's order. */
  readonly totals: readonly QuestionTotals[];
  /** Sum of credit. Absent where answers are not judged or earn none, with all that is made of it. */
  readonly correct?: number;
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
  /** Of the graph that ran. */
  readonly weightBytes?: Bytes;
  readonly peakMemory?: Bytes;
  /** By the best meter that covers the device and that read at least half of the windows. */
  readonly energy?: EnergySummary;
  /** By every meter of the run that covers the device, best first. */
  readonly energies: readonly EnergySummary[];
  /** Sources of the run's meters that cover the device and read none of its windows. */
  readonly unreadSources: readonly string[];
  readonly energyRatio?: EnergyRatio;
  readonly caveats: readonly Caveat[];
}
