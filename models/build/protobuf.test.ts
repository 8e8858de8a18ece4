import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesField, floatField, integerField, varint } from "./protobuf.ts";

/** Reads a varint as the specification says, as a signed 64-bit integer. */
function decoded(bytes: Uint8Array): bigint {
  return BigInt.asIntN(
    64,
    bytes.reduce((value, byte, i) => value | (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n),
  );
}

describe("protobuf", () => {
  // https://protobuf.dev/programming-guides/encoding/
  it("varint, integerField and bytesField: the examples of the specification", () => {
    expect([...varint(150)]).toEqual([0x96, 0x01]);
    expect([...integerField(1, 150)]).toEqual([0x08, 0x96, 0x01]);
    expect([...bytesField(2, "testing")]).toEqual([0x12, 0x07, ...Buffer.from("testing")]);
    expect([...bytesField(3, integerField(1, 150))]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
    expect([...varint(-2)]).toEqual([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  });

  it("floatField is little-endian", () => {
    expect([...floatField(2, 1)]).toEqual([0x15, 0, 0, 0x80, 0x3f]);
  });

  it("varint keeps every 64-bit integer", () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(int64, (value) => {
        expect(decoded(varint(value))).toBe(value);
      }),
    );
  });
});
