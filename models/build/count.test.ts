import { describe, expect, it } from "vitest";
import { kvBytesPerToken, parametersActive, parametersTotal, weightBytes } from "./count.ts";
import { readArchitecture } from "./families.ts";

const common = { max_position_embeddings: 32_768, rms_norm_eps: 1e-5 };

/** https://huggingface.co/mistralai/Mixtral-8x7B-v0.1/blob/main/config.json */
const mixtral8x7b = readArchitecture(
  {
    ...common,
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
  "config.json",
);

/** https://huggingface.co/Qwen/Qwen3-30B-A3B/blob/main/config.json */
const qwen3A3b = readArchitecture(
  {
    ...common,
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
  "config.json",
);

/** https://huggingface.co/Qwen/Qwen3-0.6B/blob/main/config.json */
const qwen306b = readArchitecture(
  {
    ...common,
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
  "config.json",
);

describe("parametersTotal", () => {
  it("equals the counts that the models are published with", () => {
    expect(parametersTotal(mixtral8x7b)).toBe(46_702_792_704);
    expect(parametersTotal(qwen3A3b)).toBe(30_532_122_624);
    expect(parametersTotal(qwen306b)).toBe(596_049_920);
  });
});

describe("parametersActive", () => {
  it('is the published "12.9B" and "3.3B" less the embedding rows that a token does not read', () => {
    expect(parametersActive(mixtral8x7b)).toBe(12_879_925_248 - 31_999 * 4096);
    expect((parametersActive(qwen3A3b) + 151_935 * 2048) / 1e9).toBeCloseTo(3.35, 2);
  });

  it("is the total for a dense model with a tied head", () => {
    expect(parametersActive(qwen306b)).toBe(parametersTotal(qwen306b));
  });
});

describe("weightBytes and kvBytesPerToken", () => {
  it("count four bytes an element", () => {
    expect(weightBytes(qwen306b)).toBe(4 * 596_049_920);
    expect(kvBytesPerToken(qwen306b)).toBe(4 * 2 * 28 * 8 * 128);
  });
});
