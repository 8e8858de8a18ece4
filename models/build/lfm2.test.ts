import { describe, expect, it } from "vitest";
import type { GatedUnit, Rotary } from "./architecture.ts";
import { kvBytesPerToken } from "./count.ts";
import { describe as description } from "./describe.ts";
import { lfm2, lfm2Moe, read, sparseOf } from "./families.support.ts";
import { tensorsOf } from "./tensors.ts";

const kinds = (config: object) => read(config).blocks.map(({ attention }) => attention.kind);
const feedForwards = (config: object) => read(config).blocks.map(({ feedForward }) => feedForward.kind);
const widthOf = (config: object) => (read(config).blocks[0]!.feedForward as GatedUnit).up.weight.shape[0];

describe("lfm2", () => {
  it("places attention by layer_types, or by full_attn_idxs where there are none", () => {
    expect(kinds(lfm2)).toEqual(["convolution", "grouped", "convolution"]);
    const types = ["full_attention", "conv", "conv"];
    expect(kinds({ ...lfm2, layer_types: types })).toEqual(["grouped", "convolution", "convolution"]);
  });

  it("takes two thirds of the stated width, times the multiplier, in whole multiples, unless told otherwise", () => {
    expect(widthOf(lfm2)).toBe(256);
    expect(widthOf({ ...lfm2, block_ff_dim: 12_288 })).toBe(8192);
    expect(widthOf({ ...lfm2, block_ff_dim: 6656 })).toBe(4608);
    expect(widthOf({ ...lfm2, block_ff_dim: 50, block_ffn_dim_multiplier: 1.2, block_multiple_of: 8 })).toBe(40);
    expect(widthOf({ ...lfm2, block_ffn_dim_multiplier: null, block_multiple_of: 1 })).toBe(64);
    expect(widthOf({ ...lfm2, block_auto_adjust_ff_dim: false })).toBe(96);
  });

  it("reads the names of the first configs and those of later ones", () => {
    const { block_ff_dim: width, ...others } = lfm2;
    expect(widthOf({ ...others, intermediate_size: width })).toBe(256);
    expect(read(lfm2)).toMatchObject({ normEpsilon: 1e-5, context: 64 });
    expect(read({ ...lfm2, norm_eps: 1e-6 }).normEpsilon).toBe(1e-6);
    expect(read(lfm2).head).toBeUndefined();
    expect(read({ ...lfm2, tie_word_embeddings: false }).head).toBeDefined();
    expect(read({ ...lfm2, tie_embedding: false }).head).toBeDefined();
    const second = (config: object) => (read(config).positions as Rotary).frequencies[1];
    expect(second(lfm2)).toBeCloseTo(1e6 ** -0.25, 12);
    expect(second({ ...lfm2, theta: 1e4 })).toBeCloseTo(1e4 ** -0.25, 12);
  });

  it("has the tensors of the published checkpoints", () => {
    const names = tensorsOf(read({ ...lfm2, num_hidden_layers: 2 })).map(({ name }) => name);
    expect(names).toEqual([
      "model.embed_tokens.weight",
      "model.layers.0.operator_norm.weight",
      "model.layers.0.conv.in_proj.weight",
      "model.layers.0.conv.conv.weight",
      "model.layers.0.conv.out_proj.weight",
      "model.layers.0.ffn_norm.weight",
      ...["w1", "w3", "w2"].map((part) => `model.layers.0.feed_forward.${part}.weight`),
      "model.layers.1.operator_norm.weight",
      ...["q_proj", "k_proj", "v_proj", "out_proj", "q_layernorm", "k_layernorm"].map(
        (part) => `model.layers.1.self_attn.${part}.weight`,
      ),
      "model.layers.1.ffn_norm.weight",
      ...["w1", "w3", "w2"].map((part) => `model.layers.1.feed_forward.${part}.weight`),
      "model.embedding_norm.weight",
    ]);
  });

  it("adds to the cache what its attention does, and is described by it", () => {
    expect(kvBytesPerToken(read(lfm2))).toBe(4 * 2 * 2 * 8);
    expect(description(read(lfm2))).toMatchObject({ layers: 3, convolutions: 2, heads: 4, kvHeads: 2, headDim: 8 });
    const alone = description(read({ ...lfm2, full_attn_idxs: [] }));
    expect(alone).toMatchObject({ convolutions: 3 });
    expect(alone).not.toHaveProperty("heads");
  });

  it.each([
    ["layer_types of another length", { layer_types: ["conv"] }, /layer_types has 1 entries for num_hidden_layers 3/],
    ["neither layer_types nor full_attn_idxs", { full_attn_idxs: undefined }, /layer_types is missing/],
    ["other layers", { layer_types: ["conv", "conv", "sliding_attention"] }, /layer_types.2 is "sliding_attention"/],
    ["a convolution of one position", { conv_L_cache: 1 }, /conv_L_cache is 1/],
    ["a width of the wrong kind", { block_ff_dim: "96" }, /intermediate_size is "96"/],
  ])("refuses %s", (_, keys, message) => {
    expect(() => read({ ...lfm2, ...keys })).toThrow(message);
  });
});

describe("lfm2_moe", () => {
  it("has experts after its dense layers, by sigmoids", () => {
    expect(feedForwards(lfm2Moe)).toEqual(["gated", "gated", "sparse", "sparse"]);
    expect(feedForwards({ ...lfm2Moe, num_dense_layers: 0 })).toEqual(["sparse", "sparse", "sparse", "sparse"]);
    expect(widthOf(lfm2Moe)).toBe(48);
    const { routing, experts } = sparseOf(lfm2Moe);
    expect(routing).toMatchObject({ perToken: 2, renormalise: true, scale: 1, sigmoid: { epsilon: 1e-6 } });
    expect(routing.sigmoid!.bias!.tensor).toEqual({ name: "model.layers.3.feed_forward.expert_bias", shape: [6] });
    expect(experts[5]!.up.weight.tensor.name).toBe("model.layers.3.feed_forward.experts.5.w3.weight");
  });

  it("routes as it says", () => {
    const keys = { use_expert_bias: false, norm_topk_prob: false, routed_scaling_factor: 2.5 };
    const { routing } = sparseOf({ ...lfm2Moe, ...keys });
    expect(routing).toEqual({ perToken: 2, renormalise: false, scale: 2.5, sigmoid: { epsilon: 1e-6 } });
  });
});
