import { describe, expect, test } from "vitest";
import { energyOf } from "../cost/cell.support.ts";
import { type Done, judgedBy, sideOf, times } from "./claim.support.ts";
import { claimTable } from "./claimtable.ts";
import { rowsIn } from "./table.support.ts";

const right = (yes: number, no: number, more: Done = {}): Done[] => [
  ...times(yes, more),
  ...times(no, { ...more, credit: 0 }),
];
const CELLS = [
  sideOf("a", right(90, 10, { joules: 4, seconds: 2 }), { energy: energyOf() }),
  sideOf("b", right(90, 10), { energy: energyOf() }),
  sideOf("c", right(60, 40), { energy: energyOf() }),
];
const saves = { ratio: "energy_per_answer", at_most: 0.6 };
const asGood = { difference: "accuracy", at_least: 0, margin: 0.03 };

describe("claimTable", () => {
  const judged = [
    judgedBy(CELLS, { id: "cheaper", text: "Saves\nhalf.", expect: [saves] }),
    judgedBy(CELLS, { id: "as-good", expect: [saves, asGood] }),
    judgedBy(
      CELLS,
      {
        id: "quick",
        family: [
          { candidate: "a", baseline: "b" },
          { candidate: "a", baseline: "c" },
        ],
        expect: [{ ratio: "latency", at_most: 1 }],
      },
      { registration: { before: false, why: "it was edited after the run was made for it" } },
    ),
    judgedBy(CELLS, { id: "paid", expect: [{ ratio: "usd_per_answer", at_most: 1 }] }),
  ];
  const text = claimTable(judged);

  test("has a block a claim: the verdict, and of each expectation what was measured and claimed", () => {
    expect(rowsIn(text)).toEqual([
      ["claim and expectation", "measured", "claimed", "verdict"],
      ["cheaper", "SUPPORTED"],
      ["energy per answer, ratio", "0.400 x [0.300, 0.532]", "at most 0.6", "supported"],
      ["as-good", "INCONCLUSIVE"],
      ["energy per answer, ratio", "0.400 x [0.300, 0.532]", "at most 0.6", "supported"],
      [
        "accuracy, difference",
        "0.000 [-0.037, +0.037]",
        "at least 0, margin 0.03",
        expect.stringMatching(/^inconclusive \(about \d+ questions would decide\)$/),
      ],
      ["quick", "REFUTED (post hoc)"],
      ["a beside b: latency, ratio", "2.00 x", "at most 1", "refuted"],
      ["a beside c: latency, ratio", "2.00 x", "at most 1", "refuted"],
      ["paid", "NOT COMPARABLE"],
      ["USD per answer, ratio", "", "at most 1", "not comparable"],
    ]);
  });

  test("says below each claim what was said and why it has its verdict", () => {
    const lines = text.split("\n");
    const at = lines.indexOf("cheaper: SUPPORTED");
    expect(lines.slice(at, at + 4)).toEqual([
      "cheaper: SUPPORTED",
      '  "Saves half."',
      "  energy per answer of a is 0.400 x [0.300, 0.532] that of b, at most 0.6 as claimed; its joules are modelled (grade",
      "  C), and the interval holds the factor of 0.75 to 1.33 that this leaves open between two programs.",
    ]);
    expect(lines).toContain("  USD per answer of a beside b: no price applies.");
  });

  test("counts the verdicts, and those that came after the fact", () => {
    expect(text).toContain(
      "1 supported, 1 refuted, 1 inconclusive, 1 not comparable. 1 judged post hoc: not registered as they stand before their run.",
    );
    expect(claimTable(judged.slice(0, 1))).not.toContain("post hoc");
    const unregistered = { before: false, why: "the run was not made for it" } as const;
    const counted = { tasks: undefined, expect: [{ ratio: "parameters_active", at_most: 1 }] };
    const declared = (): object => ({ parameters_active: 13 });
    const table = claimTable([judgedBy([], counted, { registration: unregistered, declared })]);
    expect(table).toContain("1 supported");
    expect(table).not.toContain("post hoc");
  });

  test("names the task where each stands by itself", () => {
    const cells = ["addition", "sort"].flatMap((task) =>
      ["a", "b"].map((model) => sideOf(model, right(9, 1), { task })),
    );
    const claim = { tasks: ["addition", "sort"], across: "each", expect: [{ ratio: "latency", at_most: 2 }] };
    const rows = rowsIn(claimTable([judgedBy(cells, claim)]));
    expect(rows.slice(2).map(([what]) => what)).toEqual(["addition: latency, ratio", "sort: latency, ratio"]);
  });
});
