import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { randomTensors, temporaryFolder, writeCheckpoint } from "./checkpoint.support.ts";
import { decoderGraph } from "./decoder.ts";
import { GraphBuilder } from "./graph.ts";
import { openModel } from "./model.ts";
import { openGraph } from "./session.support.ts";
import { writeGraph } from "./write.ts";

const config = {
  model_type: "mixtral",
  vocab_size: 40,
  hidden_size: 32,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 2,
  head_dim: 16,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-6,
  intermediate_size: 16,
  num_local_experts: 4,
  num_experts_per_tok: 2,
};

describe("writeGraph", () => {
  it("weights beside the graph give the same logits as weights inside it", async () => {
    const { architecture, checkpoint } = await openModel(writeCheckpoint(config, randomTensors(config)));
    const graph = decoderGraph({ architecture, weights: checkpoint, precision: "fp32", lowering: "branch" });
    const inside = await writeGraph(graph, temporaryFolder(), { producerVersion: "test" });
    const beside = await writeGraph(graph, temporaryFolder(), { producerVersion: "test", insideBytesMax: 0 });
    await checkpoint.close();
    expect(statSync(`${beside}.data`).size).toBeGreaterThan(statSync(beside).size);
    const readings = await Promise.all([inside, beside].map(openGraph));
    const [ours, theirs] = await Promise.all(readings.map((reading) => reading.next([[5, 6, 7]])));
    expect(theirs).toEqual(ours);
    await Promise.all(readings.map((reading) => reading.close()));
  });

  it("writes the same bytes every time", async () => {
    const { architecture, checkpoint } = await openModel(writeCheckpoint(config, randomTensors(config)));
    const write = () =>
      writeGraph(
        decoderGraph({ architecture, weights: checkpoint, precision: "fp32", lowering: "branch" }),
        temporaryFolder(),
        { producerVersion: "test" },
      );
    const [first, second] = [readFileSync(await write()), readFileSync(await write())];
    await checkpoint.close();
    expect(second.equals(first)).toBe(true);
  });

  it("refuses a tensor whose elements do not fill its shape", async () => {
    const builder = new GraphBuilder();
    builder.constant("short", "float32", [3], Float32Array.of(1, 2));
    await expect(writeGraph(builder.graph, temporaryFolder(), { producerVersion: "test" })).rejects.toThrow(
      /"short" \[3\] takes 12 bytes, but 8 were produced/,
    );
  });
});
