import { describe, expect, it } from "vitest";
import { buildModel } from "./build.ts";
import { randomTensors, temporaryFolder, writeCheckpoint } from "./checkpoint.support.ts";
import { openModel } from "./model.ts";
import { loadReference } from "./reference.ts";
import { largestDifference, openGraph } from "./session.support.ts";

const cacheDir = temporaryFolder();

describe("addExperts", () => {
  it("does not clamp large gates, as gpt-oss would", async () => {
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
      num_local_experts: 3,
      num_experts_per_tok: 1,
    };
    const tensors = randomTensors(config);
    for (const [name, { bytes }] of Object.entries(tensors)) {
      // The usual limit is 7; these gates and linear parts go to some 30 in size.
      if (/\.w[13]\.weight$/.test(name))
        new Float32Array(bytes.buffer).forEach((value, i, all) => (all[i] = value * 8));
    }
    const folder = writeCheckpoint(config, tensors);
    const { architecture, checkpoint } = await openModel(folder);
    const reference = (await loadReference(architecture, checkpoint))();
    await checkpoint.close();
    const graph = await openGraph((await buildModel(folder, { cacheDir })).onnxPath);
    for (const token of [1, 17, 30]) {
      expect(largestDifference((await graph.next([[token]]))[0]![0]!, reference.next(token))).toBeLessThan(1e-4);
    }
    await graph.close();
  });
});
