/** What a `config.json` in Hugging Face layout may say. Names and defaults: `transformers`' configuration classes. */
import { z } from "zod";
import { CheckpointError } from "./checkpointerror.ts";

const size = z.int().positive();
/** A switch for something the builder does not write; only its off position is read. */
const off = z.literal(false).default(false);

/** Rotary embedding settings: `rope_scaling` until transformers 4, `rope_parameters` from 5 on. */
const ropeSchema = z
  .looseObject({
    rope_type: z.string().optional(),
    type: z.string().optional(),
    rope_theta: z.number().positive().optional(),
  })
  .nullish();

/** The keys every decoder of the Llama kind has. */
export const decoderConfig = z.object({
  model_type: z.string(),
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  /** Rotary tables are stored for every position; more than these 16 million is a slip, or a trap. */
  max_position_embeddings: size.max(2 ** 24),
  rms_norm_eps: z.number().positive(),
  hidden_act: z.literal("silu").default("silu"),
  rope_theta: z.number().positive().optional(),
  rope_scaling: ropeSchema,
  rope_parameters: ropeSchema,
  attention_bias: off,
  tie_word_embeddings: z.boolean().default(false),
});

/** A dense feed-forward of one width. */
export const denseConfig = decoderConfig.extend({ intermediate_size: size, mlp_bias: off });

/** https://huggingface.co/docs/transformers/model_doc/mixtral */
export const mixtralConfig = decoderConfig.extend({
  intermediate_size: size,
  num_local_experts: size,
  num_experts_per_tok: size,
  sliding_window: z.null().optional(),
});

/** https://huggingface.co/docs/transformers/model_doc/qwen3 */
export const qwen3Config = decoderConfig.extend({
  intermediate_size: size,
  /** Required: transformers' default is 128 here, not hidden_size / heads. */
  head_dim: size,
  use_sliding_window: off,
});

/** https://huggingface.co/docs/transformers/model_doc/qwen3_moe */
export const qwen3MoeConfig = decoderConfig.extend({
  /** Width of the layers that have no experts; absent where every layer has them. */
  intermediate_size: size.optional(),
  moe_intermediate_size: size,
  num_experts: size,
  num_experts_per_tok: size,
  norm_topk_prob: z.boolean().default(false),
  decoder_sparse_step: size.default(1),
  mlp_only_layers: z.array(z.int().nonnegative()).default([]),
  use_sliding_window: off,
});

export type DecoderConfig = z.infer<typeof decoderConfig>;

/** `json` as `schema` says it should be; else one error naming the file and every key that is missing or unsupported. */
export function checkConfig<Schema extends z.ZodType>(schema: Schema, json: unknown, path: string): z.infer<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => {
    const key = issue.path.join(".");
    const value = issue.path.reduce<unknown>(
      (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
      json,
    );
    return value === undefined ? `${key} is missing` : `${key} is ${JSON.stringify(value)} (${issue.message})`;
  });
  throw new CheckpointError(`cannot build from ${path}: ${complaints.join("; ")}`);
}
