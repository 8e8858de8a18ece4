import { describe, expect, it } from "vitest";
import { renamed } from "./checkpoint.ts";
import type { Dtype } from "./dtype.ts";
import { unpackMxfp4 } from "./mxfp4.ts";
import type { SafetensorsFile } from "./safetensors.ts";
import { storedTensors } from "./storedtensors.ts";
import { at, slice, whole } from "./weights.ts";

/** A file whose byte i is i modulo 251; every reading of it is written down. */
function fakeFile(tensors: Record<string, { dtype: Dtype; shape: number[] }>) {
  const readings: string[] = [];
  const read = (name: string, begin: number, end: number) => {
    readings.push(`${name} ${begin}-${end}`);
    return Uint8Array.from({ length: end - begin }, (_, i) => (begin + i) % 251);
  };
  const file: SafetensorsFile = {
    path: "fake",
    tensors: new Map(Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, begin: 0, end: 0 }])),
    read: async (name, begin, end) => Float32Array.from(read(name, begin, end)),
    readBytes: async (name, begin, end) => read(name, begin, end),
    close: async () => {},
  };
  return { file, readings };
}

const packed: Record<"X_blocks" | "X_scales", { dtype: Dtype; shape: number[] }> = {
  X_blocks: { dtype: "U8", shape: [3, 4, 2, 16] },
  X_scales: { dtype: "U8", shape: [3, 4, 2] },
};

describe("storedTensors", () => {
  it("offers an MXFP4 pair as one tensor and nothing of its parts", () => {
    const offered = storedTensors([fakeFile({ ...packed, norm: { dtype: "F32", shape: [4] } }).file]);
    expect([...offered.keys()]).toEqual(["norm", "X"]);
    expect(offered.get("X")).toMatchObject({ shape: [3, 4, 64], dtype: "MXFP4" });
  });

  it("finds the parts of a pair in different files", () => {
    const [blocks, scales] = [fakeFile({ X_blocks: packed.X_blocks }), fakeFile({ X_scales: packed.X_scales })];
    expect([...storedTensors([blocks.file, scales.file]).keys()]).toEqual(["X"]);
  });

  it.each([
    ["of which one is not of bytes", { ...packed, X_scales: { dtype: "F32" as const, shape: [3, 4, 2] } }],
    ["whose shapes do not fit", { ...packed, X_scales: { dtype: "U8" as const, shape: [3, 4, 3] } }],
    ["beside the tensor itself", { ...packed, X: { dtype: "F32" as const, shape: [3, 4, 64] } }],
  ])("makes nothing of a pair %s", (_, tensors) => {
    expect([...storedTensors([fakeFile(tensors).file]).keys()].sort()).toEqual(Object.keys(tensors).sort());
  });

  it("reads the groups that a range touches, and of those the range", async () => {
    const { file, readings } = fakeFile(packed);
    const elements = await storedTensors([file]).get("X")!.read(130, 190);
    expect(readings).toEqual(["X_blocks 64-96", "X_scales 4-6"]);
    const blocks = Uint8Array.from({ length: 32 }, (_, i) => 64 + i);
    expect([...elements]).toEqual([...unpackMxfp4(blocks, Uint8Array.of(4, 5)).subarray(2, 62)]);
  });
});

describe("Checkpoint.read", () => {
  it("fetches the span of a view and no more of its tensor", async () => {
    const { file, readings } = fakeFile({ stacked: { dtype: "F32", shape: [5, 4, 3] } });
    const tensors = storedTensors([file]);
    const checkpoint = renamed(
      { folder: "f", tensors, read: async () => new Float32Array(0), close: async () => {} },
      (name) => `model.${name}`,
    );
    const view = at(whole({ name: "model.stacked", shape: [5, 4, 3] }), 2);
    expect([...(await checkpoint.read(slice(view, { from: 1, count: 2, step: 2 })))]).toEqual([27, 28, 29, 33, 34, 35]);
    expect(readings).toEqual(["stacked 27-36"]);
  });
});
