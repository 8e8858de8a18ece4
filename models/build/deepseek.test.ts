import { describe, expect, it } from "vitest";
import type { LatentAttention } from "./architecture.ts";
import { deepseek, read, sparseOf } from "./families.support.ts";

describe("deepseekV2", () => {
  it("places experts as first_k_dense_replace and moe_layer_freq say", () => {
    const config = { ...deepseek, num_hidden_layers: 6, first_k_dense_replace: 1, moe_layer_freq: 2 };
    const kinds = read(config).blocks.map(({ feedForward }) => feedForward.kind);
    expect(kinds).toEqual(["gated", "gated", "sparse", "gated", "sparse", "gated"]);
  });

  it("adds to the scores what its context was stretched by", () => {
    const scale = (config: object) => (read(config).blocks[0]!.attention as LatentAttention).scale;
    const yarn = { type: "yarn", factor: 40, original_max_position_embeddings: 4096, mscale: 0.7 };
    expect(scale(deepseek)).toBeCloseTo(24 ** -0.5, 12);
    expect(scale({ ...deepseek, rope_scaling: yarn })).toBeCloseTo(24 ** -0.5, 12);
    const stretched = scale({ ...deepseek, rope_scaling: { ...yarn, mscale_all_dim: 0.7 } });
    expect(stretched).toBeCloseTo(24 ** -0.5 * (0.07 * Math.log(40) + 1) ** 2, 12);
  });

  it("joins its shared experts, and has none where it says null", () => {
    expect(sparseOf(deepseek).shared!.unit.up.weight.shape).toEqual([32, 32]);
    expect(sparseOf({ ...deepseek, n_shared_experts: null }).shared).toBeUndefined();
  });
});
