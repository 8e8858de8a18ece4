/** Writes GGUF files, version 3, little-endian. Source: ggml-org/ggml `docs/gguf.md`. */
import { open, type FileHandle } from "node:fs/promises";
import { byteLengthOf, encode, type GgmlType, ggmlTypes } from "./blocks.ts";

export type MetadataValue =
  | { readonly type: "uint32"; readonly value: number }
  | { readonly type: "float32"; readonly value: number }
  | { readonly type: "string"; readonly value: string };

export interface GgufTensor {
  readonly name: string;
  /** Outermost first: a matrix is [rows, columns]. The file has them the other way about. */
  readonly shape: readonly number[];
  readonly type: GgmlType;
  /** The elements in order; every piece is whole blocks of the type. */
  pieces(): AsyncIterable<Float32Array>;
}

const version = 3;
/** What `general.alignment` is where a file does not say. */
const alignment = 32;
const valueTypes = { uint32: 4, float32: 6, string: 8 } as const;

/** Streams a model to a new file: never more than one piece of one tensor is in memory. */
export async function writeGguf(
  path: string,
  metadata: Readonly<Record<string, MetadataValue>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(header(metadata, tensors));
    for (const tensor of tensors) await writeTensor(file, tensor);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** All that comes before the tensors' data, padded. */
function header(metadata: Readonly<Record<string, MetadataValue>>, tensors: readonly GgufTensor[]): Uint8Array {
  const entries = Object.entries(metadata);
  const parts = [
    Buffer.from("GGUF"),
    uint32(version),
    uint64(tensors.length),
    uint64(entries.length),
    ...entries.flatMap(([key, value]) => [text(key), uint32(valueTypes[value.type]), metadataValue(value)]),
  ];
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(text(tensor.name), uint32(tensor.shape.length), ...tensor.shape.toReversed().map(uint64));
    parts.push(uint32(ggmlTypes[tensor.type].id), uint64(offset));
    offset += aligned(byteLength(tensor));
  }
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, padding(bytes.byteLength)]);
}

async function writeTensor(file: FileHandle, tensor: GgufTensor): Promise<void> {
  let written = 0;
  for await (const piece of tensor.pieces()) {
    const bytes = encode(tensor.type, piece);
    await file.writeFile(bytes);
    written += bytes.byteLength;
  }
  if (written !== byteLength(tensor)) {
    throw new RangeError(
      `tensor "${tensor.name}" [${tensor.shape.join(", ")}] takes ${byteLength(tensor)} bytes as ${tensor.type}, but ${written} were produced`,
    );
  }
  await file.writeFile(padding(written));
}

function byteLength({ shape, type }: GgufTensor): number {
  return byteLengthOf(
    type,
    shape.reduce((product, dimension) => product * dimension, 1),
  );
}

const aligned = (length: number): number => Math.ceil(length / alignment) * alignment;
const padding = (length: number): Uint8Array => new Uint8Array(aligned(length) - length);

function metadataValue({ type, value }: MetadataValue): Uint8Array {
  switch (type) {
    case "uint32":
      return uint32(value);
    case "float32":
      return float32(value);
    case "string":
      return text(value);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.byteLength), bytes]);
}
