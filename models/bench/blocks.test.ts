import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteLengthOf, encode } from "./blocks.ts";

/** 32 elements, zero but where said. */
const block = (elements: Record<number, number>): Float32Array =>
  Float32Array.from({ length: 32 }, (_, i) => elements[i] ?? 0);

const blocks = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 32, maxLength: 32 });

describe("encode", () => {
  test("as F32 gives the elements' own bytes", () => {
    expect([...encode("F32", Float32Array.of(1, -2))]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  test("as Q8_0 gives a scale of the largest / 127 and signed bytes", () => {
    // 1.0 as a half float is 0x3c00.
    const bytes = encode("Q8_0", block({ 0: 127, 1: -127, 2: 0.6, 31: -1 }));
    expect([...bytes.subarray(0, 5)]).toEqual([0x00, 0x3c, 127, 0x81, 1]);
    expect(bytes[2 + 31]).toBe(0xff);
    expect(bytes).toHaveLength(34);
  });

  test("as Q4_0 gives the largest the nibble 0, the first half in low nibbles and the second in high ones", () => {
    // The largest is -8, so the scale is 1 and zero is nibble 8; 7 becomes 15.
    const bytes = encode("Q4_0", block({ 0: -8, 1: 3, 16: 7, 17: -2 }));
    expect([...bytes.subarray(0, 5)]).toEqual([0x00, 0x3c, 0xf0, 0x6b, 0x88]);
    expect(bytes).toHaveLength(18);
  });

  test("of Q4_0 has a negative scale where the largest is positive", () => {
    expect([...encode("Q4_0", block({ 5: 8 })).subarray(0, 2)]).toEqual([0x00, 0xbc]);
  });

  test.each(["Q8_0", "Q4_0"] as const)("of zeros as %s stands for zeros", (type) => {
    const bytes = encode(type, block({}));
    expect([...new Set(bytes.subarray(2))]).toEqual([type === "Q8_0" ? 0 : 0x88]);
  });

  test("as Q8_0 is within half a step of every element", () => {
    fc.assert(
      fc.property(blocks, (elements) => {
        const step = Math.max(...elements.map(Math.abs)) / 127;
        const signed = new Int8Array(encode("Q8_0", Float32Array.from(elements)).buffer, 2);
        for (const [i, element] of elements.entries())
          expect(Math.abs(signed[i]! * step - element)).toBeLessThanOrEqual(step * 0.5001);
      }),
    );
  });

  test("refuses what is not whole blocks", () => {
    expect(() => encode("Q4_0", new Float32Array(48))).toThrow(
      "Q4_0 stores blocks of 32 elements; 48 elements are not",
    );
  });
});

test("byteLengthOf counts 4 bytes an element, 34 or 18 a block of 32", () => {
  expect((["F32", "Q8_0", "Q4_0"] as const).map((type) => byteLengthOf(type, 64))).toEqual([256, 68, 36]);
});
