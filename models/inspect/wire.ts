/** Reads Protocol Buffers messages where they lie in a file. Source: https://protobuf.dev/programming-guides/encoding/ */
import { CheckpointError } from "../build/checkpointerror.ts";
import type { ByteSource } from "./bytesource.ts";

/** A part of a file that is one message or one value. */
export interface Span {
  begin: number;
  end: number;
}

/** A field of a message: a number, or the place of its bytes in the file, which are not read. `end` is where the next one begins. */
export type Field = { number: number } & Span & ({ kind: "varint"; value: number } | { kind: "fixed" | "delimited" });

/**
 * What a reader may build in memory, in bytes. Fields as short as two bytes become objects of a hundred, so a bound on the file's
 * size would be none; real graphs stay below a tenth of this.
 */
export interface Reading {
  source: ByteSource;
  spend: (bytes: number) => void;
}

const spentBytesMax = 512 * 2 ** 20;

export function startReading(source: ByteSource): Reading {
  let spent = 0;
  return {
    source,
    spend(bytes) {
      spent += bytes;
      if (spent > spentBytesMax) {
        throw new CheckpointError(
          `${source.path} describes a graph that takes more than ${spentBytesMax / 2 ** 20} MiB of memory besides its weights, more than any real one; it was not read further`,
        );
      }
    },
  };
}

/** The fields of the message in `span`, in the order they are stored. */
export function* fields({ source }: Reading, { begin, end }: Span): Generator<Field> {
  let position = begin;
  while (position < end) {
    const key = varintAt(source, position, end);
    const [number, wire] = [Math.floor(key.value / 8), key.value & 7];
    if (number < 1 || number > fieldNumberMax)
      throw damaged(source, position, `field number ${number}, which cannot be`);
    position = key.end;
    if (wire === 0) {
      const { value, end: after } = varintAt(source, position, end);
      yield { number, kind: "varint", value, begin: position, end: after };
      position = after;
      continue;
    }
    const length = wire === 2 ? varintAt(source, position, end) : { value: fixedBytes[wire], end: position };
    if (length.value === undefined) throw damaged(source, position, `wire type ${wire}, which ONNX does not use`);
    const after = length.end + length.value;
    if (length.value < 0 || after > end) {
      const room = end - length.end;
      throw damaged(source, position, `a field of ${length.value} bytes where ${room} are left`);
    }
    yield { number, kind: wire === 2 ? "delimited" : "fixed", begin: length.end, end: after };
    position = after;
  }
}

const fieldNumberMax = 2 ** 29 - 1;
const fixedBytes: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const varintBytesMax = 10;

/** A varint as int64. Beyond 2^53 the nearest double: ONNX uses such values for "to the end" only. */
function varintAt(source: ByteSource, position: number, end: number): { value: number; end: number } {
  let [value, scale] = [0, 1];
  for (let at = position; at < Math.min(end, position + varintBytesMax); at++) {
    const byte = source.byteAt(at);
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return { value: at - position < 7 ? value : wideVarint(source, position, at + 1), end: at + 1 };
  }
  throw damaged(source, position, "a number that does not end");
}

function wideVarint(source: ByteSource, begin: number, end: number): number {
  let value = 0n;
  for (let at = end - 1; at >= begin; at--) value = (value << 7n) | BigInt(source.byteAt(at) & 0x7f);
  return Number(BigInt.asIntN(64, value));
}

const text = new TextDecoder();
/** Longer strings are embedded programs or documents, and no name. */
const textBytesMax = 65_536;

/** The string in `span`; one longer than 64 KiB is cut off there. */
export function textIn({ source, spend }: Reading, { begin, end }: Span): string {
  const length = Math.min(end - begin, textBytesMax);
  spend(2 * length + 16);
  return text.decode(source.bytes(begin, length));
}

/** The integers of a repeated field, written one by one or packed. */
export function* integersIn(reading: Reading, field: Field): Generator<number> {
  if (field.kind === "varint") yield field.value;
  else {
    for (let at = field.begin; at < field.end;) {
      const { value, end } = varintAt(reading.source, at, field.end);
      yield value;
      at = end;
    }
  }
}

/** The floats of a repeated `float` field, written one by one or packed. */
export function* floatsIn({ source }: Reading, field: Field): Generator<number> {
  if (field.kind === "varint") throw damaged(source, field.begin, "an integer where a float should be");
  for (let at = field.begin; at + 4 <= field.end; at += 4) {
    yield new DataView(source.bytes(at, 4).buffer).getFloat32(0, true);
  }
}

/** The place of a field that must be a string, bytes or a message. */
export function spanOf({ source }: Reading, field: Field): Span {
  if (field.kind === "delimited") return field;
  throw damaged(source, field.begin, `a number in field ${field.number}, where a message should be`);
}

/** The value of a field that must be an integer. */
export function integerOf({ source }: Reading, field: Field): number {
  if (field.kind === "varint") return field.value;
  throw damaged(source, field.begin, `bytes in field ${field.number}, where an integer should be`);
}

function damaged({ path, size }: ByteSource, position: number, what: string): CheckpointError {
  return new CheckpointError(
    `${path} has at byte ${position} of ${size} ${what}; it is no ONNX model, or damaged, or was not fully downloaded: fetch it again`,
  );
}
