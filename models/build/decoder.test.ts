import { describe, expect, it } from "vitest";
import { buildModel } from "./build.ts";
import { randomTensors, temporaryFolder, writeCheckpoint } from "./checkpoint.support.ts";
import { openModel } from "./model.ts";
import { loadReference, type Reading } from "./reference.ts";
import { largestDifference, openGraph } from "./session.support.ts";

const tolerance = 1e-4;
const cacheDir = temporaryFolder();

const skeleton = {
  vocab_size: 40,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
};
const mixtral = { ...skeleton, model_type: "mixtral", intermediate_size: 24, num_local_experts: 5 };
const qwen3Moe = { ...skeleton, model_type: "qwen3_moe", head_dim: 16, moe_intermediate_size: 24, num_experts: 5 };

const configs = {
  "llama, own head": { ...skeleton, model_type: "llama", intermediate_size: 48 },
  "llama, tied head, heads of 16": {
    ...skeleton,
    model_type: "llama",
    intermediate_size: 48,
    head_dim: 16,
    tie_word_embeddings: true,
  },
  "llama, another theta, one key/value head": {
    ...skeleton,
    model_type: "llama",
    intermediate_size: 48,
    head_dim: 16,
    num_key_value_heads: 1,
    rope_theta: 500,
  },
  qwen3: { ...skeleton, model_type: "qwen3", intermediate_size: 48, head_dim: 32, tie_word_embeddings: true },
  "qwen3, heads of 8": { ...skeleton, model_type: "qwen3", intermediate_size: 48, head_dim: 8 },
  "mixtral, top 1": { ...mixtral, num_experts_per_tok: 1 },
  "mixtral, top 2": { ...mixtral, num_experts_per_tok: 2 },
  "qwen3_moe, top 1, as routed": { ...qwen3Moe, num_experts_per_tok: 1 },
  "qwen3_moe, top 1, renormalised": { ...qwen3Moe, num_experts_per_tok: 1, norm_topk_prob: true },
  "qwen3_moe, top 2, as routed": {
    ...qwen3Moe,
    num_experts_per_tok: 2,
    norm_topk_prob: false,
    tie_word_embeddings: true,
  },
  "qwen3_moe, top 2, renormalised": { ...qwen3Moe, num_experts_per_tok: 2, norm_topk_prob: true },
  "qwen3_moe, every second layer dense": {
    ...qwen3Moe,
    num_experts_per_tok: 2,
    decoder_sparse_step: 2,
    intermediate_size: 40,
  },
};

/** Tokens that differ from place to place and stay in the vocabulary. */
function tokens(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * 7 + seed * 13 + i * i) % skeleton.vocab_size);
}

/** How far the graph's logits are from the reference's for the same tokens. */
function distance(logits: Float32Array[], reference: Reading, read: readonly number[]): number {
  return Math.max(...read.map((token, i) => largestDifference(logits[i]!, reference.next(token))));
}

describe.each(Object.entries(configs))("decoderGraph %s", (_, config) => {
  async function setUp() {
    const folder = writeCheckpoint(config, randomTensors(config));
    const { architecture, checkpoint } = await openModel(folder);
    const startReading = await loadReference(architecture, checkpoint);
    await checkpoint.close();
    const graph = await openGraph((await buildModel(folder, { cacheDir })).onnxPath);
    return { startReading, graph };
  }

  it("equals the reference: a prompt, single tokens, several at once", async () => {
    const { startReading, graph } = await setUp();
    const reference = startReading();
    for (const part of [tokens(20, 1), tokens(1, 2), tokens(1, 3), tokens(4, 4), tokens(1, 5)]) {
      const [logits] = await graph.next([part]);
      expect(distance(logits!, reference, part)).toBeLessThan(tolerance);
    }
    await graph.close();
  });

  it("equals the reference: two prompts of different lengths, the shorter padded on the right", async () => {
    const { startReading, graph } = await setUp();
    const references = [startReading(), startReading()];
    const prompts = [tokens(9, 6), tokens(5, 7)];
    const padded = [prompts[0]!, [...prompts[1]!, 0, 0, 0, 0]];
    const rows = await graph.next(padded, [9, 5]);
    for (const [row, prompt] of prompts.entries()) {
      expect(distance(rows[row]!, references[row]!, prompt)).toBeLessThan(tolerance);
    }
    for (const seed of [8, 9, 10]) {
      const step = [tokens(1, seed), tokens(1, seed + 10)];
      const next = await graph.next(step);
      for (const row of [0, 1]) expect(distance(next[row]!, references[row]!, step[row]!)).toBeLessThan(tolerance);
    }
    await graph.close();
  });
});
