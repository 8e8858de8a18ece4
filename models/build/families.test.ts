import { describe, expect, it } from "vitest";
import { CheckpointError } from "./checkpointerror.ts";
import { readArchitecture } from "./families.ts";

const llama = {
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
const qwen3Moe = {
  ...llama,
  model_type: "qwen3_moe",
  num_experts: 4,
  num_experts_per_tok: 2,
  moe_intermediate_size: 16,
};
const { hidden_size: _hidden, vocab_size: _vocab, ...incomplete } = llama;

describe("readArchitecture", () => {
  it.each([
    [
      "an unknown model_type",
      { ...llama, model_type: "bloom" },
      /model_type "bloom"; those that can be built are llama, qwen3, mixtral, qwen3_moe/,
    ],
    ["no model_type", { hidden_size: 32 }, /names no model_type/],
    ["a list", [], /names no model_type/],
    ["missing keys, all at once", incomplete, /vocab_size is missing; hidden_size is missing/],
    ["a key of the wrong kind", { ...llama, hidden_size: "32" }, /hidden_size is "32"/],
    ["biases", { ...llama, attention_bias: true }, /attention_bias is true/],
    ["another activation", { ...llama, hidden_act: "gelu" }, /hidden_act is "gelu"/],
    [
      "scaled rotary frequencies",
      { ...llama, rope_scaling: { rope_type: "llama3", factor: 8 } },
      /rope_scaling has type "llama3"/,
    ],
    [
      "scaled rotary frequencies, old spelling",
      { ...llama, rope_scaling: { type: "linear" } },
      /rope_scaling has type "linear"/,
    ],
    [
      "scaled rotary frequencies, new spelling",
      { ...llama, rope_parameters: { rope_type: "yarn" } },
      /rope_parameters has type "yarn"/,
    ],
    ["heads that do not divide", { ...llama, num_key_value_heads: 3 }, /4 is no multiple of num_key_value_heads 3/],
    ["an odd head size", { ...llama, head_dim: 12 }, /head dimension of 12/],
    ["qwen3 without head_dim", { ...llama, model_type: "qwen3" }, /head_dim is missing/],
    [
      "more experts asked than there are",
      { ...qwen3Moe, num_experts_per_tok: 5 },
      /num_experts_per_tok 5 exceeds the 4 experts/,
    ],
    [
      "a dense layer of unknown width",
      { ...qwen3Moe, intermediate_size: undefined, mlp_only_layers: [1] },
      /intermediate_size is missing, and layer 1/,
    ],
  ])("refuses %s, naming the file", (_, config, message) => {
    const read = () => readArchitecture(config, "/model/config.json");
    expect(read).toThrow(CheckpointError);
    expect(read).toThrow(message);
    expect(read).toThrow("/model/config.json");
  });

  it("reads theta wherever it stands, or takes the default of the family", () => {
    const theta = (config: object) => readArchitecture(config, "config.json").ropeTheta;
    expect(theta(llama)).toBe(10_000);
    expect(theta({ ...llama, rope_theta: 5 })).toBe(5);
    expect(theta({ ...llama, rope_parameters: { rope_theta: 7, rope_type: "default" } })).toBe(7);
    expect(theta({ ...llama, model_type: "mixtral", num_local_experts: 2, num_experts_per_tok: 1 })).toBe(1_000_000);
  });

  it("qwen3_moe places experts as decoder_sparse_step and mlp_only_layers say", () => {
    const config = { ...qwen3Moe, num_hidden_layers: 6, decoder_sparse_step: 2, mlp_only_layers: [3] };
    const kinds = readArchitecture(config, "config.json").blocks.map(({ feedForward }) => feedForward.kind);
    expect(kinds).toEqual(["dense", "sparse", "dense", "dense", "dense", "sparse"]);
  });
});
