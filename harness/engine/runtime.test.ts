import { expect, test } from "vitest";
import { computingVariables } from "./runtime.ts";

const OURS = { ORT_USE_MLAS_Q4_GEMM_MOE: "1", GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };

test("computingVariables are ours where the user has set none, and his where he has", () => {
  expect(computingVariables({})).toEqual(OURS);
  expect(computingVariables({ ORT_USE_MLAS_Q4_GEMM_MOE: "0", PATH: "/bin" })).toEqual({
    ...OURS,
    ORT_USE_MLAS_Q4_GEMM_MOE: "0",
  });
  expect(computingVariables({ GLIBC_TUNABLES: "glibc.malloc.check=3" })).toEqual({
    ...OURS,
    GLIBC_TUNABLES: "glibc.malloc.check=3",
  });
});
