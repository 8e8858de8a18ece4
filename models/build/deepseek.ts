/**
 * DeepSeek-V2 (https://arxiv.org/abs/2405.04434). Where `transformers`' port and the code published with the weights
 * (`modeling_deepseek.py`) differ, the published code counts: it made the models.
 */
import { z } from "zod";
import type { Routing } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { denseKeys, expertCount, headCount, size, type DecoderConfig } from "./config.ts";
import { latentAttention, linear } from "./parts.ts";
import { ropeSettings, rotary, yarnFactor, yarnMagnitude } from "./rope.ts";
import { family } from "./skeleton.ts";
import { gatedUnit, mixture, separateExperts } from "./units.ts";

const keys = denseKeys.extend({
  attention_bias: z.boolean().default(false),
  /** The norms inside attention have this epsilon whatever the config says, so only configs that say the same can be built. */
  rms_norm_eps: z.literal(1e-6).default(1e-6),
  /** What it says, if it is there, is said by the four sizes below. */
  head_dim: z.number().nullish(),
  q_lora_rank: size.nullable(),
  kv_lora_rank: size,
  qk_nope_head_dim: size,
  qk_rope_head_dim: headCount.multipleOf(2),
  v_head_dim: size,
  first_k_dense_replace: z.int().nonnegative().default(0),
  moe_layer_freq: z.int().positive().default(1),
  moe_intermediate_size: size,
  n_routed_experts: expertCount,
  n_shared_experts: expertCount.nullable(),
  num_experts_per_tok: expertCount,
  topk_method: z.enum(["greedy", "group_limited_greedy"]).default("greedy"),
  n_group: expertCount.nullish(),
  topk_group: expertCount.nullish(),
  scoring_func: z.literal("softmax").default("softmax"),
  /** True scales the chosen weights to one in the published code and does nothing in `transformers`; no published model has it. */
  norm_topk_prob: z.literal(false).nullish(),
  routed_scaling_factor: z.number().positive().default(1),
});
type Config = z.infer<typeof keys>;

export const deepseekV2 = family(keys, (config) => {
  const { hidden_size: hidden, moe_intermediate_size: inner, n_routed_experts: count, n_shared_experts } = config;
  return {
    positions: rotary(config, config.qk_rope_head_dim, { pairs: "neighbours" }),
    attention: (name) =>
      latentAttention(name, {
        hidden,
        heads: config.num_attention_heads,
        nopeDim: config.qk_nope_head_dim,
        rotaryDim: config.qk_rope_head_dim,
        valueDim: config.v_head_dim,
        latentDim: config.kv_lora_rank,
        queryRank: config.q_lora_rank ?? undefined,
        bias: config.attention_bias,
        scale: (config.qk_nope_head_dim + config.qk_rope_head_dim) ** -0.5 * magnitude(config) ** 2,
      }),
    feedForward: (name, layer) => {
      if (layer < config.first_k_dense_replace || layer % config.moe_layer_freq !== 0) {
        return gatedUnit(name, hidden, config.intermediate_size);
      }
      return mixture({
        router: linear(`${name}.gate`, hidden, count),
        routing: routing(config),
        experts: separateExperts(`${name}.experts`, { hidden, inner, count }),
        // Several shared experts are stored as one unit of their common width.
        ...(n_shared_experts !== null && {
          shared: { unit: gatedUnit(`${name}.shared_experts`, hidden, inner * n_shared_experts) },
        }),
      });
    },
  };
});

/** What a stretched context adds to the scores: once for the query and once for the key. */
function magnitude(config: DecoderConfig): number {
  const settings = ropeSettings(config);
  const { rope_type, type, mscale_all_dim } = settings;
  if ((rope_type ?? type) !== "yarn" || !mscale_all_dim) return 1;
  return yarnMagnitude(yarnFactor(settings, config.max_position_embeddings), mscale_all_dim);
}

function routing({ topk_method, n_group, topk_group, ...config }: Config): Routing {
  const common = { perToken: config.num_experts_per_tok, renormalise: false, scale: config.routed_scaling_factor };
  if (topk_method === "greedy") return common;
  if (n_group && topk_group) return { ...common, groups: { count: n_group, chosen: topk_group } };
  throw new CheckpointError(`n_group or topk_group is missing for topk_method "${topk_method}"`);
}
