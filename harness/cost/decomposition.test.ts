import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decomposition, decompose, mainFactor, sharesOf } from "./decomposition.ts";

const SUMS = { puts: 10, credit: 4, seconds: 1, promptTokens: 200, outputTokens: 50 };

describe("decompose", () => {
  test("is the cost per correct answer in three factors", () => {
    const parts = decompose(3, SUMS, "output") as Decomposition;
    expect(parts).toEqual({ tokenKind: "output", usdPerToken: 0.06, tokensPerAnswer: 5, creditPerAnswer: 0.4 });
    expect((parts.usdPerToken * parts.tokensPerAnswer) / (parts.creditPerAnswer ?? NaN)).toBeCloseTo(3 / 4, 12);
  });

  test("counts prompt tokens where a task writes none", () => {
    expect(decompose(3, SUMS, "prompt")).toMatchObject({ usdPerToken: 0.015, tokensPerAnswer: 20 });
  });

  test("is absent of a model that wrote nothing", () => {
    expect(decompose(3, { ...SUMS, outputTokens: 0 }, "output")).toBeUndefined();
  });
});

describe("sharesOf", () => {
  const parts = (usdPerToken: number, tokensPerAnswer: number, creditPerAnswer: number): Decomposition => ({
    tokenKind: "output",
    usdPerToken,
    tokensPerAnswer,
    creditPerAnswer,
  });

  test("tells what makes a model dear", () => {
    // Four times as dear, twice the tokens, half as often right: 16 = 4 x 2 x 2.
    const shares = sharesOf(parts(4, 20, 0.4), parts(1, 10, 0.8));
    expect(shares?.price).toBeCloseTo(0.5, 12);
    expect(shares?.tokens).toBeCloseTo(0.25, 12);
    expect(shares?.accuracy).toBeCloseTo(0.25, 12);
    expect(shares && mainFactor(shares)).toBe("price");
  });

  test("is negative for a factor that works against it", () => {
    const shares = sharesOf(parts(8, 10, 0.8), parts(1, 10, 0.4));
    expect(shares?.accuracy).toBeCloseTo(-0.5, 12);
    expect(shares?.price).toBeCloseTo(1.5, 12);
  });

  test("adds up to 1 whatever the factors", () => {
    const positive = fc.double({ min: 1e-6, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (usd, tokens, credit) => {
        const shares = sharesOf(parts(usd, tokens, credit), parts(1, 1, 1));
        fc.pre(shares !== undefined && Math.abs(Math.log((usd * tokens) / credit)) > 1e-6);
        expect((shares?.price ?? 0) + (shares?.tokens ?? 0) + (shares?.accuracy ?? 0)).toBeCloseTo(1, 6);
      }),
    );
  });

  test("is absent of the cheapest itself, and of a model never right", () => {
    expect(sharesOf(parts(1, 10, 0.8), parts(1, 10, 0.8))).toBeUndefined();
    expect(sharesOf(parts(1, 10, 0), parts(1, 10, 0.8))).toBeUndefined();
  });

  test("is absent where answers are not judged", () => {
    const unjudged = decompose(3, { puts: 10, seconds: 1, promptTokens: 200, outputTokens: 50 }, "output");
    expect(unjudged).toEqual({ tokenKind: "output", usdPerToken: 0.06, tokensPerAnswer: 5 });
    expect(unjudged && sharesOf(unjudged, parts(1, 10, 0.8))).toBeUndefined();
    expect(unjudged && sharesOf(parts(1, 10, 0.8), unjudged)).toBeUndefined();
  });
});
