import { z } from "zod";

/** Where a model's graph comes from: built by us from a checkpoint, an ONNX file beside it, or a script (tests, demonstrations). */
export const ModelSource = z.enum(["checkpoint", "onnx", "script"]);
export type ModelSource = z.infer<typeof ModelSource>;

/** A model that can be asked: a folder in Hugging Face layout, found by id in `models/` or by path. */
export const Model = z.strictObject({
  id: z.string().min(1),
  /** Path of the folder: absolute, or in a run's record relative to perjoule where the model comes with it. */
  folder: z.string().min(1),
  source: ModelSource,
});
export type Model = z.infer<typeof Model>;

/** What a run records of a model: enough to know later whether another machine holds the same one. */
export const ModelRecord = Model.extend({
  /** SHA-256 over the checkpoint (config and weights), or over the ONNX file or script. */
  sha256: z.string(),
  /** SHA-256 over tokenizer.json and tokenizer_config.json. */
  tokenizer_sha256: z.string().optional(),
  architecture: z.string().optional(),
  /** Every stored parameter once; a tied head is not counted twice. */
  parameters_total: z.number().int().positive().optional(),
  /** Parameters that one token's forward pass uses: all but the experts not chosen. */
  parameters_active: z.number().int().positive().optional(),
  weight_bytes: z.number().int().positive().optional(),
  experts: z.strictObject({ count: z.number().int(), per_token: z.number().int() }).optional(),
});
export type ModelRecord = z.infer<typeof ModelRecord>;
