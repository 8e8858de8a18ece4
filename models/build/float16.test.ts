import { describe, expect, it } from "vitest";
import { toFloat32 } from "./dtype.ts";
import { toFloat16, weightsToFloat16 } from "./float16.ts";

const back = (halves: Uint16Array) => toFloat32("F16", new Uint8Array(halves.buffer));

describe("toFloat16", () => {
  it("keeps every half float as it is", () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((half) => (half & 0x7fff) <= 0x7c00);
    expect([...toFloat16(back(all))]).toEqual([...all]);
  });

  it("rounds to the nearest, ties to the even one", () => {
    const step = 2 ** -10;
    const cases: [number, number][] = [
      [1 + step / 2, 1],
      [1 + 1.5 * step, 1 + 2 * step],
      [1 + 0.51 * step, 1 + step],
      [-(1 + 0.49 * step), -1],
      [2 ** -25, 0],
      [1.01 * 2 ** -25, 2 ** -24],
      [1.5 * 2 ** -24, 2 ** -23],
      [65_519, 65_504],
      [65_520, Infinity],
      [-1e30, -Infinity],
    ];
    expect([...back(toFloat16(Float32Array.from(cases, ([from]) => from)))]).toEqual(cases.map(([, to]) => to));
    expect(back(toFloat16(Float32Array.of(NaN)))[0]).toBeNaN();
  });

  it("of a weight that is too large is refused by its name", () => {
    expect([...back(weightsToFloat16(Float32Array.of(65_504, -65_504), "w"))]).toEqual([65_504, -65_504]);
    expect(() => weightsToFloat16(Float32Array.of(1, -1e5), "layers.0.w")).toThrow(
      /"layers\.0\.w" holds -100000, .* 65504/,
    );
  });
});
