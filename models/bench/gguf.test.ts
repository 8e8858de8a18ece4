import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeGguf } from "./gguf.ts";
import { float32Elements, readGguf } from "./gguf.support.ts";

const root = mkdtempSync(path.join(tmpdir(), "perjoule-gguf-"));
afterAll(() => rmSync(root, { recursive: true }));

const pieces = (...values: number[][]) =>
  async function* (): AsyncGenerator<Float32Array> {
    for (const piece of values) yield Float32Array.from(piece);
  };

describe("writeGguf", () => {
  test("writes metadata and tensors that the specification's structures give back", async () => {
    const file = path.join(root, "whole.gguf");
    await writeGguf(
      file,
      {
        "general.architecture": { type: "string", value: "llama" },
        "llama.block_count": { type: "uint32", value: 3 },
        "llama.rope.freq_base": { type: "float32", value: 10_000 },
      },
      [
        { name: "norm", shape: [3], type: "F32", pieces: pieces([1, 2, 3]) },
        { name: "matrix", shape: [2, 32], type: "Q4_0", pieces: pieces(Array(32).fill(-8), Array(32).fill(1)) },
        { name: "last", shape: [2, 2], type: "F32", pieces: pieces([4, 5], [6, 7]) },
      ],
    );
    const gguf = readGguf(file);
    expect(gguf.version).toBe(3);
    expect(gguf.metadata).toEqual({
      "general.architecture": "llama",
      "llama.block_count": 3,
      "llama.rope.freq_base": 10_000,
    });
    expect(Object.entries(gguf.tensors).map(([name, { dimensions, type }]) => [name, dimensions, type])).toEqual([
      ["norm", [3], 0],
      ["matrix", [32, 2], 2],
      ["last", [2, 2], 0],
    ]);
    expect(float32Elements(gguf, "norm")).toEqual([1, 2, 3]);
    expect(float32Elements(gguf, "last")).toEqual([4, 5, 6, 7]);
  });

  test("begins every tensor, and the end of the file, at a multiple of 32 bytes", async () => {
    const file = path.join(root, "aligned.gguf");
    const small = (name: string) => ({ name, shape: [3], type: "F32" as const, pieces: pieces([1, 2, 3]) });
    await writeGguf(file, { a: { type: "string", value: "b" } }, [small("x"), small("y"), small("z")]);
    const { tensors, bytes } = readGguf(file);
    const begins = Object.values(tensors).map(({ begin }) => begin);
    expect(begins.map((begin) => begin % 32)).toEqual([0, 0, 0]);
    expect(begins.map((begin) => begin - begins[0]!)).toEqual([0, 32, 64]);
    expect(bytes.byteLength).toBe(begins[0]! + 96);
  });

  test("refuses a tensor whose pieces are not as many elements as its shape", async () => {
    const tensor = { name: "short", shape: [4], type: "F32" as const, pieces: pieces([1, 2, 3]) };
    await expect(writeGguf(path.join(root, "short.gguf"), {}, [tensor])).rejects.toThrow(
      'tensor "short" [4] takes 16 bytes as F32, but 12 were produced',
    );
  });
});
