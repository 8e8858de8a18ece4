import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generator } from "./checkpoint.support.ts";
import type { Quantisation } from "./precision.ts";
import { dequantiseRows, quantiseRows } from "./quantise.ts";

const int4: Quantisation = { bits: 4, blockSize: 16 };
const int8: Quantisation = { bits: 8, blockSize: 16 };

describe("quantiseRows", () => {
  it("puts the first element of a pair into the low half of the byte, and stands for zero in the middle", () => {
    // The largest, -8, takes code 0; its block's scale is 1.
    const row = Float32Array.from([-8, 7, 0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, -7]);
    const { codes, scales } = quantiseRows(row, 16, int4);
    expect([...scales]).toEqual([1]);
    expect(Buffer.from(codes).toString("hex")).toBe("f098a7b6c5d4e312");
  });

  it("gives the element furthest from zero the code that has no counterpart, whatever its sign", () => {
    const row = new Float32Array(16).fill(0).with(3, 4).with(5, -2);
    const quantised = quantiseRows(row, 16, int4);
    expect([...quantised.scales]).toEqual([-0.5]);
    expect(dequantiseRows(quantised, 16, int4).map((x) => x + 0)).toEqual(row);
  });

  it("keeps whole blocks of zeros, and rows that end within a block", () => {
    for (const quantisation of [int4, int8]) {
      const rows = Float32Array.from({ length: 2 * 21 }, (_, i) => (i % 21 < 16 ? 0 : i));
      const quantised = quantiseRows(rows, 21, quantisation);
      expect(quantised.scales).toHaveLength(4);
      expect(quantised.codes).toHaveLength((2 * 32 * quantisation.bits) / 8);
      const back = dequantiseRows(quantised, 21, quantisation);
      expect([...back.subarray(0, 16)]).toEqual(Array(16).fill(0));
      expect(back[41]).toBe(41);
    }
  });

  it("is never further off than half a step, or a whole one at the end that has no counterpart", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(int4, int8),
        fc.integer({ min: 1, max: 40 }),
        (seed, quantisation, columns) => {
          const random = generator(seed);
          const rows = Float32Array.from({ length: 3 * columns }, () => (random() - 0.5) * 10 ** (random() * 6 - 3));
          const quantised = quantiseRows(rows, columns, quantisation);
          const back = dequantiseRows(quantised, columns, quantisation);
          const blocks = Math.ceil(columns / 16);
          for (const [at, element] of rows.entries()) {
            const scale = quantised.scales[Math.floor(at / columns) * blocks + Math.floor((at % columns) / 16)]!;
            const isOpposite =
              Math.sign(element) === Math.sign(scale) && Math.abs(element / scale) > 2 ** (quantisation.bits - 1) - 1;
            expect(Math.abs(back[at]! - element)).toBeLessThanOrEqual(
              Math.abs(scale) * (isOpposite ? 1 : 0.5) * (1 + 1e-5),
            );
          }
        },
      ),
    );
  });
});
