/** Checkpoints for tests: written to temporary folders, random but the same at every run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { readArchitecture } from "./families.ts";
import { scalesOf, tensorsOf } from "./tensors.ts";
import { elementCount } from "./weights.ts";

export interface TensorContent {
  dtype: string;
  shape: readonly number[];
  bytes: Uint8Array;
}

const root = mkdtempSync(join(tmpdir(), "perjoule-build-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A new empty folder that is gone when the test file is done. */
export function temporaryFolder(): string {
  return mkdtempSync(join(root, "folder-"));
}

/** The bytes of a safetensors file; `pad` is spaces added to the header, as its writers do to align the data. */
export function safetensorsBytes(tensors: Record<string, TensorContent>, pad = 0): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const begin = end;
    end += bytes.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  return safetensorsWithHeader(
    JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) }) + " ".repeat(pad),
    Buffer.concat(Object.values(tensors).map(({ bytes }) => bytes)),
  );
}

/** A file with any header, true or not. */
export function safetensorsWithHeader(header: string, data: Uint8Array): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text, data]);
}

/** Random weights of the shapes that `config` implies, of a size that keeps activations near one and logits apart. */
export function randomTensors(config: Record<string, unknown>, seed = 1): Record<string, TensorContent> {
  const random = generator(seed);
  const architecture = readArchitecture(config, "config.json");
  const scales = new Set(scalesOf(architecture).map(({ tensor }) => tensor.name));
  return Object.fromEntries(
    tensorsOf(architecture).map((tensor) => {
      const { name, shape } = tensor;
      const middle = scales.has(name) ? 1 : 0;
      const spread = shape.length === 1 ? 0.3 : 3 / Math.sqrt(shape.at(-1)!);
      const elements = Float32Array.from({ length: elementCount(tensor) }, () => middle + (random() * 2 - 1) * spread);
      return [name, { dtype: "F32", shape, bytes: new Uint8Array(elements.buffer) }];
    }),
  );
}

/** A folder with config.json and model.safetensors. */
export function writeCheckpoint(config: unknown, tensors: Record<string, TensorContent>): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "model.safetensors"), safetensorsBytes(tensors));
  return folder;
}

/** Uniform numbers in [0, 1): mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
