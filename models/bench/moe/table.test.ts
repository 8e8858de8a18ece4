import { describe, expect, test } from "vitest";
import { rowsOf } from "./row.ts";
import { measurements } from "./row.support.ts";
import { loweringTables } from "./table.ts";

const shipped = "int4 fused, as shipped";
const batchOf16 = { phase: "decode", batch: 16 } as const;

describe("loweringTables", () => {
  const text = loweringTables(
    rowsOf([
      ...measurements("int4 branch", [350, 400, 300]),
      ...measurements(shipped, [14, 16, 15]),
      ...measurements("int4 branch", [900, 900, 900], batchOf16),
      ...measurements(shipped, [60, 60, 60], batchOf16),
    ]),
  );

  test("has contestants down and batches across, rates over ratios", () => {
    const lines = text.split("\n").filter((line) => /[\w)]/.test(line));
    const cells = lines.slice(1).map((line) =>
      line
        .split("│")
        .map((cell) => cell.trim())
        .filter(Boolean),
    );
    expect(cells).toEqual([
      ["batch 1", "batch 16"],
      ["int4 branch", "350 (300-400)", "900 (900-900)"],
      ["25.00 x (20.00-25.00)", "15.00 x (15.00-15.00)"],
      [shipped, "15.0 (14.0-16.0)", "60.0 (60.0-60.0)"],
    ]);
  });

  test("has no table of a phase that was not measured", () => {
    expect(text).toContain("decode:");
    expect(text).not.toContain("prefill:");
  });
});
