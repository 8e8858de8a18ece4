/** Published models that have convolutions in most layers. */
import type { Published } from "./published.support.ts";

export const publishedHybrids = {
  /** LiquidAI/LFM2-8B-A1B; its card says 8.3B and 1.5B, https://arxiv.org/abs/2511.23404 too */
  "LFM2-8B-A1B": {
    config: {
      model_type: "lfm2_moe",
      vocab_size: 65_536,
      hidden_size: 2048,
      intermediate_size: 7168,
      moe_intermediate_size: 1792,
      num_hidden_layers: 24,
      layer_types: Array.from({ length: 24 }, (_, layer) =>
        [2, 6, 10, 14, 18, 21].includes(layer) ? "full_attention" : "conv",
      ),
      num_attention_heads: 32,
      num_key_value_heads: 8,
      num_dense_layers: 2,
      num_experts: 32,
      num_experts_per_tok: 4,
      max_position_embeddings: 128_000,
    },
    total: 8.3,
    active: 1.5,
  },
  /** LiquidAI/LFM2-1.2B; its card counts them all */
  "LFM2-1.2B": {
    config: {
      model_type: "lfm2",
      vocab_size: 65_536,
      hidden_size: 2048,
      block_ff_dim: 12_288,
      num_hidden_layers: 16,
      full_attn_idxs: [2, 5, 8, 10, 12, 14],
      num_attention_heads: 32,
      num_key_value_heads: 8,
      max_position_embeddings: 128_000,
    },
    total: 1.170_340_608,
  },
} satisfies Record<string, Published>;
