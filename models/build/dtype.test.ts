import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toFloat32 } from "./dtype.ts";

function halves(...values: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer);
}

describe("toFloat32", () => {
  it("F16: the examples of IEEE 754 binary16", () => {
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x3555];
    const values = [1, -2, 65_504, 2 ** -14, 2 ** -14 - 2 ** -24, 2 ** -24, -0, Infinity, -Infinity, 0.333251953125];
    expect([...toFloat32("F16", halves(...bits))]).toEqual(values);
    expect(toFloat32("F16", halves(0x7e00))[0]).toBeNaN();
  });

  it("BF16: a float32 without its lower half", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const word = new Uint32Array(Float32Array.of(value).buffer)[0]!;
        const kept = new Float32Array(Uint32Array.of(word & 0xffff_0000).buffer)[0];
        expect(toFloat32("BF16", halves(word >>> 16))[0]).toBe(kept);
      }),
    );
  });

  it("F64: rounded", () => {
    expect([...toFloat32("F64", new Uint8Array(Float64Array.of(0.1, -3).buffer))]).toEqual([Math.fround(0.1), -3]);
  });
});
