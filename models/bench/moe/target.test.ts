import { describe, expect, test } from "vitest";
import { rowsOf } from "./row.ts";
import { measurements } from "./row.support.ts";
import { verdictsOf, verdictText } from "./target.ts";

const textsOf = (...measured: Parameters<typeof measurements>[]): string[] =>
  verdictsOf(rowsOf(measured.flatMap((one) => measurements(...one)))).map(verdictText);
const shipped = (precision: string) => [`${precision} fused, as shipped`, [10, 10]] as const;

describe("verdictsOf", () => {
  test("takes the best lowering of each precision", () => {
    expect(textsOf(["int4 rows", [90, 90]], ["int4 branch", [100, 120]], [...shipped("int4")])).toEqual([
      "int4, one row decoded, at least 10 x as shipped: met, int4 branch 11.00 x (10.00-12.00)",
      "int8, one row decoded, at least 1.5 x as shipped: not measured",
    ]);
  });

  test("misses a target by the median, whatever the best round says", () => {
    expect(textsOf(["int8 rows", [14, 15.5]], [...shipped("int8")])[1]).toBe(
      "int8, one row decoded, at least 1.5 x as shipped: missed, int8 rows 1.48 x (1.40-1.55)",
    );
  });

  test("counts neither prefill nor batches", () => {
    const others = [
      { phase: "prefill", batch: 1 },
      { phase: "decode", batch: 4 },
    ] as const;
    for (const cell of others) {
      const texts = textsOf(["int4 rows", [200], cell], ["int4 fused, as shipped", [10], cell]);
      expect(texts[0]).toContain("not measured");
    }
  });
});
