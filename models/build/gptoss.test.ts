import { describe, expect, it } from "vitest";
import type { SparseFeedForward } from "./architecture.ts";
import { attentionsOf, gptOss, sparseOf } from "./families.support.ts";

describe("gptOss", () => {
  it("has windows in every second layer unless it says otherwise", () => {
    expect(attentionsOf(gptOss).map(({ window }) => window)).toEqual([128, undefined]);
    const layer_types = ["full_attention", "sliding_attention"];
    const stated = attentionsOf({ ...gptOss, layer_types, sliding_window: 5 });
    expect(stated.map(({ window }) => window)).toEqual([undefined, 5]);
  });

  it("reads the same experts from either layout", () => {
    const [plain, packed] = [sparseOf(gptOss), sparseOf({ ...gptOss, quantization_config: { quant_method: "mxfp4" } })];
    const where = (sparse: SparseFeedForward) => {
      const { gate, up, down } = sparse.experts[3]!;
      return [gate, up, down].map(({ weight }) => [weight.shape, weight.offset, weight.strides]);
    };
    // Stored as [4, 32, 96] and [4, 48, 32], or as [4, 96, 32] and [4, 32, 48].
    expect(where(plain)).toEqual([
      [[48, 32], 3 * 32 * 96, [2, 96]],
      [[48, 32], 3 * 32 * 96 + 1, [2, 96]],
      [[32, 48], 3 * 48 * 32, [1, 32]],
    ]);
    expect(where(packed)).toEqual([
      [[48, 32], 3 * 96 * 32, [64, 1]],
      [[48, 32], 3 * 96 * 32 + 32, [64, 1]],
      [[32, 48], 3 * 32 * 48, [48, 1]],
    ]);
    expect(plain.experts[3]!.up.bias).toMatchObject({ shape: [48], offset: 3 * 96 + 1, strides: [2] });
  });
});
