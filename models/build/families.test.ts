import { describe, expect, it } from "vitest";
import type { View } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { attentionsOf, deepseek, gptNeo, gptOss, llama, mixtral, qwen3Moe, read } from "./families.support.ts";
import { modelTypes, readArchitecture } from "./families.ts";
import { published } from "./published.support.ts";
import { tensorsOf, viewsOf } from "./tensors.ts";
import { elementCount, spanOf } from "./weights.ts";

const { hidden_size: _hidden, vocab_size: _vocab, ...incomplete } = llama;

function refusal(config: unknown): Error | undefined {
  try {
    readArchitecture(config, "/model/config.json");
  } catch (error) {
    return error as Error;
  }
}

describe("readArchitecture", () => {
  it.each([
    [
      "an unknown model_type",
      { ...llama, model_type: "bloom" },
      /model_type "bloom"; those that can be built are llama, mistral, qwen2/,
    ],
    ["no model_type", { hidden_size: 32 }, /names no model_type/],
    ["a list", [], /names no model_type/],
    ["a name of Object's", { model_type: "constructor" }, /has model_type "constructor"/],
    ["missing keys, all at once", incomplete, /vocab_size is missing; hidden_size is missing/],
    ["a key of the wrong kind", { ...llama, hidden_size: "32" }, /hidden_size is "32"/],
    ["biases where there are none", { ...mixtral, attention_bias: true }, /attention_bias is true/],
    ["another activation", { ...llama, hidden_act: "gelu" }, /hidden_act is "gelu"/],
    ["exact gelu", { ...gptNeo, activation_function: "gelu" }, /activation_function is "gelu"/],
    [
      "scaled rotary positions of an unknown kind",
      { ...llama, rope_scaling: { type: "dynamic" } },
      /rope_type "dynamic"/,
    ],
    ["a part of heads rotated", { ...llama, partial_rotary_factor: 0.5 }, /partial_rotary_factor is 0.5/],
    [
      "a part of heads rotated, new spelling",
      { ...llama, rope_parameters: { partial_rotary_factor: 0.5 } },
      /rope_parameters.partial_rotary_factor is 0.5/,
    ],
    ["soft caps", { ...llama, final_logit_softcapping: 30 }, /final_logit_softcapping is 30/],
    ["other positions", { ...llama, position_embedding_type: "alibi" }, /position_embedding_type is "alibi"/],
    [
      "quantised weights",
      { ...llama, quantization_config: { quant_method: "gptq" } },
      /quantization_config is {"quant/,
    ],
    [
      "another quantisation than MXFP4",
      { ...gptOss, quantization_config: { quant_method: "fp8" } },
      /quantization_config.quant_method is "fp8"/,
    ],
    ["windows of Qwen's", { ...llama, model_type: "qwen2", use_sliding_window: true }, /use_sliding_window is true/],
    [
      "windows in layer_types",
      { ...llama, layer_types: ["full_attention", "sliding_attention"] },
      /layer_types.1 is "sliding_attention"/,
    ],
    ["heads that do not divide", { ...llama, num_key_value_heads: 3 }, /4 is no multiple of num_key_value_heads 3/],
    ["an odd head size", { ...llama, head_dim: 12 }, /head dimension of 12/],
    ["an absurd head size", { ...llama, head_dim: 2 ** 14 }, /head dimension of 16384 exceeds 8192/],
    ["a head size that is no number of elements", { ...llama, num_attention_heads: 6 }, /head dimension of 5.33/],
    [
      "mixtral without key/value heads",
      { ...mixtral, num_key_value_heads: undefined },
      /num_key_value_heads is missing/,
    ],
    ["qwen3 without head_dim", { ...llama, model_type: "qwen3" }, /head_dim is missing/],
    ["more experts asked than there are", { ...qwen3Moe, num_experts_per_tok: 5 }, /_tok 5 exceeds the 4 experts/],
    [
      "a dense layer of unknown width",
      { ...qwen3Moe, intermediate_size: undefined, mlp_only_layers: [1] },
      /intermediate_size is missing, and layer 1/,
    ],
    ["another scoring of experts", { ...deepseek, scoring_func: "sigmoid" }, /scoring_func is "sigmoid"/],
    ["another choice of experts", { ...deepseek, topk_method: "noaux_tc" }, /topk_method is "noaux_tc"/],
    [
      "groups of unknown number",
      { ...deepseek, topk_method: "group_limited_greedy" },
      /n_group or topk_group is missing/,
    ],
    [
      "groups that do not divide the experts",
      { ...deepseek, topk_method: "group_limited_greedy", n_group: 3, topk_group: 1 },
      /8 experts cannot be routed to 1 of 3 groups/,
    ],
    [
      "groups with too few experts",
      { ...deepseek, topk_method: "group_limited_greedy", n_group: 8, topk_group: 1 },
      /_tok 2 exceeds the 1 experts of the chosen groups/,
    ],
    ["an epsilon that the inner norms do not have", { ...deepseek, rms_norm_eps: 1e-5 }, /rms_norm_eps is 0.00001/],
    ["layer_types of another length", { ...gptOss, layer_types: ["full_attention"] }, /layer_types has 1 entries/],
    ["attention_types of another length", { ...gptNeo, num_layers: 3 }, /describes 4 layers, num_layers is 3/],
    ["a billion layers", { ...llama, num_hidden_layers: 1e9 }, /num_hidden_layers is 1000000000/],
    ["a billion experts", { ...qwen3Moe, num_experts: 1e9 }, /num_experts is 1000000000/],
    [
      "more experts in all than any model has",
      { ...qwen3Moe, num_hidden_layers: 512, num_experts: 1024 },
      /512 layers of 1024 experts are more than the 65536/,
    ],
    [
      "a billion layers of attention",
      { ...gptNeo, attention_types: [[["global"], 1e9]] },
      /attention_types.0.1 is 1000000000/,
    ],
    [
      "more parameters than can be counted",
      { ...mixtral, num_local_experts: 1024, head_dim: 8, hidden_size: 2 ** 24, intermediate_size: 2 ** 24 },
      /1.7e\+18 parameters/,
    ],
  ])("refuses %s, naming the file", (_, config, message) => {
    const error = refusal(config);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error!.message).toMatch(message);
    expect(error!.message).toContain("/model/config.json");
  });

  it.each(Object.entries(published))("uses every element of the tensors of %s once", (_, { config }) => {
    const layers = 3;
    const types: unknown = "layer_types" in config ? config.layer_types : undefined;
    const cut = { num_hidden_layers: layers, ...(Array.isArray(types) && { layer_types: types.slice(0, layers) }) };
    const architecture = read({ ...config, ...("num_hidden_layers" in config && cut) });
    const elements = (shaped: readonly { shape: readonly number[] }[]) =>
      shaped.reduce((sum, each) => sum + elementCount(each), 0);
    expect(elements(viewsOf(architecture))).toBe(elements(tensorsOf(architecture)));
    const reachesOut = (view: View) => spanOf(view).begin < 0 || spanOf(view).end > elementCount(view.tensor);
    expect(viewsOf(architecture).filter(reachesOut)).toEqual([]);
  });

  it("has an example of every family that it knows, here or among the published models", () => {
    const tested = new Set(Object.values(published).map(({ config }) => config.model_type));
    for (const other of ["mistral", "qwen2", "granite"]) tested.add(other);
    expect([...tested].sort()).toEqual([...modelTypes].sort());
  });
});

describe("families", () => {
  const biased = (config: object) => {
    const { query, key, value, output } = attentionsOf(config)[0]!;
    return [query, key, value, output].map(({ bias }) => bias !== undefined);
  };

  it("have biases where their attention has them", () => {
    expect(biased(llama)).toEqual([false, false, false, false]);
    expect(biased({ ...llama, attention_bias: true })).toEqual([true, true, true, true]);
    expect(biased({ ...llama, model_type: "qwen2" })).toEqual([true, true, true, false]);
    expect(biased(gptOss)).toEqual([true, true, true, true]);
    expect(biased(gptNeo)).toEqual([false, false, false, true]);
    const { feedForward } = read({ ...llama, mlp_bias: true }).blocks[0]!;
    expect(feedForward).toMatchObject({ up: { bias: { shape: [48] } }, down: { bias: { shape: [32] } } });
  });

  it("take the default theta of their own", () => {
    const second = (config: object) => {
      const { positions } = read(config);
      return positions.kind === "rotary" ? positions.frequencies[1]! : undefined;
    };
    expect(second(llama)).toBeCloseTo(10_000 ** -0.25, 12);
    expect(second(mixtral)).toBeCloseTo(1_000_000 ** -0.25, 12);
    // In gpt-oss the ramp of its default yarn leaves the second of four pairs beyond its low end.
    expect(second({ ...gptOss, rope_parameters: { rope_type: "default" } })).toBeCloseTo(150_000 ** -0.25, 12);
    expect(read(gptOss).positions).toMatchObject({ scale: 0.1 * Math.log(32) + 1 });
  });
});
