import { describe, expect, test } from "vitest";
import { contestantsOf, environmentText } from "./contestant.ts";

describe("contestantsOf", () => {
  test("runs the fused node of integers with and without the switch, and compares all with the one without", () => {
    const contestants = contestantsOf({ precisions: ["int4"], lowerings: ["fused", "rows", "branch"] });
    expect(contestants.map((one) => [one.name, one.lowering, environmentText(one), one.baseline])).toEqual([
      ["int4 fused", "fused", "ORT_USE_MLAS_Q4_GEMM_MOE=1", "int4 fused, as shipped"],
      ["int4 rows", "rows", "ORT_USE_MLAS_Q4_GEMM_MOE=1", "int4 fused, as shipped"],
      ["int4 branch", "branch", "ORT_USE_MLAS_Q4_GEMM_MOE=1", "int4 fused, as shipped"],
      ["int4 fused, as shipped", "fused", "ORT_USE_MLAS_Q4_GEMM_MOE=0", undefined],
    ]);
  });

  test("compares floats with their fused node, which is the default already", () => {
    const contestants = contestantsOf({ precisions: ["fp32"], lowerings: ["fused", "branch"] });
    expect(contestants.map(({ name, baseline }) => [name, baseline])).toEqual([
      ["fp32 branch", "fp32 fused"],
      ["fp32 fused", undefined],
    ]);
  });

  test.each(["fp32", "fp16", "int8", "int4"] as const)(
    "keeps what ratios are to, whatever is asked of %s",
    (precision) => {
      const contestants = contestantsOf({ precisions: [precision], lowerings: ["rows"] });
      expect(contestants).toHaveLength(2);
      expect(contestants[0]?.baseline).toBe(contestants[1]?.name);
    },
  );
});
