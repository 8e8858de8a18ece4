import { expect, test } from "vitest";
import { toCsv } from "../../../harness/report/csv.ts";
import { COLUMNS } from "./columns.ts";
import { rowsOf } from "./row.ts";
import { measurements } from "./row.support.ts";

test("COLUMNS leave the ratio of the default to itself empty", async () => {
  const prefill = { phase: "prefill", batch: 4 } as const;
  const rows = rowsOf([
    ...measurements("int8 rows", [200, 300, 400], prefill),
    ...measurements("int8 fused, as shipped", [100, 100, 100], prefill),
  ]);
  const [head, ours, shipped] = (await toCsv(COLUMNS, rows)).split("\r\n");
  expect(head).toBe(
    "precision,lowering,environment,phase,batch,tokens_per_step,rounds," +
      "tokens_per_second,tokens_per_second_low,tokens_per_second_high,tokens_per_second_q1,tokens_per_second_q3," +
      "ratio_to_default,ratio_to_default_low,ratio_to_default_high,ratio_to_default_q1,ratio_to_default_q3",
  );
  expect(ours).toBe("int8,rows,ORT_USE_MLAS_Q4_GEMM_MOE=1,prefill,4,512,3,300,200,400,250,350,3,2,4,2.5,3.5");
  expect(shipped).toBe("int8,fused,ORT_USE_MLAS_Q4_GEMM_MOE=0,prefill,4,512,3,100,100,100,100,100,,,,,");
});
