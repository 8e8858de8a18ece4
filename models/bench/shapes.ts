/**
 * Models that are shapes only, as the config.json of a Hugging Face checkpoint: their weights are random, since a dense model takes
 * as long to compute whatever its weights are.
 */
const common = {
  hidden_act: "silu",
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  max_position_embeddings: 2_048,
  vocab_size: 16_384,
  tie_word_embeddings: true,
} as const;

/** The layers of SmolLM2-135M (https://arxiv.org/abs/2502.02737) under a smaller vocabulary: 116 million parameters. */
export const denseShape = {
  model_type: "llama",
  num_hidden_layers: 30,
  hidden_size: 576,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  head_dim: 64,
  intermediate_size: 1_536,
  ...common,
} as const;

/** Eight experts of which two work: 115 million parameters, of which 40 million are used for a token. */
export const moeShape = {
  model_type: "mixtral",
  num_hidden_layers: 8,
  hidden_size: 512,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 64,
  intermediate_size: 1_024,
  num_local_experts: 8,
  num_experts_per_tok: 2,
  ...common,
} as const;

/** What a config.json says. */
export type Shape = Readonly<Record<string, unknown>>;
