/**
 * The three wire types of Protocol Buffers that ONNX needs, written by hand: a field is its key, then a varint,
 * four bytes, or a length and that many bytes. Source: https://protobuf.dev/programming-guides/encoding/
 */

/** An encoded field, or several in a row: concatenation is what makes a message of them. */
export type Encoded = Uint8Array;

const text = new TextEncoder();
const wire = { varint: 0, delimited: 2, fixed32: 5 } as const;

/** `value` in base 128, least significant group first; negative numbers take ten bytes (int64, two's complement). */
export function varint(value: number | bigint): Encoded {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const group = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? group | 0x80 : group);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** An `int32`, `int64`, `uint64`, `bool` or `enum` field. */
export function integerField(field: number, value: number | bigint): Encoded {
  return concatenate([key(field, wire.varint), varint(value)]);
}

/** A `float` field. */
export function floatField(field: number, value: number): Encoded {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatenate([key(field, wire.fixed32), bytes]);
}

/** A `string`, `bytes` or embedded message field. */
export function bytesField(field: number, value: string | Encoded | Encoded[]): Encoded {
  const bytes = typeof value === "string" ? text.encode(value) : concatenate([value].flat());
  return concatenate([fieldOpening(field, bytes.byteLength), bytes]);
}

/** Key and length of a `bytes` or message field whose `byteLength` bytes the caller writes next: the way to stream. */
export function fieldOpening(field: number, byteLength: number): Encoded {
  return concatenate([key(field, wire.delimited), varint(byteLength)]);
}

/** The parts in order, in one array. */
export function concatenate(parts: readonly Encoded[]): Encoded {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function key(field: number, wireType: number): Encoded {
  return varint((field << 3) | wireType);
}
