import { expect, test } from "vitest";
import { computingVariables } from "./runtime.ts";

test("computingVariables are ours where the user has set none, and his where he has", () => {
  expect(computingVariables({})).toEqual({ ORT_USE_MLAS_Q4_GEMM_MOE: "1" });
  expect(computingVariables({ ORT_USE_MLAS_Q4_GEMM_MOE: "0", PATH: "/bin" })).toEqual({
    ORT_USE_MLAS_Q4_GEMM_MOE: "0",
  });
});
