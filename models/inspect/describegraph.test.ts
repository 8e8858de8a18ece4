import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildModel } from "../build/build.ts";
import { randomTensors, temporaryFolder, writeCheckpoint } from "../build/checkpoint.support.ts";
import { inspectGraph } from "./describegraph.ts";
import { allExperts } from "./experts.support.ts";
import { writeModel } from "./model.support.ts";
import { decodeStep, prefillStep } from "./step.ts";

const models = fileURLToPath(new URL("../../../shared/data/models/", import.meta.url));

describe.skipIf(!existsSync(models))("inspectGraph of exported models", () => {
  it.each([
    ["TinyStories-656K", 656_000, 656_000, 1024],
    ["stories260K", 260_032, 260_032, 1280],
    // The head has a matrix of its own, so of the embedding and the positions one row each is read.
    ["tinystories-instruct-3M-chat", 3_410_560, 3_410_560 - 255 * 128, 8192],
  ])("%s has the parameters and the cache that its makers say", async (id, total, active, kvBytesPerToken) => {
    const found = await inspectGraph(`${models}${id}/onnx/model.onnx`);
    expect(found).toMatchObject({ parameters: { total, active, executed: active }, kvBytesPerToken, gaps: [] });
    expect(found.weightBytes).toBe(4 * total);
    expect(found.summary).toBe("dense: no mixture of experts");
  });

  it("counts the numbers that four-bit integers stand for", async () => {
    const [whole, quantised] = await Promise.all(
      ["model", "model_q4"].map((name) => inspectGraph(`${models}tinystories-instruct-3M-chat/onnx/${name}.onnx`)),
    );
    // The quantised file stores the embedding twice: in float32 to look rows up, and as the head's integers.
    expect(quantised!.parameters.total).toBe(whole!.parameters.total + 14_019 * 128);
    expect(quantised!.flops).toEqual(whole!.flops);
    expect(quantised!.weightBytesPerToken).toBeLessThan(whole!.weightBytesPerToken / 6);
  });

  it("tells the derived mixture from a graph that computes all experts", async () => {
    const sparse = await inspectGraph(`${models}derived-moe-8x2-TinyStories-656K/onnx/model.onnx`);
    expect(sparse.parameters).toEqual({ total: 2_722_432, active: 952_960, executed: 952_960 });
    expect(sparse.mixtures.map(({ layer, declared, executed, how }) => ({ layer, declared, executed, how }))).toEqual(
      [0, 1].map((layer) => ({
        layer,
        declared: { experts: 8, perToken: 2 },
        executed: "routed",
        how: "moe_node",
      })),
    );
    expect(sparse.summary).toBe(
      "2 of 8 experts a token declared, 2 executed: one MoE node computes those picked (2 layers)",
    );
    const dense = await inspectGraph(writeModel(allExperts()));
    expect(dense.summary).toBe(
      "all-experts graph: 2 of 4 experts a token declared, all 4 executed, 2 times the expert work of top-2: all are computed for every token, then weighted (1 layer)",
    );
  });
});

const config = {
  model_type: "mixtral",
  vocab_size: 40,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 16,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-6,
  intermediate_size: 64,
  num_local_experts: 4,
  num_experts_per_tok: 2,
  tie_word_embeddings: true,
};

const perExpert = 3 * 32 * 64;
const attention = 32 * (32 + 16 + 16) + 32 * 32;
const router = 32 * 4;

describe("inspectGraph of built graphs", () => {
  const folder = writeCheckpoint(config, randomTensors(config));
  const cacheDir = temporaryFolder();

  it.each([
    ["fused", "fp32", "moe_node"],
    ["fused", "fp16", "moe_node"],
    ["fused", "int8", "qmoe_node"],
    ["fused", "int4", "qmoe_node"],
    ["rows", "fp32", "rows"],
    ["rows", "int4", "rows"],
    ["branch", "fp32", "branch"],
    ["branch", "int4", "branch"],
  ] as const)("%s in %s agrees with the checkpoint's counts", async (lowering, precision, how) => {
    const { onnxPath, description } = await buildModel(folder, { lowering, precision, cacheDir });
    const found = await inspectGraph(onnxPath);
    const { parametersTotal: total, parametersActive: active } = description;
    expect(found.parameters).toEqual({ total, active, executed: active });
    expect(found.mixtures).toHaveLength(2);
    for (const mixture of found.mixtures) {
      expect(mixture).toMatchObject({ how, executed: "routed", rows: "routed", declared: { experts: 4, perToken: 2 } });
      expect(mixture.perExpert).toMatchObject({ parameters: perExpert, flops: 2 * perExpert });
    }
    const body = 2 * (attention + router) + 32 * 40;
    expect(found.flops.perToken).toBe(2 * (body + 2 * 2 * perExpert));
    expect(found.flops.perPastToken).toBe(2 * 4 * 32);
    expect(found.kvBytesPerToken).toBe(2 * 2 * 16 * 4);
    expect(found.gaps).toEqual([]);
  });

  it("reads more experts as a batch grows, and computes as many for each token", async () => {
    const { onnxPath } = await buildModel(folder, { lowering: "rows", precision: "fp32", cacheDir });
    const found = await inspectGraph(onnxPath);
    const [one, two] = [1, 2].map((batch) => decodeStep(found, { batch, past: 0 }));
    expect(two!.flops).toBeCloseTo(2 * one!.flops, 6);
    // Of four experts two tokens pick 3 on average, one token 2.
    expect(two!.weightBytes - one!.weightBytes).toBeCloseTo(2 * 4 * perExpert, 6);
  });

  it("computes the last feed-forward of a prompt for the position that gets logits", async () => {
    const { onnxPath } = await buildModel(folder, { lowering: "rows", precision: "fp32", cacheDir });
    const found = await inspectGraph(onnxPath);
    expect(found.flops.logits).toBe("asked");
    expect(found.mixtures.map(({ positions }) => positions)).toEqual(["every", "logits"]);
    const first = attention + router + 2 * perExpert;
    const last = router + 2 * perExpert + 32 * 40;
    expect(prefillStep(found, 5).flops).toBeCloseTo(2 * (5 * (first + attention) + last) + 15 * 2 * 4 * 32, 6);
  });
});
