/** The smallest configs that families accept, and what is looked at in their architectures. */
import type { Architecture, GroupedAttention, SparseFeedForward } from "./architecture.ts";
import { readArchitecture } from "./families.ts";

export const llama = {
  model_type: "llama",
  vocab_size: 40,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  intermediate_size: 48,
};
export const qwen3Moe = {
  ...llama,
  model_type: "qwen3_moe",
  num_experts: 4,
  num_experts_per_tok: 2,
  moe_intermediate_size: 16,
};
export const deepseek = {
  ...llama,
  model_type: "deepseek_v2",
  rms_norm_eps: 1e-6,
  q_lora_rank: null,
  kv_lora_rank: 16,
  qk_nope_head_dim: 16,
  qk_rope_head_dim: 8,
  v_head_dim: 16,
  moe_intermediate_size: 16,
  n_routed_experts: 8,
  n_shared_experts: 2,
  num_experts_per_tok: 2,
};
export const gptOss = { ...llama, model_type: "gpt_oss", head_dim: 8, num_local_experts: 4, num_experts_per_tok: 2 };
/** Keys as the first configs had them. */
export const lfm2 = {
  model_type: "lfm2",
  vocab_size: 40,
  hidden_size: 32,
  block_ff_dim: 96,
  num_hidden_layers: 3,
  full_attn_idxs: [1],
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 64,
};
export const lfm2Moe = {
  model_type: "lfm2_moe",
  vocab_size: 40,
  hidden_size: 32,
  intermediate_size: 48,
  moe_intermediate_size: 16,
  num_hidden_layers: 4,
  layer_types: ["conv", "conv", "full_attention", "conv"],
  num_attention_heads: 4,
  num_key_value_heads: 2,
  num_experts: 6,
  num_experts_per_tok: 2,
  max_position_embeddings: 64,
};
export const mixtral = { ...llama, model_type: "mixtral", num_local_experts: 2, num_experts_per_tok: 1 };
export const gptNeo = {
  model_type: "gpt_neo",
  vocab_size: 40,
  hidden_size: 32,
  num_layers: 4,
  num_heads: 4,
  max_position_embeddings: 64,
  attention_types: [[["global", "local"], 2]],
};

export const read = (config: object): Architecture => readArchitecture(config, "config.json");
export const attentionsOf = (config: object) =>
  read(config).blocks.map(({ attention }) => attention as GroupedAttention);
export const sparseOf = (config: object) => read(config).blocks.at(-1)!.feedForward as SparseFeedForward;
