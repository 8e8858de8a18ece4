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
  /** SHA-256 over the checkpoint (config and weights; of random weights config alone), or over the ONNX file or script. */
  sha256: z.string(),
  /** SHA-256 over tokenizer.json and tokenizer_config.json. */
  tokenizer_sha256: z.string().optional(),
  /** The folder has no tokenizer, so tokens are not the model's own. Absent where they are. */
  tokenizer: z.literal("stand_in").optional(),
  architecture: z.string().optional(),
  /** Every stored parameter once; a tied head is not counted twice. */
  parameters_total: z.number().int().positive().optional(),
  /** Parameters that one token's forward pass uses: all but the experts not chosen. */
  parameters_active: z.number().int().positive().optional(),
  /** In older runs, which built one graph of a model; now `graphs` says it of each. */
  weight_bytes: z.number().int().positive().optional(),
  /** Absent of a graph that was built elsewhere, and of a script. */
  graphs: z.array(GraphRecord).optional(),
  experts: z.strictObject({ count: z.number().int(), per_token: z.number().int() }).optional(),
});
export type ModelRecord = z.infer<typeof ModelRecord>;
