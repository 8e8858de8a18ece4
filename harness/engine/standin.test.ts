import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { standInTokenizer } from "./standin.ts";

const vocabulary = fc.integer({ min: 1, max: 300_000 });
const text = fc.string({ unit: "binary", maxLength: 60 });

describe("standInTokenizer", () => {
  test("makes a token of every four characters, whole numbers below the vocabulary, the same each time", () => {
    fc.assert(
      fc.property(vocabulary, text, (size, written) => {
        const ids = standInTokenizer(size).encode(written);
        expect(ids).toHaveLength(Math.ceil(Array.from(written).length / 4));
        expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < size)).toBe(true);
        expect(standInTokenizer(size).encode(written)).toEqual(ids);
      }),
    );
  });

  test("has other ids for other texts", () => {
    const { encode } = standInTokenizer(32_000);
    const words = ["one ", "two ", "eno ", "two", "tw o", "Two "];
    expect(new Set(words.flatMap(encode)).size).toBe(words.length);
  });

  test("reads a pair as its two texts, each by itself, a space between them in the second", () => {
    fc.assert(
      fc.property(text, text, (context, continuation) => {
        const { encode, encodePair } = standInTokenizer(1_000);
        const pair = encodePair(context, continuation);
        const trimmed = context.trimEnd();
        expect(pair.context).toEqual(trimmed === "" ? [0] : encode(trimmed));
        expect(pair.continuation).toEqual(encode(context.slice(trimmed.length) + continuation));
      }),
    );
    const { encodePair } = standInTokenizer(1_000);
    expect(encodePair("2 + 2 =", "4").continuation).toHaveLength(1);
    expect(encodePair("2 + 2 = ", "4")).toEqual(encodePair("2 + 2 =", " 4"));
  });

  test("writes four characters for a token, so that texts are as long as a model would have them", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 36 ** 4 - 1 })), (ids) => {
        expect(standInTokenizer(36 ** 4).decode(ids)).toHaveLength(4 * ids.length);
      }),
    );
    expect(standInTokenizer(64).decode([0, 35, 36])).toBe("   0   z  10");
  });
});
