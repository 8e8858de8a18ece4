import { describe, expect, test } from "vitest";
import { toCsv } from "../../harness/report/csv.ts";
import type { Comparison } from "./comparison.ts";
import { COMPARISON_COLUMNS, comparisonTable } from "./comparisontable.ts";

const spread = (median: number) => ({ median, min: median / 2, max: median * 2 });
const peer: Comparison = { name: "theirs", rounds: 5, decode: spread(100), prefill: spread(400) };
const ours = (target?: number): Comparison => ({
  name: "ours",
  rounds: 5,
  decode: spread(90),
  prefill: spread(600),
  ratio: { peer: "theirs", decode: spread(0.9), prefill: spread(1.5), ...(target !== undefined && { target }) },
});

describe("comparisonTable", () => {
  test("shows medians with extremes, and ratios where there is a peer", () => {
    const table = comparisonTable([ours(), peer]);
    expect(table).toContain("90.0 (45.0-180.0)");
    expect(table).toContain("0.90 (0.45-1.80)");
    expect(table).toContain("400 (200-800)");
  });

  test.each([
    [0.9, "0.90 reached"],
    [0.91, "0.91 missed"],
  ])("says of a target of %d: %s", (target, verdict) => {
    expect(comparisonTable([ours(target)])).toContain(verdict);
  });
});

test("COMPARISON_COLUMNS leave what a contestant without a peer does not have empty", async () => {
  const [head, ours_, theirs] = (await toCsv(COMPARISON_COLUMNS, [ours(0.8), peer])).split("\r\n");
  expect(head?.split(",")).toEqual([...new Set(COMPARISON_COLUMNS.map(({ name }) => name))]);
  expect(ours_).toBe("ours,5,90,45,180,600,300,1200,theirs,0.9,0.45,1.8,1.5,0.75,3,0.8");
  expect(theirs).toBe("theirs,5,100,50,200,400,200,800,,,,,,,,");
});
