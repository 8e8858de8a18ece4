import { describe, expect, it } from "vitest";
import { cacheShape } from "./kvcache.ts";
import type { Dimension, OnnxValue } from "./onnxmodel.ts";

const input = (name: string, shape: Dimension[], type: OnnxValue["type"] = "float32"): OnnxValue => ({
  name,
  type,
  shape,
});

describe("cacheShape", () => {
  it.each<[string, OnnxValue[], number]>([
    ["heads before tokens", [input("past_key_values.0.key", ["batch", 4, "past", 16])], 4 * 16 * 4],
    ["tokens before heads", [input("past_key_values.0.key", ["batch", "past", 4, 16])], 4 * 16 * 4],
    ["half floats", [input("past_key_values.0.key", ["batch", 4, "past", 16], "float16")], 4 * 16 * 2],
    ["keys and values in one", [input("past_0", [2, "batch", 12, "past", 64])], 2 * 12 * 64 * 4],
    ["a latent without heads", [input("past_key_values.0.key", ["batch", "past", 40])], 40 * 4],
    ["a fixed length", [input("past_key_values.0.key", [1, 4, 2048, 16])], 4 * 16 * 4],
    [
      "the decoder's of a model with an encoder",
      [
        input("past_key_values.0.decoder.key", ["batch", 4, "past", 16]),
        input("past_key_values.0.encoder.key", ["batch", 4, "encoded", 16]),
      ],
      4 * 16 * 4,
    ],
  ])("counts %s", (_, inputs, bytesPerToken) => {
    expect(cacheShape(inputs)).toEqual({ inputs: 1, bytesPerToken });
  });

  it.each<[string, OnnxValue[]]>([
    ["other inputs", [input("input_ids", ["batch", "tokens"], "int64")]],
    ["a shape that does not say which dimension is the tokens'", [input("past_key_values.0.key", ["b", "h", "t", 16])]],
    ["no shape", [{ name: "past_key_values.0.key", type: "float32" }]],
  ])("has nothing to say of %s", (_, inputs) => {
    expect(cacheShape(inputs)).toBeUndefined();
  });
});
