import { z } from "zod";
import { lowerings } from "../models/build/lowering.ts";
import { precisions } from "../models/build/precision.ts";

/**
 * Where a model's graph comes from: built by us from a checkpoint, an ONNX file beside it, a script (tests, demonstrations), or
 * built by us from a config.json alone, with random weights.
 */
export const ModelSource = z.enum(["checkpoint", "onnx", "script", "shape"]);
export type ModelSource = z.infer<typeof ModelSource>;

/** How the matrices of a graph that we build are stored. */
export const Precision = z.enum(precisions);
export type Precision = z.infer<typeof Precision>;

/** What a mixture of experts becomes in a graph that we build. */
export const Lowering = z.enum(lowerings);
export type Lowering = z.infer<typeof Lowering>;

/** The checkpoint's own weights, or random ones of its architecture: those cost the same to compute, and know nothing. */
export const WeightSource = z.enum(["stored", "random"]);
export type WeightSource = z.infer<typeof WeightSource>;

/**
 * A share of a model's layers as it is written: `1/8` or `0.125`, above 0 and at most 1. It stays text, so that a third of 27 layers is
 * 9 of them.
 */
export const Depth = z.string().refine((text) => fractionOf(text) !== undefined, {
  error: ({ input }) => `"${String(input)}" is no share of the layers above 0 and at most 1, as 1/8 or 0.125 are`,
});
export type Depth = z.infer<typeof Depth>;

/** How many layers of `whole` are in that share; undefined where it is no whole number. */
export function layersAt(depth: Depth, whole: number): number | undefined {
  const { part, of } = partsOf(depth);
  return (whole * part) % of === 0 ? (whole * part) / of : undefined;
}

/** How many layers the whole model has of which `layers` are that share. */
export function wholeOf(depth: Depth, layers: number): number {
  const { part, of } = partsOf(depth);
  return (layers * of) / part;
}

interface Fraction {
  readonly part: number;
  readonly of: number;
}

function partsOf(depth: Depth): Fraction {
  const fraction = fractionOf(depth);
  if (fraction === undefined) throw new RangeError(`"${depth}" is no share of the layers`);
  return fraction;
}

function fractionOf(text: string): Fraction | undefined {
  const [, numerator, denominator] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const [, ones = "", places = ""] = /^([01]?)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  const part = Number(numerator ?? `${ones}${places}`);
  const of = denominator === undefined ? 10 ** places.length : Number(denominator);
  return part > 0 && part <= of ? { part, of } : undefined;
}

/** A model that can be asked: a folder in Hugging Face layout, found by id in `models/` or by path. */
export const Model = z.strictObject({
  id: z.string().min(1),
  /** Path of the folder: absolute, or in a run's record relative to perjoule where the model comes with it. */
  folder: z.string().min(1),
  source: ModelSource,
});
export type Model = z.infer<typeof Model>;

/** One of the graphs that were built of a model. */
export const GraphRecord = z.strictObject({
  precision: Precision,
  /** Absent where there are no experts. */
  lowering: Lowering.optional(),
  weights: WeightSource,
  /** Bytes of everything stored in the graph. */
  weight_bytes: z.number().int().positive(),
});
export type GraphRecord = z.infer<typeof GraphRecord>;

/** What a run records of a model: enough to know later whether another machine holds the same one. */
export const ModelRecord = Model.extend({
  /**
   * SHA-256 over the checkpoint (config and weights; of random weights config alone, and the number of layers where some are missing), or
   * over the ONNX file or script.
   */
  sha256: z.string(),
  /** SHA-256 over tokenizer.json and tokenizer_config.json. */
  tokenizer_sha256: z.string().optional(),
  /** SHA-256 of each file that the run read, by name within the folder. Absent of older runs. */
  files: z.record(z.string(), z.string()).optional(),
  /** The folder has no tokenizer, so tokens are not the model's own. Absent where they are. */
  tokenizer: z.literal("stand_in").optional(),
  architecture: z.string().optional(),
  /** Every stored parameter once; a tied head is not counted twice. */
  parameters_total: z.number().int().positive().optional(),
  /** That one token's forward pass reads: all but the experts not chosen and, of an untied embedding, the other rows. */
  parameters_active: z.number().int().positive().optional(),
  /** In older runs, which built one graph of a model; now `graphs` says it of each. */
  weight_bytes: z.number().int().positive().optional(),
  /** Absent of a graph that was built elsewhere, and of a script. */
  graphs: z.array(GraphRecord).optional(),
  experts: z.strictObject({ count: z.number().int(), per_token: z.number().int() }).optional(),
});
export type ModelRecord = z.infer<typeof ModelRecord>;
