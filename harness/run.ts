import { z } from "zod";
import { ModelRecord } from "./model.ts";
import { TaskDefinition } from "./task.ts";

export const Device = z.enum(["cpu", "webgpu", "cuda", "dml", "coreml"]);
export type Device = z.infer<typeof Device>;

export const MeterChoice = z.enum(["auto", "model", "none"]);
export type MeterChoice = z.infer<typeof MeterChoice>;

const positive = z.number().int().positive();
const count = z.number().int().nonnegative();

/**
 * What was asked for. Lists multiply: models x tasks x devices x threads is the grid of cells.
 * A plan file holds these same keys.
 */
export const Plan = z.strictObject({
  models: z.array(z.string()).min(1),
  tasks: z.array(z.string()).min(1),
  device: z.array(Device).min(1).default(["cpu"]),
  threads: z.array(positive).min(1).default([1]),
  /** The first so many questions of each task; all of them when absent. */
  limit: positive.optional(),
  /** Passes over the questions, each in a fresh process. */
  trials: positive.default(1),
  /** Unmeasured answers at the start of every process. */
  warmup: count.default(3),
  /** Orders cells and resampling; answers do not depend on it. */
  seed: count.default(42),
  meter: MeterChoice.default("auto"),
});
export type Plan = z.infer<typeof Plan>;

/** One model on one task under one setting: a row of `summary.csv`. */
export const Cell = z.strictObject({
  /** The settings joined by '/': unique within a run and equal between runs of the same plan. */
  key: z.string(),
  model: z.string(),
  task: z.string(),
  device: Device,
  precision: z.string(),
  threads: positive,
  batch: z.literal(1),
  solver: z.literal("direct"),
});
export type Cell = z.infer<typeof Cell>;

/** The machine and software under a run. What could not be read is absent. */
export const Environment = z.strictObject({
  perjoule: z.string(),
  node: z.string(),
  onnxruntime: z.string().optional(),
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
  memory_bytes: positive,
  virtualised: z.boolean().optional(),
  /** Share of all processor time that was in use in the half second before the first cell, while perjoule itself waited. */
  busy_before: z.number().min(0).max(1).optional(),
});
export type Environment = z.infer<typeof Environment>;

const TaskRecord = z.strictObject({ definition: TaskDefinition, sha256: z.string(), questions: positive });

export const RunState = z.enum(["running", "finished", "interrupted"]);

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
});
export type Run = z.infer<typeof Run>;
