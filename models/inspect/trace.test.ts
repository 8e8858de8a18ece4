import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { buildModel } from "../build/build.ts";
import { generator, randomTensors, temporaryFolder, writeCheckpoint } from "../build/checkpoint.support.ts";
import { lfm2Moe } from "../build/families.support.ts";
import { GraphBuilder } from "../build/graph.ts";
import { writeGraph } from "../build/write.ts";
import { allExperts } from "./experts.support.ts";
import { writeModel } from "./model.support.ts";
import { traceRouting } from "./trace.ts";

const models = fileURLToPath(new URL("../../../shared/data/models/", import.meta.url));

const config = {
  model_type: "qwen3_moe",
  vocab_size: 40,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 16,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-6,
  moe_intermediate_size: 16,
  num_experts: 4,
  num_experts_per_tok: 2,
};
const rows = [
  [3, 1, 4, 1, 5],
  [9, 2, 6, 5, 3, 5],
  [5, 8, 9, 7, 9],
];

describe("traceRouting", () => {
  const folder = writeCheckpoint(config, randomTensors(config));
  const cacheDir = temporaryFolder();
  const built = async (lowering: "fused" | "rows" | "branch") =>
    (await buildModel(folder, { lowering, cacheDir })).onnxPath;

  it("counts every choice of every step", async () => {
    const { batch, layers } = await traceRouting(ort, await built("rows"), rows);
    expect(batch).toBe(3);
    expect(layers.map(({ layer, experts, perToken }) => ({ layer, experts, perToken }))).toEqual([
      { layer: 0, experts: 4, perToken: 2 },
      { layer: 1, experts: 4, perToken: 2 },
    ]);
    for (const { steps, usage } of layers) {
      // The longest row is cut.
      expect(steps).toHaveLength(5);
      for (const { counts, distinct } of steps) {
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3 * 2);
        expect(distinct).toBe(counts.filter((count) => count > 0).length);
      }
      expect(usage.meanDistinct).toBeGreaterThanOrEqual(2);
    }
  });

  it("finds the same choices in every lowering", async () => {
    const paths = await Promise.all((["fused", "rows", "branch"] as const).map(built));
    const traces = await Promise.all(paths.map((path) => traceRouting(ort, path, rows)));
    expect(traces[1]).toEqual(traces[0]);
    expect(traces[2]).toEqual(traces[0]);
  });

  it("finds the choices by sigmoids, after convolutions, in every lowering", async () => {
    const hybrid = writeCheckpoint(lfm2Moe, randomTensors(lfm2Moe));
    const [first, ...others] = await Promise.all(
      (["fused", "rows", "branch"] as const).map(async (lowering) =>
        traceRouting(ort, (await buildModel(hybrid, { lowering, cacheDir })).onnxPath, rows),
      ),
    );
    expect(first!.layers.map(({ experts, perToken }) => ({ experts, perToken }))).toEqual([
      { experts: 6, perToken: 2 },
      { experts: 6, perToken: 2 },
    ]);
    for (const other of others) expect(other).toEqual(first);
  });

  it("finds the choices of a row alone in those of its batch", async () => {
    const path = await built("branch");
    const whole = await traceRouting(ort, path, rows);
    const alone = await Promise.all(rows.map((row) => traceRouting(ort, path, [row.slice(0, 5)])));
    for (const [at, { steps }] of whole.layers.entries()) {
      for (const [step, { counts }] of steps.entries()) {
        const summed = counts.map((_, expert) =>
          alone.reduce((sum, { layers }) => sum + layers[at]!.steps[step]!.counts[expert]!, 0),
        );
        expect(counts).toEqual(summed);
      }
    }
  });

  it("refuses a graph without experts, rows without tokens, and inputs that are not known", async () => {
    const dense = { ...config, model_type: "qwen3", intermediate_size: 16 };
    const { onnxPath } = await buildModel(writeCheckpoint(dense, randomTensors(dense)), { cacheDir });
    await expect(traceRouting(ort, onnxPath, rows)).rejects.toThrow(/no mixture of experts/);
    await expect(traceRouting(ort, onnxPath, [[1], []])).rejects.toThrow(RangeError);
    await expect(traceRouting(ort, writeModel(allExperts()), rows)).rejects.toThrow(/an input "x" that is not known/);
  });

  it("finds weights that lie beside the graph", async () => {
    const inside = await traceRouting(ort, await writeRouted(2 ** 30), rows);
    const path = await writeRouted(0);
    expect(existsSync(`${path}.data`)).toBe(true);
    expect(await traceRouting(ort, path, rows)).toEqual(inside);
  });

  it.skipIf(!existsSync(models))("traces an export, near to even routing since its router is random", async () => {
    const many = Array.from({ length: 8 }, (_, row) =>
      Array.from({ length: 20 }, (__, at) => (row * 257 + at * 31) % 2048),
    );
    const { layers } = await traceRouting(ort, `${models}derived-moe-8x2-TinyStories-656K/onnx/model.onnx`, many);
    expect(layers).toHaveLength(2);
    for (const { usage } of layers) {
      const { meanDistinct, evenDistinct, entropyBits, largestShare } = usage;
      expect(evenDistinct).toBeCloseTo(8 * (1 - 0.75 ** 8), 9);
      expect(Math.abs(meanDistinct - evenDistinct)).toBeLessThan(1);
      expect(entropyBits).toBeGreaterThan(2.5);
      expect(largestShare).toBeLessThan(0.3);
    }
  });
});

/** An embedding and a mixture of four experts, without a cache; above `insideBytesMax` its weights lie beside it. */
async function writeRouted(insideBytesMax: number): Promise<string> {
  const [vocab, hidden, inner, experts] = [40, 32, 16, 4];
  const random = generator(1);
  const builder = new GraphBuilder();
  const weight = (name: string, shape: number[]) => {
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    const elements = Float32Array.from({ length }, () => random() - 0.5);
    return builder.constant(name, "float32", shape, elements);
  };
  const ids = builder.input("input_ids", "int64", ["batch_size", "sequence_length"]);
  const embedded = builder.node({ op: "Gather", inputs: [weight("table", [vocab, hidden]), ids] });
  const shape = builder.constant("shape", "int64", [2], BigInt64Array.of(-1n, BigInt(hidden)));
  const x = builder.node({ op: "Reshape", inputs: [embedded, shape] });
  const router = builder.node({ op: "MatMul", inputs: [x, weight("router", [hidden, experts])] });
  builder.output("logits", "float32", ["rows", hidden]);
  builder.node({
    op: "MoE",
    inputs: [x, router, weight("first", [experts, inner, hidden]), "", weight("last", [experts, hidden, inner])],
    outputs: ["logits"],
    attributes: { k: { int: 2 }, activation_type: { string: "silu" } },
  });
  return writeGraph(builder.graph, temporaryFolder(), { producerVersion: "test", insideBytesMax });
}

describe("random weights", () => {
  it("are routed close to evenly from token to token, in every layer", async () => {
    const folder = writeCheckpoint(
      { ...config, vocab_size: 512, hidden_size: 128, num_hidden_layers: 8, num_experts: 8 },
      {},
    );
    const { onnxPath } = await buildModel(folder, { weights: "random", cacheDir: temporaryFolder() });
    const many = [0, 1].map((row) => Array.from({ length: 32 }, (_, at) => (row * 257 + at * 31) % 512));
    const { layers } = await traceRouting(ort, onnxPath, many);
    expect(layers).toHaveLength(8);
    for (const { usage } of layers) {
      expect(usage.entropyBits).toBeGreaterThan(2.7);
      expect(usage.largestShare).toBeLessThan(0.25);
    }
  });
});
