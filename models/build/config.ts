/** What a `config.json` in Hugging Face layout may say. Names and defaults: `transformers`' configuration classes. */
import { z } from "zod";
import { CheckpointError } from "./checkpointerror.ts";
import { ropeKeys, thetaKey } from "./rope.ts";

/** Sizes may be far above any model's; what exceeds them is a slip or a trap, and is met before anything is allocated. */
const upTo = (largest: number) => z.int().positive().max(largest);
/** A width, a vocabulary, a number of positions. */
export const size = upTo(2 ** 24);
export const layerCount = upTo(512);
export const headCount = upTo(2 ** 16);
export const expertCount = upTo(1024);

/** A switch for something the builder does not write; only its off position is read. */
export const off: z.ZodType<boolean> = z.literal(false).default(false);
/** A setting for something the builder does not write: absent, or null. */
export const unset = z.null().optional();

/** What no family here has, under the names that families elsewhere give it: left out silently, it would make another model. */
export const nowhere = z.object({
  quantization_config: unset,
  attn_logit_softcapping: unset,
  final_logit_softcapping: unset,
  position_embedding_type: z.literal("rope").optional(),
});

/** The keys that every decoder of the Llama kind has. Key by key, a family's row says more. */
export const decoderKeys = nowhere.extend({
  model_type: z.string(),
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: headCount,
  num_key_value_heads: headCount.nullish(),
  head_dim: headCount.nullish(),
  max_position_embeddings: size,
  rms_norm_eps: z.number().positive(),
  hidden_act: z.enum(["silu", "swish"]).default("silu"),
  rope_theta: thetaKey,
  rope_scaling: ropeKeys.nullish(),
  rope_parameters: ropeKeys.nullish(),
  partial_rotary_factor: z.literal(1).nullish(),
  layer_types: z.array(z.literal("full_attention")).nullish(),
  use_sliding_window: off,
  attention_bias: off,
  mlp_bias: off,
  tie_word_embeddings: z.boolean().default(false),
});
/** What of a config the skeleton reads itself. */
export type DecoderConfig = Pick<
  z.infer<typeof decoderKeys>,
  | "model_type"
  | "vocab_size"
  | "hidden_size"
  | "num_hidden_layers"
  | "num_attention_heads"
  | "num_key_value_heads"
  | "head_dim"
  | "max_position_embeddings"
  | "rms_norm_eps"
  | "rope_theta"
  | "rope_scaling"
  | "rope_parameters"
  | "tie_word_embeddings"
>;

/** A dense feed-forward of one width. */
export const denseKeys = decoderKeys.extend({ intermediate_size: size });

/** For families whose class has a number of its own for this key if it is left out; null means as many as heads everywhere. */
export const statedKvHeads = { num_key_value_heads: headCount.nullable() };

/** `json` as `schema` says it should be; else one error that names every key that is missing or unsupported. */
export function checkConfig<Schema extends z.ZodType>(schema: Schema, json: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => {
    const value = issue.path.reduce<unknown>(
      (within, step) => (within as Record<PropertyKey, unknown> | undefined)?.[step],
      json,
    );
    const key = issue.path.join(".");
    return value === undefined ? `${key} is missing` : `${key} is ${shortened(value)} (${issue.message})`;
  });
  throw new CheckpointError(complaints.join("; "));
}

/** A value as a message shows it: whole, unless it is a long list or object. */
export function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
