/** Families whose layers are all dense: their config's keys, and how they depart from Llama. */
import { z } from "zod";
import { denseKeys, size, statedKvHeads } from "./config.ts";
import { family, gated, grouped } from "./skeleton.ts";

const switchable = z.boolean().default(false);
const multiplier = z.number().positive().default(1);

/** Granite's four multipliers (`GraniteConfig`). */
export const graniteKeys = denseKeys.extend({
  attention_bias: switchable,
  embedding_multiplier: multiplier,
  attention_multiplier: multiplier,
  residual_multiplier: multiplier,
  logits_scaling: multiplier,
});

/** What Granite's multipliers make of the stream; the fourth is the attention's scale. */
export function graniteScales(config: z.infer<typeof graniteKeys>) {
  return {
    embeddingScale: config.embedding_multiplier,
    residualScale: config.residual_multiplier,
    logitScale: 1 / config.logits_scaling,
  };
}

export const denseFamilies = {
  llama: family(denseKeys.extend({ attention_bias: switchable, mlp_bias: switchable }), (config) => ({
    attention: grouped(config, { bias: config.attention_bias ? "all" : "none" }),
    feedForward: gated(config, { bias: config.mlp_bias }),
  })),

  /** `MistralConfig`: an absent window is one of 4096, null is none. */
  mistral: family(denseKeys.extend({ ...statedKvHeads, sliding_window: size.nullable().default(4096) }), (config) => ({
    attention: grouped(config, { window: config.sliding_window ?? undefined }),
    feedForward: gated(config),
  })),

  qwen2: family(denseKeys.extend(statedKvHeads), (config) => ({
    attention: grouped(config, { bias: "inputs" }),
    feedForward: gated(config),
  })),

  /** `head_dim` is required: its default is 128 here, not hidden_size / heads. */
  qwen3: family(denseKeys.extend({ ...statedKvHeads, head_dim: size, attention_bias: switchable }), (config) => ({
    attention: grouped(config, { headNorm: "each", bias: config.attention_bias ? "all" : "none" }),
    feedForward: gated(config),
  })),

  granite: family(graniteKeys.extend({ mlp_bias: switchable }), (config) => ({
    attention: grouped(config, {
      bias: config.attention_bias ? "all" : "none",
      scale: config.attention_multiplier,
    }),
    feedForward: gated(config, { bias: config.mlp_bias }),
    scales: graniteScales(config),
  })),
};
