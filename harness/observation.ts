import { z } from "zod";
import { Question } from "./task.ts";

const nanoseconds = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

/** Token ids are kept: a text cannot always be turned back into them. */
const writing = {
  /** Up to, not including, the stop string that ended it. */
  text: z.string(),
  tokens: z.array(z.number().int()),
  finish: z.enum(["stop", "end_of_text", "length"]),
};

/** What a model wrote as its answer, and otherwise. */
const Generation = z.strictObject({
  type: z.literal("generation"),
  ...writing,
  /** What it wrote in the calls before its answer, in order: steps, drafts, checks. Absent: nothing. */
  before: z.array(z.strictObject(writing)).min(1).optional(),
  /** Answers that vote, once they are filtered; the one above is the first of them. Absent: it stands alone. */
  drafts: z.array(z.strictObject(writing)).min(2).optional(),
});

/** How likely a model held each choice. */
const Likelihoods = z.strictObject({
  type: z.literal("likelihoods"),
  choices: z.array(
    z.strictObject({
      /** Sum over the choice's tokens of ln p(token | everything before it). */
      log_likelihood: z.number(),
      tokens: count,
      /** Whether greedy decoding would have written this choice. */
      greedy: z.boolean(),
      /** ln p of the choice after nothing. Absent where no metric asks for it. */
      unconditional: z.number().optional(),
    }),
  ),
});

export const Output = z.discriminatedUnion("type", [Generation, Likelihoods]);
export type Output = z.infer<typeof Output>;

/**
 * Times of one answer in nanoseconds after its submission, which is before tokenisation.
 * `latency` ends when the answer is complete, stop strings handled; scoring it is outside.
 */
export const Timing = z.strictObject({
  tokenized: nanoseconds,
  /** When each output token became available, in whatever call. Empty for likelihoods. */
  tokens: z.array(nanoseconds),
  latency: nanoseconds,
  /**
   * The calls of an answer that took several, in order: when each one's prompt was tokenised, and how many of the `tokens` it wrote.
   * Absent: one call wrote them all.
   */
  calls: z
    .array(z.strictObject({ tokenized: nanoseconds, tokens: count }))
    .min(2)
    .optional(),
});
export type Timing = z.infer<typeof Timing>;

const where = { cell: z.string(), trial: count };

/** A question put to the models of this run, kept so that a run can be scored again without its task folder. */
const Asked = z.strictObject({ kind: z.literal("question"), task: z.string(), question: Question });

/** A cell's process is up: tokenizer read, graph built or found, session created, warm-up passed. */
const Loaded = z.strictObject({
  kind: z.literal("load"),
  ...where,
  /** Tokenizer and session creation. Building the graph the first time is not inside. */
  load: nanoseconds,
  /** Submission to end of the very first, cold answer. Absent without warm-up: it is then the first answer. */
  first_answer: nanoseconds.optional(),
});

const Answered = z.strictObject({
  kind: z.literal("answer"),
  ...where,
  window: count,
  question: z.string(),
  output: Output,
  /** Tokens fed to the model: the prompt of every call and, for likelihoods, every choice. */
  prompt_tokens: count,
  /** Tokens at the beginning of the prompt that the model's context had no room for, in the call that lost most. Absent: none. */
  truncated_tokens: count.optional(),
  timing: Timing,
});

const Failed = z.strictObject({
  kind: z.literal("failure"),
  ...where,
  /** Absent when the whole cell failed: every question it had not answered is then a failure. */
  question: z.string().optional(),
  reason: z.string(),
  /** The window it was asked in, and submission to failure: a failure takes time and energy too. Absent with the question. */
  window: count.optional(),
  latency: nanoseconds.optional(),
});

/** What a meter counted around a stretch of work. A meter whose reading failed or broke has no entry. */
const Metered = z.strictObject({
  joules: z.number().positive(),
  /** Between the two readings. They bracket the work: what lies outside it was idle. */
  wall: nanoseconds.positive(),
  /** Width of the span in which each of the two readings was true. */
  edge: nanoseconds,
});
export type Metered = z.infer<typeof Metered>;

/** What else the machine did meanwhile. Each is absent where the system does not tell. */
const surroundings = {
  /** Energy by meter id. */
  energy: z.record(z.string(), Metered).optional(),
  /** Processor time that the hypervisor gave to others, all threads. */
  stolen: nanoseconds.optional(),
  /** Processor time of all other processes, perjoule's own harness inside. */
  others: nanoseconds.optional(),
  /** Whether the processor was slowed down for heat or power. */
  throttled: z.boolean().optional(),
};

/** A stretch of work measured as one piece: a block of questions, nothing written inside. */
const Window = z.strictObject({
  kind: z.literal("window"),
  ...where,
  window: count,
  answers: count,
  /** How often all of its questions were asked; only the first round's answers are kept. Absent: once. */
  rounds: z.number().int().positive().optional(),
  wall: nanoseconds,
  /** User and system time of the measured process, all threads. Absent where the system does not tell. */
  cpu: nanoseconds.optional(),
  ...surroundings,
});

/** A stretch without work, so that what a machine draws anyway is known. */
const Idle = z.strictObject({
  kind: z.literal("idle"),
  /** Before any model was loaded, or with the models of `cells` loaded. */
  state: z.enum(["bare", "loaded"]),
  /** Cells whose processes were up. Empty when bare. */
  cells: z.array(z.string()),
  trial: count,
  wall: nanoseconds,
  ...surroundings,
});

/** A cell's process is about to end. */
const Closed = z.strictObject({
  kind: z.literal("close"),
  ...where,
  /** Largest resident set the process ever had: runtime, weights, caches and harness together. */
  peak_memory_bytes: z.number().int().positive().optional(),
});

/** One line of `observations.jsonl`. Raw facts only: everything else is derived from them. */
export const Observation = z.discriminatedUnion("kind", [Asked, Loaded, Answered, Failed, Window, Idle, Closed]);
export type Observation = z.infer<typeof Observation>;
export type Answer = z.infer<typeof Answered>;
export type Failure = z.infer<typeof Failed>;
export type WindowObservation = z.infer<typeof Window>;
export type IdleObservation = z.infer<typeof Idle>;
