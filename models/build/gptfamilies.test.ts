import { describe, expect, it } from "vitest";
import { attentionsOf, gptNeo } from "./families.support.ts";

describe("gpt2 and gptNeo", () => {
  it("gpt_neo has windows where its pattern says local", () => {
    expect(attentionsOf(gptNeo).map(({ window }) => window)).toEqual([undefined, 256, undefined, 256]);
  });

  it("gpt2 scales scores as its switches say", () => {
    const gpt2 = { model_type: "gpt2", vocab_size: 40, n_embd: 32, n_layer: 2, n_head: 2, n_positions: 8 };
    const scales = (config: object) => attentionsOf({ ...gpt2, ...config }).map(({ scale }) => scale);
    expect(scales({})).toEqual([0.25, 0.25]);
    expect(scales({ scale_attn_by_inverse_layer_idx: true })).toEqual([0.25, 0.125]);
    expect(scales({ scale_attn_weights: false })).toEqual([1, 1]);
  });
});
