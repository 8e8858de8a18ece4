import { z } from "zod";
import { Output, Timing } from "../observation.ts";
import { Device, SolverName } from "../run.ts";
import { ModelSource, WeightSource } from "../model.ts";
import { present } from "../present.ts";
import { solverOf, type Way } from "../solver/solve.ts";
import { Question } from "../task.ts";

const Sampling = z.strictObject({
  temperature: z.number().positive(),
  topK: z.number().int().positive().optional(),
  topP: z.number().positive().optional(),
  /** Of this pass; every question's own is made of it and the question's id. */
  seed: z.number().int().nonnegative(),
});

/** How a cell's process finds and runs its model. */
export const Opening = z.strictObject({
  type: z.literal("open"),
  source: ModelSource,
  folder: z.string(),
  /** The ONNX graph. Absent for a script. */
  graph: z.string().optional(),
  /** Absent: the stored ones. */
  weights: WeightSource.optional(),
  /** For a folder without a tokenizer: one that makes up ids below the size of the model's vocabulary. */
  standIn: z.strictObject({ vocabulary: z.number().int().positive() }).optional(),
  device: Device,
  threads: z.number().int().positive(),
  /** Limits of generated answers. */
  maxTokens: z.number().int().positive(),
  stops: z.array(z.string()),
  /** Absent: greedy decoding. */
  sampling: Sampling.optional(),
  /** Absent: `direct`. */
  solver: SolverName.optional(),
  /** The task's own cue for that solver. Absent: the solver's. */
  style: z.strictObject({ cue: z.string(), maxTokens: z.number().int().positive() }).optional(),
  /** Answers asked before anything counts, the first of them cold. */
  warmup: z.array(Question),
});
export type Opening = z.infer<typeof Opening>;

/** How a process asks that was opened so. */
export function wayOf({
  maxTokens,
  stops,
  sampling,
  solver = "direct",
  style,
}: Pick<Opening, "maxTokens" | "stops" | "sampling" | "solver" | "style">): Way {
  return present({ maxTokens, stops, sampling: sampling && present(sampling), solver: solverOf(solver), style });
}

/** What the parent asks of a cell's process, one at a time. */
export const Request = z.discriminatedUnion("type", [
  Opening,
  z.strictObject({
    type: z.literal("block"),
    questions: z.array(Question).min(1),
    /** Asked again, all of them, until so much time has passed: a slow counter needs a long window. */
    least: z.number().int().nonnegative(),
  }),
  z.strictObject({ type: z.literal("close") }),
]);
export type Request = z.infer<typeof Request>;

const nanoseconds = z.number().int().nonnegative();

export const BlockResult = z.strictObject({
  type: z.literal("block"),
  /** When the window began, on the clock that the machine's processes share. */
  start: nanoseconds,
  wall: nanoseconds,
  cpu: nanoseconds.optional(),
  /** How often all of the questions were asked. */
  rounds: z.number().int().positive(),
  answers: z.array(
    z.discriminatedUnion("outcome", [
      z.strictObject({
        outcome: z.literal("answered"),
        question: z.string(),
        output: Output,
        prompt_tokens: z.number().int().nonnegative(),
        truncated_tokens: z.number().int().nonnegative().optional(),
        timing: Timing,
      }),
      z.strictObject({ outcome: z.literal("failed"), question: z.string(), reason: z.string(), latency: nanoseconds }),
    ]),
  ),
});
export type BlockResult = z.infer<typeof BlockResult>;

const Opened = z.strictObject({ type: z.literal("open"), load: nanoseconds, first_answer: nanoseconds.optional() });
const Closed = z.strictObject({ type: z.literal("close"), peak_memory_bytes: z.number().int().positive().optional() });

/** What a cell's process answers; `error` in place of any of them. */
export const Reply = z.discriminatedUnion("type", [
  Opened,
  BlockResult,
  Closed,
  z.strictObject({ type: z.literal("error"), reason: z.string() }),
]);
export type Reply = z.infer<typeof Reply>;
export type ReplyTo<T extends Request["type"]> = Extract<Reply, { type: T }>;
