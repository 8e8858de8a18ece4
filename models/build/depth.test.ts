import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildModel } from "./build.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { randomTensors, temporaryFolder, writeCheckpoint } from "./checkpoint.support.ts";
import { parametersTotal } from "./count.ts";
import { firstLayers } from "./depth.ts";
import { describe as describeArchitecture } from "./describe.ts";
import { readArchitecture } from "./families.ts";
import { published } from "./published.support.ts";
import { openGraph } from "./session.support.ts";
import { tensorsOf } from "./tensors.ts";

const read = (config: object, more: object = {}) => readArchitecture({ ...config, ...more }, "config.json");

describe("firstLayers", () => {
  it.each(["Mixtral-8x7B", "DeepSeek-V2-Lite", "gpt-oss-20b", "Qwen3-0.6B"] as const)(
    "is what a config of so many layers describes: %s",
    (id) => {
      const { config } = published[id];
      expect(firstLayers(read(config), 3)).toEqual(read(config, { num_hidden_layers: 3 }));
      expect(firstLayers(read(config))).toEqual(read(config));
    },
  );

  it("keeps the windows and the dense layers of the layers that stay", () => {
    const windows = firstLayers(read(published["gpt-oss-20b"].config), 3).blocks.map(({ attention }) =>
      attention.kind === "grouped" ? attention.window : "latent",
    );
    expect(windows).toEqual([128, undefined, 128]);
    const kinds = (layers: number) =>
      firstLayers(read(published["DeepSeek-V2-Lite"].config), layers).blocks.map(({ feedForward }) => feedForward.kind);
    expect(kinds(3)).toEqual(["gated", "sparse", "sparse"]);
    expect(describeArchitecture(firstLayers(read(published["DeepSeek-V2-Lite"].config), 1)).experts).toBeUndefined();
  });

  it("keeps the embedding, the norm and the head", () => {
    const whole = read(published["Mixtral-8x7B"].config);
    const [two, four] = [firstLayers(whole, 2), firstLayers(whole, 4)].map(parametersTotal) as [number, number];
    expect(four - two).toBe((parametersTotal(whole) * 2 - two * 2) / 30);
    const names = tensorsOf(firstLayers(whole, 2)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"]));
    expect(names.some((name) => name.startsWith("model.layers.2."))).toBe(false);
  });

  it.each([0, 33, 1.6, -1])("refuses %s of 32 layers", (layers) => {
    expect(() => firstLayers(read(published["Mixtral-8x7B"].config), layers)).toThrow(CheckpointError);
  });
});

describe("buildModel of part of the layers", () => {
  const config = {
    model_type: "mixtral",
    vocab_size: 40,
    hidden_size: 32,
    intermediate_size: 32,
    num_hidden_layers: 4,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    num_local_experts: 4,
    num_experts_per_tok: 2,
    max_position_embeddings: 32,
    rms_norm_eps: 1e-5,
  };
  const folder = writeCheckpoint(config, randomTensors(config));
  const cacheDir = temporaryFolder();
  const build = (layers?: number) =>
    buildModel(folder, { cacheDir, weights: "random", ...(layers !== undefined && { layers }) });

  it("is another model than the whole: in its hash, its graph and its counts", async () => {
    const [whole, half, one] = [await build(), await build(2), await build(1)];
    expect(new Set([whole, half, one].map(({ sha256 }) => sha256)).size).toBe(3);
    expect(new Set([whole, half, one].map(({ onnxPath }) => onnxPath)).size).toBe(3);
    expect([whole, half, one].map(({ description }) => description.layers)).toEqual([4, 2, 1]);
    expect(half.description.parametersTotal).toBeLessThan(whole.description.parametersTotal);
    expect(half.weightBytes - one.weightBytes).toBeCloseTo((whole.weightBytes - half.weightBytes) / 2, -3);
    expect(await build(2)).toEqual(half);
    expect(readdirSync(join(cacheDir, "onnx"))).toHaveLength(3);
    expect(readFileSync(half.onnxPath).includes("past_key_values.1.key")).toBe(true);
    expect(readFileSync(half.onnxPath).includes("past_key_values.2.key")).toBe(false);
  });

  it("is the whole model where all layers are asked for", async () => {
    expect(await build(4)).toEqual(await build());
  });

  it("computes", async () => {
    const graph = await openGraph((await build(2)).onnxPath);
    const [[logits]] = (await graph.next([[1, 2, 3]])) as [Float32Array[]];
    await graph.close();
    expect(logits).toHaveLength(40);
    expect([...(logits as Float32Array)].every(Number.isFinite)).toBe(true);
  });

  it("is of random weights only", async () => {
    await expect(buildModel(folder, { cacheDir, layers: 2 })).rejects.toThrow(/2 layers .* random weights only/);
  });
});
