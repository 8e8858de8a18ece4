/** Families with experts in all layers or some: their config's keys, and how they depart from Llama. */
import { z } from "zod";
import type { Routing } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { decoderKeys, denseKeys, expertCount, size, statedKvHeads, unset } from "./config.ts";
import { graniteKeys, graniteScales } from "./densefamilies.ts";
import { linear } from "./parts.ts";
import { family, grouped, type Traits } from "./skeleton.ts";
import { gatedUnit, mixture, separateExperts, stackedExperts } from "./units.ts";

const switchable = z.boolean().default(false);

/** The experts of `MixtralConfig` and those after it, whose experts are as wide as `intermediate_size`. */
const localExpertKeys = { num_local_experts: expertCount, num_experts_per_tok: expertCount };

/** The experts of the Qwen kind, which may leave layers dense. */
const qwenMoeKeys = decoderKeys.extend({
  ...statedKvHeads,
  /** Width of the layers that have no experts; absent where every layer has them. */
  intermediate_size: size.nullish(),
  moe_intermediate_size: size,
  num_experts: expertCount,
  num_experts_per_tok: expertCount,
  norm_topk_prob: switchable,
  decoder_sparse_step: z.int().nonnegative().default(1),
  mlp_only_layers: z.array(z.int().nonnegative()).nullish(),
});

/** The number of experts as `num_experts`: some versions of `transformers` 5 write it as Mixtral does. */
function underQwensName(json: unknown): unknown {
  const isOther = typeof json === "object" && json !== null && "num_local_experts" in json && !("num_experts" in json);
  return isOther ? { ...json, num_experts: json.num_local_experts } : json;
}
type QwenMoeConfig = z.infer<typeof qwenMoeKeys>;

export const sparseFamilies = {
  mixtral: family(
    denseKeys.extend({ ...localExpertKeys, ...statedKvHeads, sliding_window: size.nullish() }),
    (config) => {
      const { hidden_size: hidden, intermediate_size: inner, num_local_experts: count } = config;
      return {
        rope: { theta: 1_000_000 },
        attention: grouped(config, { window: config.sliding_window ?? undefined }),
        names: { feedForward: "block_sparse_moe" },
        feedForward: (name) =>
          mixture({
            router: linear(`${name}.gate`, hidden, count),
            routing: routing(config.num_experts_per_tok, true),
            experts: separateExperts(`${name}.experts`, { hidden, inner, count }, { gate: "w1", up: "w3", down: "w2" }),
          }),
      };
    },
  ),

  olmoe: family(
    denseKeys.extend({
      attention_bias: switchable,
      num_experts: expertCount,
      num_experts_per_tok: expertCount,
      norm_topk_prob: switchable,
      clip_qkv: z.number().positive().nullish(),
      head_dim: unset,
    }),
    (config) => {
      const { hidden_size: hidden, intermediate_size: inner, num_experts: count } = config;
      return {
        attention: grouped(config, {
          bias: config.attention_bias ? "all" : "none",
          headNorm: "together",
          clip: config.clip_qkv ?? undefined,
        }),
        feedForward: (name) =>
          mixture({
            router: linear(`${name}.gate`, hidden, count),
            routing: routing(config.num_experts_per_tok, config.norm_topk_prob),
            experts: separateExperts(`${name}.experts`, { hidden, inner, count }),
          }),
      };
    },
  ),

  qwen2_moe: family(
    qwenMoeKeys.extend({ shared_expert_intermediate_size: size, qkv_bias: z.boolean().default(true) }),
    (config) => {
      const { hidden_size: hidden, shared_expert_intermediate_size: sharedInner } = config;
      return {
        attention: grouped(config, { bias: config.qkv_bias ? "inputs" : "none" }),
        feedForward: qwenFeedForward(config, (name) => ({
          unit: gatedUnit(`${name}.shared_expert`, hidden, sharedInner),
          gate: linear(`${name}.shared_expert_gate`, hidden, 1),
        })),
      };
    },
  ),

  qwen3_moe: family(z.preprocess(underQwensName, qwenMoeKeys.extend({ attention_bias: switchable })), (config) => ({
    attention: grouped(config, { headNorm: "each", bias: config.attention_bias ? "all" : "none" }),
    feedForward: qwenFeedForward(config),
  })),

  granitemoe: family(graniteKeys.extend(localExpertKeys), (config) => {
    const { hidden_size: hidden, intermediate_size: inner, num_local_experts: count } = config;
    return {
      attention: grouped(config, {
        bias: config.attention_bias ? "all" : "none",
        scale: config.attention_multiplier,
      }),
      names: { feedForward: "block_sparse_moe" },
      feedForward: (name) =>
        mixture({
          router: linear(`${name}.router.layer`, hidden, count),
          routing: routing(config.num_experts_per_tok, true),
          experts: stackedExperts(`${name}.input_linear.weight`, `${name}.output_linear.weight`, {
            hidden,
            inner,
            count,
          }),
        }),
      scales: graniteScales(config),
    };
  }),
};

function routing(perToken: number, renormalise: boolean): Routing {
  return { perToken, renormalise, scale: 1 };
}

type Shared = NonNullable<Parameters<typeof mixture>[0]["shared"]>;

/** Experts where `mlp_only_layers` and `decoder_sparse_step` leave them, `shared` beside them; gated units elsewhere. */
function qwenFeedForward(config: QwenMoeConfig, shared?: (name: string) => Shared): Traits["feedForward"] {
  const { hidden_size: hidden, moe_intermediate_size: inner, num_experts: count, decoder_sparse_step: step } = config;
  return (name, layer) => {
    if (!config.mlp_only_layers?.includes(layer) && step > 0 && (layer + 1) % step === 0) {
      return mixture({
        router: linear(`${name}.gate`, hidden, count),
        routing: routing(config.num_experts_per_tok, config.norm_topk_prob),
        experts: separateExperts(`${name}.experts`, { hidden, inner, count }),
        ...(shared && { shared: shared(name) }),
      });
    }
    if (config.intermediate_size) return gatedUnit(name, hidden, config.intermediate_size);
    throw new CheckpointError(`intermediate_size is missing, and layer ${layer} has no experts`);
  };
}
