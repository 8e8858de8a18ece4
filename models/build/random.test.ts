import { describe, expect, it } from "vitest";
import { readArchitecture } from "./families.ts";
import { randomWeights } from "./random.ts";
import { at, slice, transposed, whole } from "./weights.ts";

const architecture = readArchitecture(
  {
    model_type: "qwen2",
    vocab_size: 300,
    hidden_size: 256,
    intermediate_size: 512,
    num_hidden_layers: 1,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    max_position_embeddings: 64,
    rms_norm_eps: 1e-6,
  },
  "config.json",
);
const weights = randomWeights(architecture);
const matrix = whole({ name: "model.layers.0.mlp.up_proj.weight", shape: [512, 256] });

describe("randomWeights", () => {
  it("has matrices of mean 0 and deviation 0.02, normal in their tails", async () => {
    const elements = await weights.read(matrix);
    const mean = elements.reduce((sum, x) => sum + x, 0) / elements.length;
    const deviation = Math.sqrt(elements.reduce((sum, x) => sum + (x - mean) ** 2, 0) / elements.length);
    expect(Math.abs(mean)).toBeLessThan(0.0003);
    expect(deviation).toBeCloseTo(0.02, 3);
    expect(elements.filter((x) => Math.abs(x) > 0.04).length / elements.length).toBeCloseTo(0.0455, 2);
  });

  it("gives the same elements to every way of reading them", async () => {
    const elements = await weights.read(matrix);
    expect(await weights.read(slice(matrix, { from: 100, count: 50 }))).toEqual(elements.slice(100 * 256, 150 * 256));
    expect(await weights.read(at(matrix, 300))).toEqual(elements.slice(300 * 256, 301 * 256));
    const turned = await weights.read(transposed(matrix));
    expect(turned[7 * 512 + 400]).toBe(elements[400 * 256 + 7]);
    expect(await weights.read(matrix)).toEqual(elements);
  });

  it("differs from row to row and from tensor to tensor", async () => {
    const elements = await weights.read(matrix);
    expect(elements.slice(0, 256)).not.toEqual(elements.slice(4096, 4352));
    const other = await weights.read(whole({ name: "model.layers.0.mlp.gate_proj.weight", shape: [512, 256] }));
    expect(other).not.toEqual(elements);
  });

  it("has an embedding of deviation 1, so that tokens stay apart in what attention adds", async () => {
    const elements = await weights.read(architecture.embedding);
    const deviation = Math.sqrt(elements.reduce((sum, x) => sum + x * x, 0) / elements.length);
    expect(deviation).toBeCloseTo(1, 1);
  });

  it("starts norms at one and biases at zero", async () => {
    const { attention, attentionNorm } = architecture.blocks[0]!;
    expect(new Set(await weights.read(attentionNorm.scale))).toEqual(new Set([1]));
    if (attention.kind !== "grouped") throw new TypeError("qwen2 has grouped attention");
    expect(new Set(await weights.read(attention.query.bias!))).toEqual(new Set([0]));
  });
});
