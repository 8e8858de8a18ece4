import { describe, expect, test } from "vitest";
import { columnProblems, rowIn } from "./column.support.ts";
import { right, saying } from "./compare.support.ts";
import { toCsv } from "./csv.ts";
import { runOf } from "./run.support.ts";
import { VERIFICATION_COLUMNS } from "./verifycolumns.ts";
import { type VerifiedCell, verificationOf } from "./verify.ts";
import { againOf, toldBy } from "./verify.support.ts";

describe("VERIFICATION_COLUMNS", () => {
  test("have the order that others rely on, and are unique and documented", () => {
    const names =
      "run verified_run model task device precision threads batch solver lowering questions quality_verdict flips accuracy_there accuracy_here accuracy_difference accuracy_difference_low accuracy_difference_high mcnemar_p holm_p latency_ratio latency_verdict energy_ratio energy_ratio_low energy_ratio_high energy_verdict reason".split(
        " ",
      );
    expect(columnProblems<never>(VERIFICATION_COLUMNS, names)).toEqual([]);
    expect(VERIFICATION_COLUMNS).toHaveLength(names.length);
  });

  test("give what was found of a cell", () => {
    const [row] = againOf(right(20, 0), right(14, 6), [4, 8]).cells;
    expect(rowIn(VERIFICATION_COLUMNS, row as VerifiedCell)).toMatchObject({
      run: "ours",
      verified_run: "theirs",
      model: "a",
      questions: 20,
      quality_verdict: "differs",
      flips: 6,
      accuracy_there: 1,
      accuracy_here: 0.7,
      accuracy_difference: -0.3,
      mcnemar_p: expect.closeTo(0.03125, 12),
      latency_ratio: 2,
      latency_verdict: "apart",
      energy_ratio: expect.closeTo(2, 9),
      energy_verdict: "apart",
    });
  });

  test("leave empty what a changed model has nothing of", async () => {
    const there = toldBy(runOf(), saying("a", right(2, 0)), 2);
    const { cells } = verificationOf(there, undefined, [{ kind: "model", id: "a", why: "other bytes" }]);
    const [, line] = (await toCsv(VERIFICATION_COLUMNS, cells)).split("\r\n");
    expect(line).toBe(
      ',20261123T034500Z-run,a,addition,cpu,fp32,1,1,direct,,0,changed,,,,,,,,,,,,,,,"model ""a"": other bytes"',
    );
  });
});
