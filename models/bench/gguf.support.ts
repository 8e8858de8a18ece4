/** Reads GGUF files back, for tests: written from the specification (ggml-org/ggml `docs/gguf.md`), not from the writer. */
import { readFileSync } from "node:fs";

export interface ReadTensor {
  /** As in the file: innermost first. */
  readonly dimensions: readonly number[];
  readonly type: number;
  /** From the beginning of the file. */
  readonly begin: number;
}

export interface ReadGguf {
  readonly version: number;
  readonly metadata: Readonly<Record<string, number | string>>;
  readonly tensors: Readonly<Record<string, ReadTensor>>;
  readonly bytes: Buffer;
}

export function readGguf(file: string): ReadGguf {
  const bytes = readFileSync(file);
  let at = 0;
  const take = <T>(length: number, value: (at: number) => T): T => {
    at += length;
    return value(at - length);
  };
  const uint32 = (): number => take(4, (from) => bytes.readUInt32LE(from));
  const uint64 = (): number => take(8, (from) => Number(bytes.readBigUInt64LE(from)));
  const float32 = (): number => take(4, (from) => bytes.readFloatLE(from));
  const text = (): string => {
    const length = uint64();
    return take(length, (from) => bytes.toString("utf8", from, from + length));
  };
  const value = (type: number): number | string => {
    if (type === 4) return uint32();
    if (type === 6) return float32();
    if (type === 8) return text();
    throw new TypeError(`metadata type ${type} is not read here`);
  };
  const magic = take(4, (from) => bytes.toString("latin1", from, from + 4));
  if (magic !== "GGUF") throw new TypeError(`"${file}" begins with "${magic}", not "GGUF"`);
  const version = uint32();
  const [tensorCount, entryCount] = [uint64(), uint64()];
  const metadata = Object.fromEntries(Array.from({ length: entryCount }, () => [text(), value(uint32())]));
  const infos = Array.from({ length: tensorCount }, () => {
    const name = text();
    const dimensions = Array.from({ length: uint32() }, uint64);
    return { name, dimensions, type: uint32(), offset: uint64() };
  });
  const data = Math.ceil(at / 32) * 32;
  const tensors = Object.fromEntries(
    infos.map(({ name, dimensions, type, offset }) => [name, { dimensions, type, begin: data + offset }]),
  );
  return { version, metadata, tensors, bytes };
}

/** The elements of an F32 tensor. */
export function float32Elements({ tensors, bytes }: ReadGguf, name: string): number[] {
  const { dimensions, begin } = tensors[name]!;
  const length = dimensions.reduce((product, dimension) => product * dimension, 1);
  return Array.from({ length }, (_, i) => bytes.readFloatLE(begin + 4 * i));
}
