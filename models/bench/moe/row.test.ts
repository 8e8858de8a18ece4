import { describe, expect, test } from "vitest";
import { rowsOf } from "./row.ts";
import { decodeOne, measurements } from "./row.support.ts";

describe("rowsOf", () => {
  // The machine was half as fast in the last round: rates show it, ratios do not.
  const rows = rowsOf([
    ...measurements("int4 branch", [300, 330, 150]),
    ...measurements("int4 fused, as shipped", [10, 10, 5]),
  ]);

  test("gives the median of the rounds, the extremes and the quartiles", () => {
    expect(rows[0]).toMatchObject({ rounds: 3, cell: decodeOne });
    expect(rows[0]?.tokensPerSecond).toEqual({
      median: 300,
      min: 150,
      max: 330,
      lowerQuartile: 225,
      upperQuartile: 315,
    });
  });

  test("takes ratios within a round, of all but the default itself", () => {
    expect(rows[0]?.ratio).toEqual({ median: 30, min: 30, max: 33, lowerQuartile: 30, upperQuartile: 31.5 });
    expect(rows[1]).not.toHaveProperty("ratio");
  });

  test("keeps cells apart", () => {
    const batchOf4 = { phase: "decode", batch: 4 } as const;
    const both = rowsOf([...measurements("fp32 fused", [80]), ...measurements("fp32 fused", [160], batchOf4)]);
    expect(both.map(({ cell, tokensPerSecond }) => [cell.batch, tokensPerSecond.median])).toEqual([
      [1, 80],
      [4, 160],
    ]);
  });

  test("refuses a round in which the default did not run", () => {
    const measured = [...measurements("int8 rows", [1, 2]), ...measurements("int8 fused, as shipped", [1])];
    expect(() => rowsOf(measured)).toThrow(
      '"int8 rows" is compared with "int8 fused, as shipped", which was not measured in round 1',
    );
  });
});
