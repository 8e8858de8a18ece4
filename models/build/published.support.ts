import { publishedHybrids } from "./publishedhybrids.support.ts";

/** Models as they are published: of their config.json on https://huggingface.co what sizes depend on, and their makers' counts. */
export interface Published {
  config: Record<string, unknown> & { model_type: string };
  /** In billions, to as many places as it is published; to nine where the hub shows every element of the safetensors files. */
  total: number;
  /** The same; some are rounded and some cut off. */
  active?: number;
  /** Whether the active count holds the embedding of an untied model. */
  countsEmbedding?: boolean;
}

const llama = { max_position_embeddings: 32_768, rms_norm_eps: 1e-5 };

const entries = {
  ...publishedHybrids,
  /** mistralai/Mixtral-8x7B-v0.1; https://arxiv.org/abs/2401.04088 */
  "Mixtral-8x7B": {
    config: {
      ...llama,
      model_type: "mixtral",
      vocab_size: 32_000,
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      num_local_experts: 8,
      num_experts_per_tok: 2,
    },
    total: 46.702_792_704,
    active: 12.9,
    countsEmbedding: true,
  },
  /** Qwen/Qwen3-30B-A3B; https://arxiv.org/abs/2505.09388 */
  "Qwen3-30B-A3B": {
    config: {
      ...llama,
      model_type: "qwen3_moe",
      vocab_size: 151_936,
      hidden_size: 2048,
      intermediate_size: 6144,
      moe_intermediate_size: 768,
      num_hidden_layers: 48,
      num_attention_heads: 32,
      num_key_value_heads: 4,
      head_dim: 128,
      num_experts: 128,
      num_experts_per_tok: 8,
      norm_topk_prob: true,
    },
    total: 30.532_122_624,
    active: 3.3,
    countsEmbedding: true,
  },
  /** Qwen/Qwen3-0.6B */
  "Qwen3-0.6B": {
    config: {
      ...llama,
      model_type: "qwen3",
      vocab_size: 151_936,
      hidden_size: 1024,
      intermediate_size: 3072,
      num_hidden_layers: 28,
      num_attention_heads: 16,
      num_key_value_heads: 8,
      head_dim: 128,
      tie_word_embeddings: true,
    },
    total: 0.596_049_920,
  },
  /** Qwen/Qwen1.5-MoE-A2.7B; https://qwenlm.github.io/blog/qwen-moe/ */
  "Qwen1.5-MoE-A2.7B": {
    config: {
      ...llama,
      model_type: "qwen2_moe",
      vocab_size: 151_936,
      hidden_size: 2048,
      intermediate_size: 5632,
      moe_intermediate_size: 1408,
      shared_expert_intermediate_size: 5632,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      num_key_value_heads: 16,
      num_experts: 60,
      num_experts_per_tok: 4,
    },
    total: 14.315_784_192,
    active: 2.7,
    countsEmbedding: true,
  },
  /** allenai/OLMoE-1B-7B-0924; https://arxiv.org/abs/2409.02060 */
  "OLMoE-1B-7B": {
    config: {
      ...llama,
      model_type: "olmoe",
      vocab_size: 50_304,
      hidden_size: 2048,
      intermediate_size: 1024,
      num_hidden_layers: 16,
      num_attention_heads: 16,
      num_key_value_heads: 16,
      num_experts: 64,
      num_experts_per_tok: 8,
    },
    total: 6.919_161_856,
    active: 1.28,
    countsEmbedding: true,
  },
  /** ibm-granite/granite-3.0-1b-a400m-base; its card says 1.3B and 400M. */
  "granite-3.0-1b-a400m": {
    config: {
      ...llama,
      model_type: "granitemoe",
      vocab_size: 49_155,
      hidden_size: 1024,
      intermediate_size: 512,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      num_key_value_heads: 8,
      num_local_experts: 32,
      num_experts_per_tok: 8,
      tie_word_embeddings: true,
    },
    total: 1.3,
    active: 0.4,
  },
  /** deepseek-ai/DeepSeek-V2-Lite; https://arxiv.org/abs/2405.04434, appendix B */
  "DeepSeek-V2-Lite": {
    config: {
      ...llama,
      rms_norm_eps: 1e-6,
      model_type: "deepseek_v2",
      vocab_size: 102_400,
      hidden_size: 2048,
      intermediate_size: 10_944,
      moe_intermediate_size: 1408,
      num_hidden_layers: 27,
      num_attention_heads: 16,
      num_key_value_heads: 16,
      kv_lora_rank: 512,
      q_lora_rank: null,
      qk_nope_head_dim: 128,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
      first_k_dense_replace: 1,
      n_routed_experts: 64,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
    },
    total: 15.706_484_224,
    active: 2.4,
    countsEmbedding: false,
  },
  /** openai/gpt-oss-20b; https://arxiv.org/abs/2508.10925, table 1 */
  "gpt-oss-20b": {
    config: {
      ...llama,
      model_type: "gpt_oss",
      vocab_size: 201_088,
      hidden_size: 2880,
      intermediate_size: 2880,
      num_hidden_layers: 24,
      num_attention_heads: 64,
      num_key_value_heads: 8,
      head_dim: 64,
      num_local_experts: 32,
      num_experts_per_tok: 4,
      quantization_config: { quant_method: "mxfp4" },
    },
    total: 20.914_757_184,
    active: 3.61,
    countsEmbedding: false,
  },
  /** openai-community/gpt2 */
  gpt2: {
    config: { model_type: "gpt2", vocab_size: 50_257, n_embd: 768, n_layer: 12, n_head: 12, n_positions: 1024 },
    total: 0.124_439_808,
  },
  /** roneneldan/TinyStories-33M */
  "TinyStories-33M": {
    config: {
      model_type: "gpt_neo",
      vocab_size: 50_257,
      hidden_size: 768,
      num_layers: 4,
      num_heads: 16,
      max_position_embeddings: 2048,
      attention_types: [[["global", "local"], 2]],
    },
    total: 0.0685,
  },
  /** HuggingFaceTB/SmolLM2-135M */
  "SmolLM2-135M": {
    config: {
      ...llama,
      model_type: "llama",
      vocab_size: 49_152,
      hidden_size: 576,
      intermediate_size: 1536,
      num_hidden_layers: 30,
      num_attention_heads: 9,
      num_key_value_heads: 3,
      tie_word_embeddings: true,
    },
    total: 0.134_515_008,
  },
  /** meta-llama/Llama-3.2-1B */
  "Llama-3.2-1B": {
    config: {
      ...llama,
      model_type: "llama",
      vocab_size: 128_256,
      hidden_size: 2048,
      intermediate_size: 8192,
      num_hidden_layers: 16,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      head_dim: 64,
      tie_word_embeddings: true,
    },
    total: 1.235_814_400,
  },
} satisfies Record<string, Published>;

export const published: Readonly<Record<keyof typeof entries, Published>> = entries;
