/** gpt-oss (https://arxiv.org/abs/2508.10925; `GptOssConfig`). */
import { z } from "zod";
import { CheckpointError } from "./checkpointerror.ts";
import { denseKeys, expertCount, size, statedKvHeads } from "./config.ts";
import { linear } from "./parts.ts";
import { family, groupedByLayer } from "./skeleton.ts";
import { interleavedExperts, mixture } from "./units.ts";

const keys = denseKeys.extend({
  ...statedKvHeads,
  attention_bias: z.boolean().default(true),
  /** Required: the default is 64 here, not hidden_size / heads. */
  head_dim: size,
  sliding_window: size.default(128),
  layer_types: z.array(z.enum(["sliding_attention", "full_attention"])).nullish(),
  num_local_experts: expertCount,
  num_experts_per_tok: expertCount,
  swiglu_alpha: z.number().positive().default(1.702),
  swiglu_limit: z.number().positive().default(7),
  /** The published weights of the experts are in MXFP4. */
  quantization_config: z.looseObject({ quant_method: z.literal("mxfp4") }).nullish(),
});

/** The config's default rotation. */
const rope = {
  theta: 150_000,
  settings: {
    rope_type: "yarn",
    factor: 32,
    beta_fast: 32,
    beta_slow: 1,
    truncate: false,
    original_max_position_embeddings: 4096,
  },
};

export const gptOss = family(keys, (config) => {
  const { hidden_size: hidden, intermediate_size: inner, num_local_experts: count, num_hidden_layers: layers } = config;
  const types = config.layer_types ?? Array.from({ length: layers }, (_, layer) => alternating[layer % 2]!);
  if (types.length !== layers) {
    throw new CheckpointError(`layer_types has ${types.length} entries for num_hidden_layers ${layers}`);
  }
  const bias = config.attention_bias ? "all" : "none";
  return {
    rope,
    attention: groupedByLayer(config, (layer) => ({
      bias,
      sinks: true,
      window: types[layer] === "sliding_attention" ? config.sliding_window : undefined,
    })),
    feedForward: (name) =>
      mixture({
        router: linear(`${name}.router`, hidden, count, { bias: true }),
        routing: { perToken: config.num_experts_per_tok, renormalise: true, scale: 1 },
        experts: interleavedExperts(
          `${name}.experts`,
          { hidden, inner, count },
          {
            packed: Boolean(config.quantization_config),
            clamped: { alpha: config.swiglu_alpha, shift: 1, limit: config.swiglu_limit },
          },
        ),
      }),
  };
});

const alternating = ["sliding_attention", "full_attention"] as const;
