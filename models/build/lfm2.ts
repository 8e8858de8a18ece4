/**
 * LFM2 (https://arxiv.org/abs/2511.23404): gated short convolutions in most layers, attention in the others, dense or with experts.
 * Names and defaults: `Lfm2Config` and `Lfm2MoeConfig` of `transformers`.
 */
import { z } from "zod";
import { CheckpointError } from "./checkpointerror.ts";
import { decoderKeys, expertCount, headCount, layerCount, size, type DecoderConfig } from "./config.ts";
import { linear, shortConvolution } from "./parts.ts";
import { family, grouped, type Family, type Traits } from "./skeleton.ts";
import { gatedUnit, mixture, separateExperts } from "./units.ts";
import { whole } from "./weights.ts";

const layerTypes = z.array(z.enum(["conv", "full_attention"]));

const commonKeys = decoderKeys.extend({
  num_key_value_heads: headCount.nullable(),
  /** As many layers as it has entries. */
  layer_types: layerTypes,
  /** Positions a convolution sums. */
  conv_L_cache: z.int().min(2).max(64).default(3),
  conv_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(true),
});

const denseKeys = commonKeys.extend({
  /** Of what is stated here the units have two thirds, times the multiplier, in whole multiples, unless told otherwise. */
  intermediate_size: size,
  block_auto_adjust_ff_dim: z.boolean().default(true),
  block_ffn_dim_multiplier: z.number().positive().nullable().default(1),
  block_multiple_of: size.default(256),
});

const sparseKeys = commonKeys.extend({
  intermediate_size: size,
  moe_intermediate_size: size,
  num_dense_layers: layerCount.or(z.literal(0)).default(2),
  num_experts: expertCount,
  num_experts_per_tok: expertCount,
  use_expert_bias: z.boolean().default(true),
  norm_topk_prob: z.boolean().default(true),
  routed_scaling_factor: z.number().positive().default(1),
});

/** `Lfm2MoeSparseMoeBlock` adds it to the sum of the chosen experts' scores. */
const epsilon = 1e-6;

const unitNames = { gate: "w1", up: "w3", down: "w2" };

const dense = family(denseKeys, (config) => ({
  ...hybrid(config),
  feedForward: (name) => gatedUnit(name, config.hidden_size, unitWidth(config), { names: unitNames }),
}));

const sparse = family(sparseKeys, (config) => {
  const { hidden_size: hidden, moe_intermediate_size: inner, num_experts: count } = config;
  return {
    ...hybrid(config),
    feedForward: (name, layer) => {
      if (layer < config.num_dense_layers) {
        return gatedUnit(name, hidden, config.intermediate_size, { names: unitNames });
      }
      return mixture({
        router: linear(`${name}.gate`, hidden, count),
        routing: {
          perToken: config.num_experts_per_tok,
          renormalise: config.norm_topk_prob,
          scale: config.routed_scaling_factor,
          sigmoid: {
            ...(config.use_expert_bias && { bias: whole({ name: `${name}.expert_bias`, shape: [count] }) }),
            epsilon,
          },
        },
        experts: separateExperts(`${name}.experts`, { hidden, inner, count }, unitNames),
      });
    },
  };
});

export const lfm2: Family = (json) => dense(underCommonNames(json));
export const lfm2Moe: Family = (json) => sparse(underCommonNames(json));

/** What dense models and those with experts have in common. */
function hybrid(config: DecoderConfig & z.infer<typeof commonKeys>): Omit<Traits, "feedForward"> {
  const { hidden_size: hidden, num_hidden_layers: layers, layer_types: types } = config;
  if (types.length !== layers) {
    throw new CheckpointError(`layer_types has ${types.length} entries for num_hidden_layers ${layers}`);
  }
  const attention = grouped(config, {
    headNorm: "each",
    names: { output: "out_proj", queryNorm: "q_layernorm", keyNorm: "k_layernorm" },
  });
  return {
    rope: { theta: 1_000_000 },
    names: {
      attentionNorm: "operator_norm",
      attention: (layer) => (types[layer] === "conv" ? "conv" : "self_attn"),
      feedForwardNorm: "ffn_norm",
      feedForward: "feed_forward",
      norm: "embedding_norm",
    },
    attention: (name, layer) =>
      types[layer] === "conv"
        ? shortConvolution(name, { hidden, length: config.conv_L_cache, bias: config.conv_bias })
        : attention(name, layer),
  };
}

/** `Lfm2MLP` */
function unitWidth(config: z.infer<typeof denseKeys>): number {
  const { intermediate_size: stated, block_multiple_of: multiple, block_ffn_dim_multiplier: multiplier } = config;
  if (!config.block_auto_adjust_ff_dim) return stated;
  const twoThirds = Math.trunc((2 * stated) / 3);
  return multiple * Math.ceil(Math.trunc((multiplier ?? 1) * twoThirds) / multiple);
}

/** Other names of the first configs, which go before the present ones as in the classes; `norm_eps` is this family's own. */
const otherNames = [
  ["block_ff_dim", "intermediate_size"],
  ["tie_embedding", "tie_word_embeddings"],
  ["theta", "rope_theta"],
  ["norm_eps", "rms_norm_eps"],
] as const;

function underCommonNames(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  const renamed: Record<string, unknown> = { ...json };
  for (const [other, name] of otherNames) renamed[name] = renamed[other] ?? renamed[name];
  renamed["rms_norm_eps"] ??= 1e-5;
  renamed["layer_types"] ??= typesByIndex(renamed);
  return renamed;
}

/** Until `layer_types`, the indices of the layers with attention. */
function typesByIndex({ full_attn_idxs: indices, num_hidden_layers: layers }: Record<string, unknown>): unknown {
  const count = layerCount.safeParse(layers);
  if (!Array.isArray(indices) || !count.success) return undefined;
  return Array.from({ length: count.data }, (_, layer) => (indices.includes(layer) ? "full_attention" : "conv"));
}
