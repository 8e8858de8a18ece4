import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ggufOf, graphOf } from "./files.ts";
import { readGguf } from "./gguf.support.ts";
import { openOnnx } from "./onnx.ts";
import { denseShape } from "./shapes.ts";

const cacheDir = mkdtempSync(path.join(tmpdir(), "perjoule-bench-"));
afterAll(() => rmSync(cacheDir, { recursive: true }));

const small = {
  ...denseShape,
  num_hidden_layers: 2,
  hidden_size: 32,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 16,
  intermediate_size: 64,
  vocab_size: 96,
};

describe("openOnnx", () => {
  test.each([1, 2])("reads a prompt and then tokens, again and again, with a batch of %i", async (batch) => {
    const graph = await graphOf(small, { precision: "fp32", cacheDir });
    const runner = await openOnnx({ graph, threads: 1, prompt: 5, tokens: 3, vocabulary: 96, batch });
    for (const _ of [1, 2]) {
      const { prefill, decode } = await runner.run();
      expect(prefill).toBeGreaterThan(0);
      expect(decode).toBeGreaterThan(0);
      expect(Number.isFinite(prefill + decode)).toBe(true);
    }
    await runner.close();
  });
});

test("ggufOf writes a file once for each type", async () => {
  const [first, again, other] = [
    await ggufOf(small, "F32", cacheDir),
    await ggufOf(small, "F32", cacheDir),
    await ggufOf(small, "Q8_0", cacheDir),
  ];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(readGguf(other).tensors["token_embd.weight"]).toMatchObject({ dimensions: [32, 96], type: 8 });
});
