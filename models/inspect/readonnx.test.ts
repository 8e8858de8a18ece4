import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../build/graph.ts";
import { bytesField, concatenate, fieldOpening, integerField } from "../build/protobuf.ts";
import { writeGraph } from "../build/write.ts";
import { model, temporaryFolder, type, typedTensor, writeModel } from "./model.support.ts";
import { readOnnx } from "./readonnx.ts";

describe("readOnnx", () => {
  it("reads back what writeGraph wrote, weights beside the graph included", async () => {
    const builder = new GraphBuilder();
    const x = builder.input("x", "float32", ["rows", 40]);
    const weight = builder.constant("weight", "float32", [40, 20], new Float32Array(800));
    const k = builder.constant("k", "int64", [1], BigInt64Array.of(3n));
    builder.output("y", "float32", ["rows", 20]);
    builder.node({ op: "FusedMatMul", inputs: [x, weight], outputs: ["y"], attributes: { alpha: { float: 0.5 } } });
    builder.node({ op: "TopK", inputs: ["y", k], outputs: ["", "places"], attributes: { axis: { int: -1 } } });
    const path = await writeGraph(builder.graph, temporaryFolder(), { producerVersion: "7", insideBytesMax: 0 });
    expect(readOnnx(path)).toEqual({
      path,
      fileBytes: readFileSync(path).byteLength,
      producer: "perjoule 7",
      opsets: { "": 21, "com.microsoft": 1 },
      graph: {
        nodes: [
          {
            op: "FusedMatMul",
            domain: "com.microsoft",
            name: "y",
            inputs: ["x", "weight"],
            outputs: ["y"],
            attributes: new Map([["alpha", { float: 0.5 }]]),
          },
          {
            op: "TopK",
            domain: "",
            name: "places",
            inputs: ["y", "k"],
            outputs: ["", "places"],
            attributes: new Map([["axis", { int: -1 }]]),
          },
        ],
        tensors: expect.arrayContaining([
          {
            name: "weight",
            type: "float32",
            shape: [40, 20],
            elements: 800,
            bytes: 3200,
            place: "external",
            location: "model.onnx.data",
          },
          { name: "k", type: "int64", shape: [1], elements: 1, bytes: 8, place: "inside", values: [3] },
        ]),
        inputs: [{ name: "x", type: "float32", shape: ["rows", 40] }],
        outputs: [{ name: "y", type: "float32", shape: ["rows", 20] }],
      },
      functions: [],
      metadata: {},
    });
  });

  it.each([
    ["half floats", type.half, 4, [0x00, 0x3c, 0x00, 0xc0], "float16", [1, -2]],
    ["bfloat16", type.brain, 4, [0x80, 0x3f, 0x40, 0xc0], "bfloat16", [1, -3]],
    ["bytes", type.int8, 2, [0xff, 0x7f], "int8", [-1, 127]],
    ["float8", type.fp8, 2, [0, 0], "float8e4m3fn", undefined],
    ["two to a byte", type.uint4, 1, [0x21], "uint4", undefined],
  ] as const)("reads %s", (_, number, bytes, raw, name, values) => {
    const stored = typedTensor("t", number, [2], Uint8Array.from(raw));
    const [read] = readOnnx(writeModel(model({ nodes: [], tensors: [stored] }))).graph.tensors;
    expect(read).toMatchObject({ type: name, bytes, elements: 2 });
    expect(read!.values).toEqual(values);
  });

  it("takes lists packed and unpacked, and numbers in typed fields", () => {
    const packed = concatenate([
      bytesField(1, Uint8Array.of(2, 2)),
      integerField(2, type.int32),
      bytesField(8, "packed"),
    ]);
    const values = concatenate([packed, bytesField(5, Uint8Array.of(1, 2, 3, 4))]);
    const unpacked = concatenate([
      integerField(1, 2),
      integerField(2, type.int64),
      bytesField(8, "unpacked"),
      integerField(7, -5),
      integerField(7, 2 ** 40),
    ]);
    const { tensors } = readOnnx(writeModel(model({ nodes: [], tensors: [values, unpacked] }))).graph;
    expect(tensors.map((each) => [each.shape, each.values])).toEqual([
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
      [[2], [-5, 2 ** 40]],
    ]);
  });

  it("does not read the data of large tensors", () => {
    // A sparse file: 3 GiB of zeros that take no room, and would not fit into one buffer.
    const data = 3 * 2 ** 30;
    const opening = concatenate([
      integerField(1, data / 4),
      integerField(2, type.float),
      bytesField(8, "large"),
      fieldOpening(9, data),
    ]);
    const tail = concatenate([fieldOpening(5, opening.byteLength + data), opening]);
    const head = concatenate([integerField(1, 8), bytesField(8, [bytesField(1, ""), integerField(2, 18)])]);
    const path = join(temporaryFolder(), "large.onnx");
    const bytes = concatenate([head, fieldOpening(7, tail.byteLength + data), tail]);
    writeFileSync(path, bytes);
    const file = openSync(path, "r+");
    ftruncateSync(file, bytes.byteLength + data);
    closeSync(file);
    expect(readOnnx(path).graph.tensors).toEqual([
      { name: "large", type: "float32", shape: [data / 4], elements: data / 4, bytes: data, place: "inside" },
    ]);
  });
});
