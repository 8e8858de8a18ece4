import { describe, expect, it } from "vitest";
import { inspectGraph } from "./describegraph.ts";
import { integers, model, node, tensor, type, valueInfo, writeModel, type GraphContent } from "./model.support.ts";
import { decodeStep, prefillStep } from "./step.ts";

const inspect = (content: GraphContent) => inspectGraph(writeModel(model(content)));

const [vocab, hidden, keyValue, inner] = [10, 4, 2, 6];
const cached = (name: string) => valueInfo(name, type.half, ["batch", 1, "past", keyValue]);
const ids = valueInfo("ids", type.int64, ["batch", "tokens"]);

/** A decoder of one layer in plain operators: q of two heads, k and v of one, a norm, a feed-forward, an untied head. */
function decoder(
  extra: Partial<GraphContent> = {},
  logits = ["batch", "tokens", vocab] as (number | string)[],
): GraphContent {
  return {
    nodes: [
      node("Gather", ["table", "ids"], ["embedded"]),
      node("LayerNormalization", ["embedded", "scale", "shift"], ["normed"]),
      node("MatMul", ["normed", "wq"], ["q"]),
      node("MatMul", ["normed", "wk"], ["k"]),
      node("MatMul", ["normed", "wv"], ["v"]),
      node("Concat", ["past.key", "k"], ["keys"], { axis: { int: 2 } }),
      node("Concat", ["past.value", "v"], ["values"], { axis: { int: 2 } }),
      node("MatMul", ["q", "keys"], ["scores"]),
      node("Softmax", ["scores"], ["shares"]),
      node("MatMul", ["shares", "values"], ["mixed"]),
      node("Transpose", ["mixed"], ["joined"]),
      node("MatMul", ["joined", "wo"], ["attended"]),
      node("Add", ["embedded", "attended"], ["stream"]),
      node("Gemm", ["stream", "w1", "b1"], ["wide"], { transB: { int: 1 } }),
      node("Relu", ["wide"], ["active"]),
      node("MatMul", ["active", "w2"], ["narrow"]),
      node("Add", ["stream", "narrow"], ["last"]),
      ...(extra.nodes ?? [node("MatMul", ["last", "head"], ["logits"])]),
    ],
    tensors: [
      tensor("table", [vocab, hidden]),
      tensor("scale", [hidden]),
      tensor("shift", [hidden]),
      tensor("wq", [hidden, 2 * keyValue]),
      tensor("wk", [hidden, keyValue]),
      tensor("wv", [hidden, keyValue]),
      tensor("wo", [2 * keyValue, hidden]),
      tensor("w1", [inner, hidden]),
      tensor("b1", [inner]),
      tensor("w2", [inner, hidden]),
      tensor("head", [hidden, vocab]),
      ...(extra.tensors ?? []),
    ],
    inputs: [ids, cached("past.key"), cached("past.value"), ...(extra.inputs ?? [])],
    outputs: [valueInfo("logits", type.float, logits), ...["key", "value"].map((part) => cached(`present.${part}`))],
  };
}

const norms = 2 * hidden;
const attention = hidden * (2 * keyValue + 2 * keyValue) + 2 * keyValue * hidden;
const feedForward = 2 * hidden * inner;
const parameters = 2 * vocab * hidden + norms + attention + feedForward + inner;

describe("inspectGraph of a decoder in plain operators", () => {
  it("counts by hand what it stores, reads and computes", async () => {
    const found = await inspect(decoder());
    const active = parameters - (vocab - 1) * hidden;
    expect(found).toMatchObject({
      producer: "test",
      parameters: { total: parameters, active, executed: active },
      weightBytes: 4 * parameters,
      weightBytesPerToken: 4 * active,
      // Two caches of one head of two half floats.
      kvBytesPerToken: 2 * 2 * 2,
      flops: {
        perToken: 2 * (attention + feedForward + hidden * vocab),
        perLogits: 2 * hidden * vocab,
        logits: "every",
        // Two heads of two: scores and weighted values are four multiply-adds each.
        perPastToken: 2 * (4 + 4),
      },
      types: [{ type: "float32", bits: 32, parameters, bytes: 4 * parameters }],
      mixtures: [],
      summary: "dense: no mixture of experts",
      gaps: [],
    });
  });

  it("adds up steps", async () => {
    const found = await inspect(decoder());
    const perToken = 2 * (attention + feedForward + hidden * vocab);
    expect(decodeStep(found, { batch: 3, past: 9 })).toEqual({
      flops: 3 * (perToken + 10 * 16),
      weightBytes: found.weightBytesPerToken,
      kvBytes: 3 * 9 * 8,
    });
    expect(prefillStep(found, 4)).toEqual({
      flops: 4 * perToken + (1 + 2 + 3 + 4) * 16,
      weightBytes: found.weightBytesPerToken,
    });
  });

  it.each([
    [
      "a Gather of the last position",
      [node("Gather", ["last", "end"], ["one"], { axis: { int: 1 } }), node("MatMul", ["one", "head"], ["logits"])],
      "last",
    ],
    [
      "a Slice of as many as an input says",
      [
        node("Neg", ["keep"], ["from"]),
        node("Slice", ["last", "from", "far", "axis"], ["some"]),
        node("MatMul", ["some", "head"], ["logits"]),
      ],
      "asked",
    ],
  ] as const)("computes the head once behind %s", async (_, nodes, logits) => {
    const found = await inspect(
      decoder({
        nodes: [...nodes],
        tensors: [integers("end", [-1], []), integers("far", [2 ** 40]), integers("axis", [1])],
        inputs: [valueInfo("keep", type.int64, [1])],
      }),
    );
    expect(found.flops).toMatchObject({ logits, perLogits: 2 * hidden * vocab });
    expect(prefillStep(found, 4).flops).toBe(
      4 * 2 * (attention + feedForward) + 2 * hidden * vocab + (1 + 2 + 3 + 4) * 16,
    );
  });

  it("knows the last position by the shape of the output", async () => {
    expect((await inspect(decoder({}, ["batch", 1, vocab]))).flops.logits).toBe("last");
    expect((await inspect(decoder({}, ["batch", vocab]))).flops.logits).toBe("last");
  });

  it("counts a tied matrix once, and reads all of it", async () => {
    const found = await inspect(
      decoder({
        nodes: [node("Transpose", ["table"], ["turned"]), node("MatMul", ["last", "turned"], ["logits"])],
      }),
    );
    // The head of `decoder` stands in the file, but nothing reads it.
    expect(found.parameters.total).toBe(parameters - vocab * hidden);
    expect(found.parameters.active).toBe(found.parameters.total);
  });

  it("says what it could not find", async () => {
    const found = await inspect({
      nodes: [node("MatMul", ["x", "w"], ["hidden"]), node("NonZero", ["hidden"], ["y"])],
      tensors: [tensor("w", [3, 5])],
      inputs: [valueInfo("x", type.float, ["rows", 3])],
      outputs: [valueInfo("z", type.float, ["rows", 5])],
    });
    expect(found.flops).toEqual({ perToken: 2 * 15, perLogits: 0 });
    expect(found).not.toHaveProperty("kvBytesPerToken");
    expect(found.gaps).toEqual([
      expect.stringContaining("key-value cache"),
      expect.stringContaining("attention"),
      expect.stringContaining("output head"),
    ]);
  });
});
