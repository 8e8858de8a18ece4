import { describe, expect, it } from "vitest";
import { qwen3Moe, read, sparseOf } from "./families.support.ts";

describe("sparseFamilies", () => {
  it("qwen3_moe places experts as decoder_sparse_step and mlp_only_layers say", () => {
    const config = { ...qwen3Moe, num_hidden_layers: 6, decoder_sparse_step: 2, mlp_only_layers: [3] };
    const kinds = read(config).blocks.map(({ feedForward }) => feedForward.kind);
    expect(kinds).toEqual(["gated", "sparse", "gated", "gated", "gated", "sparse"]);
  });

  it("qwen3_moe counts experts under either name", () => {
    const { num_experts, ...others } = qwen3Moe;
    expect(sparseOf({ ...others, num_local_experts: num_experts }).experts).toHaveLength(4);
  });
});
