import { describe, expect, test } from "vitest";
import type { Logits } from "./decode.ts";
import { logitError } from "./logiterror.ts";

const logits = (...rows: readonly (readonly number[])[]): Logits => ({
  data: Float32Array.from(rows.flat()),
  rows: rows.length,
  vocabulary: rows[0]?.length ?? 0,
});
async function* pairs(...list: readonly (readonly [Logits, Logits])[]): AsyncGenerator<readonly [Logits, Logits]> {
  yield* list;
}

describe("logitError", () => {
  test("of logits against themselves is none", async () => {
    const same = logits([1, 2, 3], [-5, 0, 5]);
    expect(await logitError(pairs([same, same]))).toEqual({
      tokens: 2,
      relative: 0,
      divergence: { mean: 0, p99: 0 },
      agreement: 1,
    });
  });

  test("relates the differences to logits less their mean: 10 and 12 are as far apart as -1 and 1", async () => {
    const { relative } = await logitError(pairs([logits([10, 12]), logits([10.5, 11.5])]));
    expect(relative).toBeCloseTo(0.5, 12);
  });

  test("weighs every token of every text alike", async () => {
    const one = [logits([-1, 1]), logits([-1, 1])] as const;
    const three = [logits([-1, 1], [-1, 1], [-1, 1]), logits([1, -1], [-1, 1], [-1, 1])] as const;
    const found = await logitError(pairs(one, three));
    expect(found.tokens).toBe(4);
    expect(found.agreement).toBe(0.75);
    // Squares: 2 x 2^2 of 8 x 1.
    expect(found.relative).toBeCloseTo(1, 12);
  });

  test("has the divergence of two known distributions, in nats", async () => {
    const [p, q] = [
      [0.5, 0.25, 0.25],
      [0.25, 0.25, 0.5],
    ];
    const { divergence } = await logitError(pairs([logits(p.map(Math.log)), logits(q.map((x) => Math.log(x) + 7))]));
    // 0.5 ln 2 - 0.25 ln 2; what is added to all logits of a token changes nothing.
    expect(divergence.mean).toBeCloseTo(0.25 * Math.LN2, 6);
    expect(divergence.p99).toBe(divergence.mean);
  });

  test("tells a mean from a tail", async () => {
    const good = [logits([0, 1]), logits([0, 1])] as const;
    const bad = [logits([0, 9]), logits([9, 0])] as const;
    const { divergence } = await logitError(pairs(bad, ...Array.from({ length: 9 }, () => good)));
    expect(divergence.mean).toBeLessThan(1);
    expect(divergence.p99).toBeGreaterThan(7);
  });

  test("refuses graphs of different vocabularies, and nothing at all", async () => {
    await expect(logitError(pairs([logits([1, 2]), logits([1, 2, 3])]))).rejects.toThrow(
      "logits [1, 2] cannot be compared with logits [1, 3]",
    );
    await expect(logitError(pairs())).rejects.toThrow("no logits");
  });
});
