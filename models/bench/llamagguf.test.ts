import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readArchitecture } from "../build/families.ts";
import { gather, spanOf, type Weights } from "../build/weights.ts";
import { float32Elements, readGguf, type ReadGguf } from "./gguf.support.ts";
import { writeLlamaGguf } from "./llamagguf.ts";
import { denseShape, moeShape } from "./shapes.ts";

const root = mkdtempSync(path.join(tmpdir(), "perjoule-llamagguf-"));
afterAll(() => rmSync(root, { recursive: true }));

const small = {
  num_hidden_layers: 1,
  hidden_size: 32,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 8,
  intermediate_size: 64,
  vocab_size: 96,
};
const dense = { ...denseShape, ...small };
const sparse = { ...moeShape, ...small, num_local_experts: 4 };

/** Every element is its own place in its tensor. */
const places: Weights = {
  async read(view) {
    const { begin, end } = spanOf(view);
    return gather(
      view,
      Float32Array.from({ length: end - begin }, (_, i) => begin + i),
    );
  },
};

async function written(config: object, type: "F32" | "Q8_0" | "Q4_0" = "F32"): Promise<ReadGguf> {
  const file = path.join(mkdtempSync(path.join(root, "file-")), "model.gguf");
  await writeLlamaGguf(file, readArchitecture(config, "config.json"), places, type);
  return readGguf(file);
}

const shapesOf = ({ tensors }: ReadGguf): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { dimensions }]) => [name, dimensions]));

describe("writeLlamaGguf", () => {
  test("gives a tied Llama its tensors, and no output matrix", async () => {
    expect(shapesOf(await written(dense))).toEqual({
      "token_embd.weight": [32, 96],
      "blk.0.attn_norm.weight": [32],
      "blk.0.attn_q.weight": [32, 16],
      "blk.0.attn_k.weight": [32, 8],
      "blk.0.attn_v.weight": [32, 8],
      "blk.0.attn_output.weight": [16, 32],
      "blk.0.ffn_norm.weight": [32],
      "blk.0.ffn_gate.weight": [32, 64],
      "blk.0.ffn_up.weight": [32, 64],
      "blk.0.ffn_down.weight": [64, 32],
      "output_norm.weight": [32],
    });
  });

  test("gives an untied one an output matrix", async () => {
    expect(shapesOf(await written({ ...dense, tie_word_embeddings: false }))["output.weight"]).toEqual([32, 96]);
  });

  test("stacks a layer's experts, the first outermost, and keeps the router as F32", async () => {
    const gguf = await written(sparse, "Q8_0");
    expect(shapesOf(gguf)).toMatchObject({
      "blk.0.ffn_gate_inp.weight": [32, 4],
      "blk.0.ffn_gate_exps.weight": [32, 64, 4],
      "blk.0.ffn_up_exps.weight": [32, 64, 4],
      "blk.0.ffn_down_exps.weight": [64, 32, 4],
    });
    expect(gguf.tensors["blk.0.ffn_gate_inp.weight"]?.type).toBe(0);
    expect(gguf.tensors["blk.0.ffn_up_exps.weight"]?.type).toBe(8);
    expect(gguf.metadata).toMatchObject({ "llama.expert_count": 4, "llama.expert_used_count": 2 });
  });

  test("gives the vocabulary 8 bits beside 4", async () => {
    const { tensors } = await written({ ...dense, tie_word_embeddings: false }, "Q4_0");
    expect(["token_embd", "output", "blk.0.attn_q"].map((name) => tensors[`${name}.weight`]?.type)).toEqual([8, 8, 2]);
  });

  test("says what llama.cpp must know of the shape", async () => {
    expect((await written(dense)).metadata).toEqual({
      "general.architecture": "llama",
      "general.quantization_version": 2,
      "llama.context_length": 2_048,
      "llama.embedding_length": 32,
      "llama.block_count": 1,
      "llama.feed_forward_length": 64,
      "llama.attention.head_count": 2,
      "llama.attention.head_count_kv": 1,
      "llama.attention.key_length": 8,
      "llama.attention.value_length": 8,
      "llama.attention.layer_norm_rms_epsilon": Math.fround(1e-5),
      "llama.rope.dimension_count": 8,
      "llama.rope.freq_base": 10_000,
      "tokenizer.ggml.model": "no_vocab",
      "llama.vocab_size": 96,
    });
  });

  test("reorders the rows of queries and keys, head by head, from halves to neighbours; values stay", async () => {
    const gguf = await written(dense);
    const rows = (name: string): number[] => {
      const elements = float32Elements(gguf, `blk.0.${name}.weight`);
      return elements.filter((_, i) => i % 32 === 0).map((place) => place / 32);
    };
    expect(rows("attn_q")).toEqual([0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15]);
    expect(rows("attn_k")).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
    expect(rows("attn_v")).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("refuses what it would write as another model", async () => {
    await expect(written({ ...dense, model_type: "qwen3" })).rejects.toThrow('cannot write "qwen3" as GGUF');
    await expect(written({ ...dense, attention_bias: true })).rejects.toThrow('cannot write a "llama" with biases');
  });
});
