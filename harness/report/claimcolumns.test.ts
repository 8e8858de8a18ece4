import { describe, expect, test } from "vitest";
import { energyOf, priceRow } from "../cost/cell.support.ts";
import { claimOf, type Done, judgedBy, sideOf, times } from "./claim.support.ts";
import { CLAIM_COLUMNS, type ClaimRow, claimRows } from "./claimcolumns.ts";
import { reasonOf } from "./claimreason.ts";
import type { JudgedClaim } from "./claims.ts";
import { columnProblems, rowIn } from "./column.support.ts";
import type { Value } from "./column.ts";
import { toCsv } from "./csv.ts";
import { runOf } from "./run.support.ts";

const BEGIN =
  "claim text expectation measured measured_low measured_high bound verdict questions_needed registered_before_run claim_sha256 run".split(
    " ",
  );

const right = (yes: number, no: number, more: Done = {}): Done[] => [
  ...times(yes, more),
  ...times(no, { ...more, credit: 0 }),
];
const TWO = [
  sideOf("a", right(90, 10, { joules: 4 }), { energy: energyOf() }),
  sideOf("b", right(90, 10), { energy: energyOf() }),
];
const recordsOf = (judged: JudgedClaim): Record<string, Value>[] =>
  claimRows([judged]).map((row) => rowIn(CLAIM_COLUMNS, row));

describe("CLAIM_COLUMNS", () => {
  test("begin as others rely on, and are unique and documented", () => {
    expect(columnProblems<ClaimRow>(CLAIM_COLUMNS, BEGIN)).toEqual([]);
  });

  test("give of each expectation what was said, measured and found", () => {
    const claim = {
      id: "half",
      text: "Saves half.",
      source: "an essay",
      note: "read as joules",
      expect: [
        { ratio: "energy_per_answer", at_most: 0.5, margin: 0.1 },
        { difference: "accuracy", at_least: -0.03 },
      ],
    };
    const judged = judgedBy(TWO, claim);
    const [joules, accuracy] = recordsOf(judged);
    expect(joules).toMatchObject({
      claim: "half",
      text: "Saves half.",
      expectation: "energy per answer, ratio at most 0.5, margin 0.1",
      measured: expect.closeTo(0.4, 12),
      measured_low: expect.closeTo(0.3, 6),
      measured_high: expect.closeTo(0.532, 6),
      bound: 0.6,
      verdict: "supported",
      registered_before_run: true,
      claim_sha256: claimOf(claim).sha256,
      run: runOf().id,
      claim_verdict: "inconclusive",
      reason: reasonOf(judged),
      candidate: "a",
      baseline: "b",
      tasks: "addition",
      direction: "at most",
      margin: 0.1,
      alpha: 0.05,
      questions: 100,
      energy_grade: "C",
      energy_boundary: "vm_share",
      energy_source: "spec:sapphire_rapids@2026-03-09",
      modelled: true,
      source: "an essay",
      registered: "2026-01-05",
    });
    expect(joules?.["questions_needed"]).toBeUndefined();
    expect(accuracy).toMatchObject({ verdict: "inconclusive", claim_verdict: "inconclusive", bound: -0.03 });
    expect(accuracy?.["questions_needed"]).toBeGreaterThan(100);
    for (const name of ["energy_grade", "modelled", "note"]) expect(accuracy?.[name]).toBeUndefined();
  });

  test("leave empty what nothing was measured of, and say why", () => {
    const [without] = recordsOf(judgedBy(TWO, { expect: [{ ratio: "usd_per_answer", at_most: 1 }] }));
    expect(without).toMatchObject({ verdict: "not comparable", note: "no price applies" });
    for (const name of ["measured", "measured_low", "measured_high", "questions", "questions_needed"])
      expect(without?.[name]).toBeUndefined();
  });

  test("of what no question decides have the reason in place of a number", () => {
    const [open] = recordsOf(judgedBy(TWO, { expect: [{ ratio: "energy_per_answer", at_most: 0.45 }] }));
    expect(open).toMatchObject({ verdict: "inconclusive", note: expect.stringContaining("a meter would") });
    expect(open?.["questions_needed"]).toBeUndefined();
  });

  test("of prices have no run and no registration before it", () => {
    const books = ["r1", "o1"].flatMap((id, i) => [
      priceRow("api", id, "input", 1 + i),
      priceRow("api", id, "output", 1 + i),
    ]);
    const sides = { candidate: { price: "r1" }, baseline: { price: "o1" }, tasks: undefined };
    const [row] = recordsOf(judgedBy([], { ...sides, expect: [{ ratio: "list_price", at_most: 1 }] }, { books }));
    expect(row).toMatchObject({ verdict: "supported", measured: 0.5, tasks: "", candidate: "r1" });
    for (const name of ["run", "registered_before_run", "questions"]) expect(row?.[name]).toBeUndefined();
  });

  test("say of a claim that was edited afterwards that it was not registered before", () => {
    const registration = { before: false, why: "it was edited after the run was made for it" } as const;
    const [row] = recordsOf(judgedBy(TWO, { expect: [{ ratio: "latency", at_most: 2 }] }, { registration }));
    expect(row).toMatchObject({ registered_before_run: false, reason: expect.stringContaining("post hoc") });
  });

  test("are one row a claim, expectation, pair and task", async () => {
    const family = [
      { candidate: "a", baseline: "b" },
      { candidate: "b", baseline: "a" },
    ];
    const expected = [{ ratio: "latency", at_least: 0.5, at_most: 2 }];
    const judged = judgedBy(TWO, { family, expect: expected });
    expect(claimRows([judged, judged])).toHaveLength(8);
    const csv = await toCsv(CLAIM_COLUMNS, claimRows([judged]));
    expect(csv.split("\r\n").filter((line) => line !== "")).toHaveLength(5);
    expect(await toCsv(CLAIM_COLUMNS, claimRows([judgedBy(TWO, { family, expect: expected })]))).toBe(csv);
  });
});
