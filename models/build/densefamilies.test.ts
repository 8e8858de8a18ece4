import { describe, expect, it } from "vitest";
import { attentionsOf, llama, mixtral, read } from "./families.support.ts";

describe("denseFamilies", () => {
  it("mistral has a window of 4096 unless it says otherwise", () => {
    const windows = (config: object) =>
      attentionsOf({ ...llama, model_type: "mistral", ...config }).map((a) => a.window);
    expect(windows({})).toEqual([4096, 4096]);
    expect(windows({ sliding_window: 8 })).toEqual([8, 8]);
    expect(windows({ sliding_window: null })).toEqual([undefined, undefined]);
  });

  it("granite multiplies as its four keys say", () => {
    const keys = { embedding_multiplier: 12, residual_multiplier: 0.22, logits_scaling: 8, attention_multiplier: 0.5 };
    for (const config of [
      { ...llama, model_type: "granite" },
      { ...mixtral, model_type: "granitemoe" },
    ]) {
      expect(read({ ...config, ...keys })).toMatchObject({
        embeddingScale: 12,
        residualScale: 0.22,
        logitScale: 1 / 8,
      });
      expect(attentionsOf({ ...config, ...keys })[0]!.scale).toBe(0.5);
      expect(attentionsOf(config)[0]!.scale).toBe(1);
    }
  });
});
