import { z } from "zod";
import { Depth, Lowering, ModelRecord, Precision, WeightSource } from "./model.ts";
import { Aggregate, TaskData, TaskDefinition } from "./task.ts";

export const Device = z.enum(["cpu", "webgpu", "cuda", "dml", "coreml"]);
export type Device = z.infer<typeof Device>;

/** Ways to get joules: the best that works, one by name, or none. `constant` takes `cpu_watts` for it. */
export const MeterChoice = z.enum([
  "auto",
  "none",
  "model",
  "constant",
  "wall",
  "rapl",
  "perf",
  "hwmon",
  "nvml",
  "nvidia-smi",
  "amd",
  "powermetrics",
  "macmon",
  "battery",
]);
export type MeterChoice = z.infer<typeof MeterChoice>;

/** One by name, or the fastest on this machine by a short measurement. */
export const LoweringChoice = z.enum([...Lowering.options, "auto"]);
export type LoweringChoice = z.infer<typeof LoweringChoice>;

const positive = z.number().int().positive();
const count = z.number().int().nonnegative();

/** How a question is asked: `direct`, `steps`, `vote:K` over 2 to 64 answers, or `review:N` with 1 to 8 rounds. */
export const SolverName = z.string().regex(/^(direct|steps|vote:([2-9]|[1-5]\d|6[0-4])|review:[1-8])$/, {
  error: ({ input }) => `"${String(input)}" is none of direct, steps, vote:2 to vote:64, review:1 to review:8`,
});
export type SolverName = z.infer<typeof SolverName>;

/**
 * What was asked for. Lists multiply: models x tasks x devices x threads x precisions x lowerings x solvers is the
 * grid of cells, less what does not apply: a dense model has no lowering, a graph built elsewhere keeps its precision, and choices
 * are asked directly. A plan file holds these same keys.
 */
export const Plan = z.strictObject({
  models: z.array(z.string()).min(1),
  tasks: z.array(z.string()).min(1),
  device: z.array(Device).min(1).default(["cpu"]),
  threads: z.array(positive).min(1).default([1]),
  precision: z.array(Precision).min(1).default(["fp32"]),
  /** Of mixtures of experts. */
  lowering: z.array(LoweringChoice).min(1).default(["auto"]),
  /** Random ones measure speed, memory and energy of an architecture whose weights are not at hand; answers are then not judged. */
  weights: WeightSource.default("stored"),
  /** Of random weights: the share of each model's layers that is built, the first ones. Absent: all. */
  depth: Depth.optional(),
  /** Of tasks whose answers are written. */
  solver: z.array(SolverName).min(1).default(["direct"]),
  /** The first so many questions of each task; all of them when absent. */
  limit: positive.optional(),
  /** Files or folders of data by the id of a task or a group, in place of what the task names. */
  data: z.record(z.string(), z.string()).optional(),
  /** Examples before each question, in place of the task's own number unless that is 0. */
  num_fewshot: count.optional(),
  /** Of the drawing of examples. Absent: lm-eval's 1234. */
  fewshot_seed: count.optional(),
  /** Passes over the questions, each in a fresh process. */
  trials: positive.default(1),
  /** Unmeasured answers at the start of every process. */
  warmup: count.default(3),
  /** Orders cells and resampling; answers do not depend on it. */
  seed: count.default(42),
  meter: MeterChoice.default("auto"),
  /** Seconds that a measured window takes at least: its questions are asked again until it has. By default what the meter needs. */
  min_duration: z.number().nonnegative().optional(),
  /** Watts of this machine idle and at full load, as its user states them (grade D). */
  cpu_watts: z
    .strictObject({ idle: z.number().nonnegative(), max: z.number().positive().max(5_000) })
    .refine(({ idle, max }) => max > idle, "max must be above idle")
    .optional(),
  /** A smart plug's URL, or a CSV file that a wall meter is writing. */
  wall: z.string().optional(),
  /** A price book of the user's own, beside those that come with perjoule. */
  prices: z.string().optional(),
});
export type Plan = z.infer<typeof Plan>;

/** One model on one task under one setting: a row of `summary.csv`. */
export const Cell = z.strictObject({
  /** The settings joined by '/': unique within a run and equal between runs of the same plan. */
  key: z.string(),
  model: z.string(),
  task: z.string(),
  device: Device,
  /** Of a graph that we built, else `exported`, or `none` for a script. */
  precision: z.string(),
  threads: positive,
  batch: z.literal(1),
  solver: SolverName,
  /** The one that ran. Absent where there are no experts, and of graphs built elsewhere. */
  lowering: Lowering.optional(),
  weights: WeightSource.default("stored"),
  /** How many ran. Absent where no depth was given: then all. */
  layers: positive.optional(),
});
export type Cell = z.infer<typeof Cell>;

/** How far an energy figure can be trusted: A a hardware counter, B integrated power samples, C a model, D a user's constant. */
export const Grade = z.enum(["A", "B", "C", "D"]);
export type Grade = z.infer<typeof Grade>;

/** What the joules of a meter cover. */
export const Boundary = z.enum([
  "wall",
  "system_dc",
  "platform",
  "soc",
  "cpu_package",
  "cpu_package+dram",
  "gpu_board",
  "vm_share",
  "whole_server",
  "stated",
]);
export type Boundary = z.infer<typeof Boundary>;

/** A meter as it was used in a run. */
export const MeterRecord = z.strictObject({
  id: MeterChoice,
  /** The zones, boards, table or address behind it: `rapl:package-0+dram`. */
  source: z.string(),
  /** `system` covers the other two. */
  domain: z.enum(["system", "cpu", "gpu"]),
  boundary: Boundary,
  grade: Grade,
  /** Seconds between two changes of its figure. */
  period: z.number().nonnegative(),
  /** Smallest step of its figure, in joules. */
  quantum: z.number().nonnegative(),
  /** One standard deviation of its gain, relative to the true energy of its own boundary. */
  error: z.number().nonnegative(),
  /** Seconds that a window should take at least. */
  shortest: z.number().nonnegative(),
  /** What a reader must know: `mirrored dies counted once`, `board shared with another process`. */
  flags: z.array(z.string()),
});
export type MeterRecord = z.infer<typeof MeterRecord>;

/** A stage of a calibration: mean watts by the meter and at the wall over the same seconds. */
const CalibrationPoint = z.strictObject({
  stage: z.enum(["idle", "half", "full", "model", "idle_again"]),
  seconds: z.number().positive(),
  meter_w: z.number().nonnegative(),
  wall_w: z.number().positive(),
});

/** A straight line from a meter's watts to those at the wall: `wall = slope x meter + offset`. */
export const Calibration = z.strictObject({
  id: z.string(),
  date: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** Of the machine it was made on; it holds for no other, nor under another kernel. */
  machine: z.string(),
  kernel: z.string().optional(),
  meter: MeterChoice,
  source: z.string(),
  wall: z.string(),
  /** One standard deviation of the wall meter's gain, relative. */
  wall_error: z.number().nonnegative(),
  slope: z.number().positive(),
  /** Watts. */
  offset: z.number(),
  /** Of slope and offset. */
  covariance: z.strictObject({ slope: z.number(), both: z.number(), offset: z.number() }),
  /** Largest distance of a point from the line, relative to its watts at the wall. */
  residual: z.number().nonnegative(),
  points: z.array(CalibrationPoint).min(3),
});
export type Calibration = z.infer<typeof Calibration>;

/** The machine and software under a run. What could not be read is absent. */
export const Environment = z.strictObject({
  perjoule: z.string(),
  node: z.string(),
  onnxruntime: z.string().optional(),
  /** Variables that change how ONNX Runtime computes, as the cells' processes had them. */
  onnxruntime_env: z.record(z.string(), z.string()).optional(),
  platform: z.string(),
  arch: z.string(),
  kernel: z.string().optional(),
  cpu_model: z.string().optional(),
  cpu_vendor: z.string().optional(),
  cpu_family: z.number().int().optional(),
  cpu_model_number: z.number().int().optional(),
  cpu_stepping: z.number().int().optional(),
  /** Hardware threads this machine shows. */
  cpus: positive,
  /** Threads of a core, as the kernel shows them. Virtual machines need not show what is. */
  threads_per_core: positive.optional(),
  /** The cloud's name for this kind of virtual machine: `m7a.xlarge`. */
  instance: z.string().optional(),
  memory_bytes: positive,
  virtualised: z.boolean().optional(),
  /** Share of all processor time that was in use in the half second before the first cell, while perjoule itself waited. */
  busy_before: z.number().min(0).max(1).optional(),
});
export type Environment = z.infer<typeof Environment>;

const TaskRecord = z.strictObject({
  /** With the examples and settings that were in force. */
  definition: TaskDefinition,
  /** Over the definition's files and the data files. */
  sha256: z.string(),
  /** Those that its data holds, up to the run's limit. */
  questions: positive,
  /** Absent of runs before there was a choice of data. */
  data: z.array(TaskData).optional(),
  /** Of a group that is scored as a whole: how its own score and those of the groups inside it are made, by name. */
  aggregates: z.record(z.string(), z.array(Aggregate)).optional(),
  /** Tasks of the group that the data had nothing of. */
  absent: z.array(z.string()).min(1).optional(),
});

export const RunState = z.enum(["running", "finished", "interrupted"]);

/** The claims that a run was made for, as they stood before its first answer; their file is kept with the run. */
export const ClaimsRecord = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  /** Hashes of those that this run has cells for, by id. */
  claims: z.record(z.string(), z.string()),
  /** Those that had a first result under other words, and since when. */
  post_hoc: z.record(z.string(), z.string()).optional(),
  /** What the configs of whole models declare, where a claim is about that. */
  declared: z
    .record(
      z.string(),
      z.strictObject({ parameters_total: positive.optional(), parameters_active: positive.optional() }),
    )
    .optional(),
});
export type ClaimsRecord = z.infer<typeof ClaimsRecord>;

/** `run.json`: what a run is, written before anything is measured and finished last. */
export const Run = z.strictObject({
  schema: z.literal(1),
  id: z.string(),
  created: z.iso.datetime(),
  finished: z.iso.datetime().optional(),
  state: RunState,
  /** The command that repeats this run. */
  command: z.string(),
  plan: Plan,
  cells: z.array(Cell).min(1),
  models: z.record(z.string(), ModelRecord),
  tasks: z.record(z.string(), TaskRecord),
  environment: Environment,
  /** Absent in runs older than the meters: theirs is the model, unless `plan.meter` is none. */
  meters: z.array(MeterRecord).optional(),
  calibration: Calibration.optional(),
  claims: ClaimsRecord.optional(),
  /** Of the price books as they were when the run was made; a later report uses those of its own day. */
  prices_sha256: z.string().optional(),
});
export type Run = z.infer<typeof Run>;
