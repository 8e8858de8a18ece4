import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safetensorsBytes, safetensorsWithHeader, temporaryFolder, type TensorContent } from "./checkpoint.support.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { openSafetensors } from "./safetensors.ts";

const folder = temporaryFolder();

function written(bytes: Uint8Array, name = "model.safetensors"): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function float32(shape: number[], elements: Float32Array): TensorContent {
  return { dtype: "F32", shape, bytes: new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength) };
}

const tensor = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  return fc.float32Array({ minLength: length, maxLength: length }).map((elements) => ({ shape, elements }));
});

describe("openSafetensors", () => {
  it("reads back whatever was written, in any order", async () => {
    const files = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => !name.startsWith("__")),
      tensor,
      { maxKeys: 6 },
    );
    await fc.assert(
      fc.asyncProperty(files, fc.nat(7), async (tensors, pad) => {
        const contents = Object.fromEntries(
          Object.entries(tensors).map(([name, { shape, elements }]) => [name, float32(shape, elements)]),
        );
        const file = await openSafetensors(written(safetensorsBytes(contents, pad), "property.safetensors"));
        try {
          expect([...file.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, { shape, elements }] of Object.entries(tensors).reverse()) {
            expect(file.tensors.get(name)!.shape).toEqual(shape);
            expect(await file.read(name, 0, elements.length)).toEqual(elements);
            const [from, to] = [Math.floor(elements.length / 3), Math.ceil(elements.length / 2)];
            expect(await file.read(name, from, to)).toEqual(elements.subarray(from, to));
          }
        } finally {
          await file.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  const bytes = new Uint8Array(16);
  const header = (entries: object) => JSON.stringify(entries);
  const good = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  const whole = safetensorsWithHeader(header({ a: good, b: { ...good, data_offsets: [8, 16] } }), bytes);
  const lyingLength = Uint8Array.from(whole);
  lyingLength[1] = 9;
  const hugeLength = Uint8Array.from(whole);
  hugeLength[7] = 0x7f;

  it.each([
    ["an empty file", new Uint8Array(0), /is 0 bytes long and so has no header/],
    ["a truncated header", whole.subarray(0, 40), /only 32 bytes follow/],
    ["a header length beyond the file", lyingLength, /says its header is \d+ bytes long, but only/],
    ["an absurd header length", hugeLength, /more than any real one/],
    ["truncated data", whole.subarray(0, -1), /places tensor "b" up to byte/],
    ["a header that is not JSON", safetensorsWithHeader('{"a": ', bytes), /not JSON/],
    ["a header that is a list", safetensorsWithHeader("[]", bytes), /malformed header/],
    [
      "a tensor without a shape",
      safetensorsWithHeader(header({ a: { dtype: "F32", data_offsets: [0, 16] } }), bytes),
      /"a.shape"/,
    ],
    ["a negative dimension", safetensorsWithHeader(header({ a: { ...good, shape: [-2] } }), bytes), /"a.shape.0"/],
    [
      "an unknown dtype",
      safetensorsWithHeader(header({ a: { ...good, dtype: "F23" } }), bytes),
      /tensor "a" the dtype "F23"/,
    ],
    [
      "offsets beyond the file",
      safetensorsWithHeader(header({ a: { ...good, data_offsets: [800, 808] } }), bytes),
      /tensor "a" up to byte/,
    ],
    [
      "offsets in reverse",
      safetensorsWithHeader(header({ a: { ...good, data_offsets: [8, 0] } }), bytes),
      /gives tensor "a" -8 bytes/,
    ],
    [
      "a shape that takes other bytes",
      safetensorsWithHeader(header({ a: { ...good, shape: [3] } }), bytes),
      /8 bytes, but F32 \[3\] takes 12/,
    ],
    [
      "overlapping tensors",
      safetensorsWithHeader(header({ a: good, b: { ...good, data_offsets: [4, 12] } }), bytes),
      /"b" overlap tensor "a"/,
    ],
    [
      "a hole",
      safetensorsWithHeader(header({ a: good, b: { ...good, data_offsets: [12, 20] } }), new Uint8Array(20)),
      /4 unexplained bytes before tensor "b"/,
    ],
    [
      "a shape of more elements than numbers are exact for",
      safetensorsWithHeader(header({ a: { ...good, shape: [2 ** 52, 2 ** 52, 2 ** 52] } }), bytes),
      /8 bytes, but F32/,
    ],
    [
      "an empty shape times an infinite one",
      safetensorsWithHeader(
        header({ a: { ...good, shape: [...Array(30).fill(2 ** 52), 0], data_offsets: [0, 0] } }),
        bytes,
      ),
      /0 bytes, but F32/,
    ],
    ["trailing bytes", safetensorsWithHeader(header({ a: good }), bytes), /8 unexplained bytes after tensor "a"/],
  ])("refuses %s, naming the file", async (_, content, message) => {
    const path = written(content, "bad.safetensors");
    const error = await openSafetensors(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CheckpointError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(path);
  });

  it("reads bytes as bytes only, and integers not as weights, naming the tensor", async () => {
    const file = await openSafetensors(
      written(
        safetensorsBytes({
          ids: { dtype: "I64", shape: [2], bytes },
          bytes: { dtype: "U8", shape: [4, 4], bytes: Uint8Array.from(bytes, (_, i) => i) },
        }),
      ),
    );
    expect([...(await file.readBytes("bytes", 3, 6))]).toEqual([3, 4, 5]);
    await expect(file.read("ids", 0, 2)).rejects.toThrow(/"ids".*dtype is I64/);
    await expect(file.readBytes("ids", 0, 2)).rejects.toThrow(/"ids".*dtype is I64/);
    await expect(file.read("absent", 0, 2)).rejects.toThrow(/no tensor "absent"/);
    await file.close();
  });

  it("reads nothing beyond a tensor", async () => {
    const pair = { dtype: "F32", shape: [2], bytes: bytes.subarray(0, 8) };
    const file = await openSafetensors(written(safetensorsBytes({ a: pair, b: pair })));
    await expect(file.read("a", 0, 3)).rejects.toThrow(RangeError);
    await expect(file.read("b", -1, 1)).rejects.toThrow(RangeError);
    await file.close();
  });

  it("refuses what is no file before it opens it", async () => {
    await expect(openSafetensors(folder)).rejects.toThrow(/is not a file/);
  });

  it("names a file that is not there", async () => {
    await expect(openSafetensors(join(folder, "absent"))).rejects.toThrow(/cannot open .*absent \(ENOENT\)/);
  });
});
