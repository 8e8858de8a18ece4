import { describe, expect, it } from "vitest";
import { kvBytesPerToken, parametersActive, parametersTotal } from "./count.ts";
import { readArchitecture } from "./families.ts";
import { published } from "./published.support.ts";

const architecture = (name: keyof typeof published) => readArchitecture(published[name].config, name);
const names = Object.keys(published) as (keyof typeof published)[];

describe("parametersTotal", () => {
  it.each(names)("is what %s is published with", (name) => {
    const { total } = published[name];
    expect(Number((parametersTotal(architecture(name)) / 1e9).toFixed(decimals(total)))).toBe(total);
  });
});

describe("parametersActive", () => {
  it.each(
    names.flatMap((name) => {
      const { active } = published[name];
      return active === undefined ? [] : [[name, active] as const];
    }),
  )("of %s is the published %f billion, rounded or cut off", (name, active) => {
    const { embedding, head } = architecture(name);
    const embeddingRows = head && published[name].countsEmbedding ? embedding.shape[0]! - 1 : 0;
    const counted = parametersActive(architecture(name)) + embeddingRows * embedding.shape[1]!;
    expect(Math.abs(counted / 1e9 - active)).toBeLessThan(10 ** -decimals(active));
  });

  it("is the total for a dense model with a tied head", () => {
    expect(parametersActive(architecture("Qwen3-0.6B"))).toBe(parametersTotal(architecture("Qwen3-0.6B")));
  });

  it("leaves out the positions that are not the token's", () => {
    expect(parametersActive(architecture("gpt2"))).toBe(124_439_808 - 1023 * 768);
  });
});

describe("kvBytesPerToken", () => {
  it("counts keys and values of every head in float32", () => {
    expect(kvBytesPerToken(architecture("Qwen3-0.6B"))).toBe(4 * 2 * 28 * 8 * 128);
    expect(kvBytesPerToken(architecture("gpt2"))).toBe(4 * 2 * 12 * 768);
  });

  it("counts a latent and a rotated key once for all heads", () => {
    expect(kvBytesPerToken(architecture("DeepSeek-V2-Lite"))).toBe(4 * 27 * (512 + 64));
  });
});

function decimals(value: number): number {
  return String(value).split(".")[1]?.length ?? 0;
}
