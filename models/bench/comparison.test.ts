import { describe, expect, test } from "vitest";
import { comparisonsOf } from "./comparison.ts";
import type { Contestant, Rates } from "./contestant.ts";
import type { Round } from "./sidebyside.ts";

const contestant = (name: string, peer?: Contestant["peer"]): Contestant => ({
  name,
  runner: new URL("file:///none.js"),
  opening: {},
  ...(peer && { peer }),
});
const round = (rates: Record<string, Rates>): Round => new Map(Object.entries(rates));

describe("comparisonsOf", () => {
  const contestants = [contestant("ours", { name: "theirs", target: 0.9 }), contestant("theirs")];
  // The machine was half as fast in the last round: rates show it, ratios do not.
  const rounds = [
    round({ ours: { decode: 80, prefill: 300 }, theirs: { decode: 100, prefill: 100 } }),
    round({ ours: { decode: 90, prefill: 200 }, theirs: { decode: 100, prefill: 100 } }),
    round({ ours: { decode: 50, prefill: 100 }, theirs: { decode: 50, prefill: 50 } }),
  ];

  test("gives the median and the extremes of each contestant's rates", () => {
    const [ours, theirs] = comparisonsOf(contestants, rounds);
    expect(ours).toMatchObject({ name: "ours", rounds: 3, decode: { median: 80, min: 50, max: 90 } });
    expect(ours?.prefill).toEqual({ median: 200, min: 100, max: 300 });
    expect(theirs?.decode).toEqual({ median: 100, min: 50, max: 100 });
  });

  test("takes ratios within a round, not of the medians", () => {
    const [ours, theirs] = comparisonsOf(contestants, rounds);
    expect(ours?.ratio).toEqual({
      peer: "theirs",
      decode: { median: 0.9, min: 0.8, max: 1 },
      prefill: { median: 2, min: 2, max: 3 },
      target: 0.9,
    });
    expect(theirs).not.toHaveProperty("ratio");
  });

  test("refuses rounds in which a contestant did not run", () => {
    expect(() => comparisonsOf(contestants, [round({ ours: { decode: 1, prefill: 1 } })])).toThrow(
      'a round has no rates of "theirs", only of "ours"',
    );
  });
});
