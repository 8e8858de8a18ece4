import { describe, expect, it } from "vitest";
import { mxfp4Shape, unpackMxfp4 } from "./mxfp4.ts";

describe("unpackMxfp4", () => {
  it("has the sixteen values of E2M1, the lower half of a byte first", () => {
    // OCP Microscaling Formats v1.0, table 5: sign, two bits of exponent with bias 1, one of mantissa.
    const blocks = Uint8Array.from({ length: 16 }, (_, i) => [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe][i % 8]!);
    const all = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6];
    expect([...unpackMxfp4(blocks, Uint8Array.of(127))]).toEqual([...all, ...all]);
  });

  it("scales each group by its own power of two", () => {
    const ones = new Uint8Array(16 * 4).fill(0x22);
    const elements = unpackMxfp4(ones, Uint8Array.of(127, 130, 0, 254));
    expect([0, 31, 32, 63, 64, 127].map((i) => elements[i])).toEqual([1, 1, 8, 8, 2 ** -127, 2 ** 127]);
    expect(unpackMxfp4(ones.subarray(0, 16), Uint8Array.of(255))[0]).toBeNaN();
  });
});

describe("mxfp4Shape", () => {
  it("joins the groups, and refuses what is no pair", () => {
    expect(mxfp4Shape([4, 6, 2, 16], [4, 6, 2])).toEqual([4, 6, 64]);
    expect(mxfp4Shape([4, 6, 2, 8], [4, 6, 2])).toBeUndefined();
    expect(mxfp4Shape([4, 6, 2, 16], [4, 6, 3])).toBeUndefined();
    expect(mxfp4Shape([16], [])).toBeUndefined();
  });
});
