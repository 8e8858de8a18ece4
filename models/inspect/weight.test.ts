import { describe, expect, it } from "vitest";
import { inspectGraph } from "./describegraph.ts";
import {
  functionOf,
  graph,
  integers,
  model,
  node,
  tensor,
  type,
  typedTensor,
  valueInfo,
  writeModel,
  type GraphContent,
} from "./model.support.ts";

const inspect = (content: GraphContent, functions: Uint8Array[] = []) =>
  inspectGraph(writeModel(model(content, functions)));

const ids = valueInfo("ids", type.int64, ["batch", "tokens"]);
const [x, y] = [valueInfo("x", type.float, ["rows", 8]), valueInfo("y", type.float, ["rows", 4])];
const bytes = (name: string, shape: number[]) =>
  typedTensor(name, type.uint8, shape, new Uint8Array(shape.reduce((product, length) => product * length, 1)));

describe("inspectGraph of stored weights", () => {
  it.each<[string, Omit<GraphContent, "inputs" | "outputs">, number]>([
    [
      "half floats, cast",
      {
        nodes: [node("Cast", ["w"], ["wide"]), node("MatMul", ["x", "wide"], ["y"])],
        tensors: [typedTensor("w", type.half, [8, 4], new Uint8Array(64))],
      },
      64,
    ],
    [
      "bytes with a scale and a zero point, dequantised and turned",
      {
        nodes: [
          node("DequantizeLinear", ["w", "s", "z"], ["wide"]),
          node("Transpose", ["wide"], ["turned"], { perm: { ints: [1, 0] } }),
          node("MatMul", ["x", "turned"], ["y"]),
        ],
        tensors: [bytes("w", [4, 8]), tensor("s", [4]), bytes("z", [4])],
      },
      32 + 16 + 4,
    ],
    [
      "four bits in MatMulNBits, rows filled up to a block",
      {
        nodes: [
          node(
            "MatMulNBits",
            ["x", "w", "s"],
            ["y"],
            { K: { int: 8 }, N: { int: 4 }, bits: { int: 4 }, block_size: { int: 16 } },
            "com.microsoft",
          ),
        ],
        tensors: [bytes("w", [4, 1, 8]), tensor("s", [4])],
      },
      32 + 16,
    ],
    [
      "integers of a dynamically quantised product",
      {
        nodes: [
          node("DynamicQuantizeLinear", ["x"], ["codes", "scale", "zero"]),
          node("MatMulInteger", ["codes", "w", "zero", "z"], ["sums"]),
          node("Cast", ["sums"], ["y"]),
        ],
        tensors: [bytes("w", [8, 4]), bytes("z", [4])],
      },
      32 + 4,
    ],
    [
      "a product in a function",
      { nodes: [node("twice", ["x", "w"], ["y"], {}, "local")], tensors: [tensor("w", [8, 4])] },
      128,
    ],
  ])("%s", async (_, content, stored) => {
    const twice = functionOf("twice", ["a", "b"], ["c"], [node("MatMul", ["a", "b"], ["c"])]);
    const found = await inspect({ ...content, inputs: [x], outputs: [y] }, [twice]);
    expect(found.parameters.total).toBe(32);
    expect(found.flops.perToken).toBe(2 * 32);
    expect(found.weightBytes).toBe(stored);
    expect(found.weightBytesPerToken).toBe(stored);
  });

  it("reads one row of a quantised embedding, with its scales", async () => {
    const found = await inspect({
      nodes: [
        node(
          "GatherBlockQuantized",
          ["table", "ids", "scales"],
          ["y"],
          { bits: { int: 4 }, block_size: { int: 16 } },
          "com.microsoft",
        ),
      ],
      tensors: [bytes("table", [10, 8]), tensor("scales", [10, 1])],
      inputs: [ids],
      outputs: [y],
    });
    expect(found).toMatchObject({
      parameters: { total: 160, active: 16 },
      weightBytes: 120,
      weightBytesPerToken: 12,
    });
  });

  it("takes tables of cosines for no parameters, and learned positions for some", async () => {
    const content = (op: string) => ({
      nodes: [
        node("Gather", ["table", "ids"], ["rows"]),
        node("Unsqueeze", ["rows", "axis"], ["apart"]),
        node(op, ["x", "apart"], ["y"]),
      ],
      tensors: [tensor("table", [10, 8]), integers("axis", [1])],
      inputs: [x, ids],
      outputs: [y],
    });
    expect((await inspect(content("Mul"))).parameters.total).toBe(0);
    expect((await inspect(content("Add"))).parameters.total).toBe(80);
  });

  it("takes angles for no parameters", async () => {
    const found = await inspect({
      nodes: [
        node("MatMul", ["angles", "x"], ["turns"]),
        node("Cos", ["turns"], ["c"]),
        node("Sin", ["turns"], ["s"]),
        node("Mul", ["c", "s"], ["y"]),
      ],
      tensors: [tensor("angles", [8, 1])],
      inputs: [x],
      outputs: [y],
    });
    expect(found.parameters.total).toBe(0);
  });

  it("counts one of two branches, each of which holds the model", async () => {
    const branch = (name: string) => ({
      graph: graph({
        nodes: [node("MatMul", ["x", "w"], [name])],
        outputs: [valueInfo(name, type.float, ["rows", 4])],
      }),
    });
    const found = await inspect({
      nodes: [node("If", ["cached"], ["y"], { else_branch: branch("without"), then_branch: branch("with") })],
      tensors: [tensor("w", [8, 4])],
      inputs: [x, valueInfo("cached", type.bool, [])],
      outputs: [y],
    });
    expect(found).toMatchObject({ parameters: { total: 32, active: 32 }, flops: { perToken: 64 }, mixtures: [] });
  });

  it("counts parts of a packed matrix once", async () => {
    const found = await inspect({
      nodes: [
        node("Split", ["w", "lengths"], ["left", "right"], { axis: { int: 1 } }),
        node("MatMul", ["x", "left"], ["a"]),
        node("MatMul", ["x", "right"], ["b"]),
        node("Add", ["a", "b"], ["y"]),
      ],
      tensors: [tensor("w", [8, 8]), integers("lengths", [4, 4])],
      inputs: [x],
      outputs: [y],
    });
    expect(found).toMatchObject({ parameters: { total: 64, active: 64 }, flops: { perToken: 128 } });
  });
});
