import { describe, expect, test } from "vitest";
import { Depth, layersAt, wholeOf } from "./model.ts";

describe("Depth", () => {
  test.each(["1/8", "3/4", "8/8", "1", "1.0", "0.125", ".5", "0.000000001"])("takes %j", (text) => {
    expect(Depth.parse(text)).toBe(text);
  });

  test.each(["", "0", "0/8", "1/0", "9/8", "1.5", "2", "-1/8", "1/-8", "1 / 8", "1e-3", ".", "eighth", "1/8/2"])(
    "refuses %j, and says what it takes",
    (text) => {
      const { error } = Depth.safeParse(text);
      expect(error?.issues[0]?.message).toBe(
        `"${text}" is no share of the layers above 0 and at most 1, as 1/8 or 0.125 are`,
      );
    },
  );
});

describe("layersAt", () => {
  test.each([
    ["1/8", 32, 4],
    ["1/3", 27, 9],
    ["0.125", 40, 5],
    ["0.1", 30, 3],
    ["2/3", 27, 18],
    ["1", 27, 27],
    ["1/20", 32, undefined],
    ["0.333", 27, undefined],
    ["1/64", 32, undefined],
  ])("%s of %i layers are %s", (depth, whole, layers) => {
    expect(layersAt(depth, whole)).toBe(layers);
  });

  test.each(["1/8", "1/3", "0.125", "0.7", "2/3", "1"])("undoes wholeOf, for %s of any number of layers", (depth) => {
    const wholes = Array.from({ length: 512 }, (_, i) => i + 1).filter((whole) => layersAt(depth, whole) !== undefined);
    expect(wholes.length).toBeGreaterThan(50);
    expect(wholes.map((whole) => wholeOf(depth, layersAt(depth, whole) as number))).toEqual(wholes);
  });
});
