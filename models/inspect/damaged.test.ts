import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../build/checkpointerror.ts";
import { bytesField, concatenate, fieldOpening, integerField, type Encoded } from "../build/protobuf.ts";
import { inspectModel } from "./describegraph.ts";
import { branches } from "./experts.support.ts";
import { flatten } from "./flatten.ts";
import {
  functionOf,
  graph,
  model,
  node,
  temporaryFolder,
  tensor,
  type,
  valueInfo,
  writeModel,
} from "./model.support.ts";
import { readOnnx } from "./readonnx.ts";

/** What comes of inspecting a file. */
function outcome(path: string): unknown {
  try {
    inspectModel(readOnnx(path));
    return "read";
  } catch (error) {
    return error instanceof CheckpointError && error.message.includes(path) ? "refused" : error;
  }
}

const wide = bytesField(4, "x".repeat(100_000));

describe("readOnnx", () => {
  it("refuses a file cut off at any length", () => {
    const whole = branches();
    const path = writeModel(whole);
    expect(outcome(path)).toBe("read");
    const results = new Set<unknown>();
    for (let length = 0; length < whole.byteLength; length++) {
      writeFileSync(path, whole.subarray(0, length));
      results.add(outcome(path));
    }
    expect([...results]).toEqual(["refused"]);
  });

  it("reads or refuses a file with any bytes changed", () => {
    const whole = branches();
    const path = writeModel(whole);
    const changes = fc.array(fc.tuple(fc.nat(whole.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, (changed) => {
        const bytes = whole.slice();
        for (const [at, byte] of changed) bytes[at] = byte;
        writeFileSync(path, bytes);
        expect(["read", "refused"]).toContain(outcome(path));
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it("reads or refuses any bytes", () => {
    const path = writeModel(new Uint8Array());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        writeFileSync(path, bytes);
        expect(outcome(path)).toBe("refused");
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it.each<[string, Encoded, RegExp]>([
    [
      "a length beyond the tensor",
      concatenate([integerField(1, 4), integerField(2, 1), bytesField(9, new Uint8Array(8))]),
      /8 bytes of data, but float32 \[4\] takes 16/,
    ],
    ["a negative dimension", concatenate([integerField(1, -1), integerField(2, 1)]), /the shape \[-1\]/],
    [
      "more elements than there are numbers",
      concatenate([integerField(1, 2 ** 40), integerField(1, 2 ** 40), integerField(2, 1)]),
      /more than any machine holds/,
    ],
    [
      "an element type that does not exist",
      concatenate([integerField(1, 1), integerField(2, 99)]),
      /the element type 99/,
    ],
    ["no data", concatenate([integerField(1, 4), integerField(2, 1)]), /no data for float32 \[4\]/],
    [
      "data elsewhere, but nowhere",
      concatenate([integerField(1, 4), integerField(2, 1), integerField(14, 1)]),
      /another file without naming it/,
    ],
    ["a number for a name", concatenate([integerField(8, 1)]), /a number in field 8/],
  ])("refuses a tensor with %s", (_, content, message) => {
    const path = writeModel(model({ nodes: [], tensors: [content] }));
    expect(() => readOnnx(path)).toThrow(CheckpointError);
    expect(() => readOnnx(path)).toThrow(message);
  });

  it("refuses graphs nested without end", () => {
    let inner = graph({ nodes: [] });
    for (let depth = 0; depth < 40; depth++)
      inner = graph({ nodes: [node("If", ["c"], ["y"], { then_branch: { graph: inner } })] });
    const path = writeModel(model({ nodes: [node("If", ["c"], ["y"], { then_branch: { graph: inner } })] }));
    expect(() => readOnnx(path)).toThrow(/nests graphs more than 16 deep/);
  });

  it("refuses functions that call each other without end", () => {
    const path = writeModel(
      model({ nodes: [node("f", [], ["y"], {}, "local")] }, [
        functionOf("f", [], ["y"], [node("g", [], ["y"], {}, "local")]),
        functionOf("g", [], ["y"], [node("f", [], ["y"], {}, "local")]),
      ]),
    );
    expect(() => flatten(readOnnx(path))).toThrow(/call each other without end/);
  });

  it("refuses functions whose calls multiply", () => {
    const twice = (name: string, callee: string) =>
      functionOf(name, [], [], [node(callee, [], [], {}, "local"), node(callee, [], [], {}, "local")]);
    const functions = Array.from({ length: 40 }, (_, at) => twice(`f${at}`, `f${at + 1}`));
    const path = writeModel(model({ nodes: [node("f0", [], [], {}, "local")] }, functions));
    expect(() => flatten(readOnnx(path))).toThrow(/more than 1000000 nodes/);
  });

  it("refuses more small messages than a graph has", () => {
    const empty = new Uint8Array(3_000_000).map((_, at) => (at % 2 === 0 ? 0x0a : 0));
    const path = writeModel(
      concatenate([integerField(1, 8), bytesField(8, [integerField(2, 18)]), fieldOpening(7, empty.byteLength), empty]),
    );
    expect(() => readOnnx(path)).toThrow(/takes more than 512 MiB of memory/);
  });

  it("keeps only the beginning of a text as long as a document", () => {
    const path = writeModel(model({ nodes: [wide], inputs: [valueInfo("x", type.float, [1])] }));
    expect(readOnnx(path).graph.nodes[0]!.op).toHaveLength(65_536);
  });

  it.each(["no such file", "a folder"])("refuses %s", (kind) => {
    const folder = temporaryFolder();
    const path = kind === "a folder" ? folder : join(folder, "absent.onnx");
    expect(() => readOnnx(path)).toThrow(CheckpointError);
    expect(() => readOnnx(path)).toThrow(path);
  });

  it("takes no harm from a value that is its own ancestor", () => {
    const nodes = [node("MatMul", ["b", "w"], ["a"]), node("Identity", ["a"], ["b"])];
    const path = writeModel(
      model({ nodes, tensors: [tensor("w", [4, 4])], outputs: [valueInfo("a", type.float, [4])] }),
    );
    expect(outcome(path)).toBe("read");
  });
});
