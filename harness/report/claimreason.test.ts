import { describe, expect, test } from "vitest";
import { Expectation, type Side } from "../claim.ts";
import { energyOf, priceRow } from "../cost/cell.support.ts";
import { type Done, judgedBy, sideOf, type SideFacts, times } from "./claim.support.ts";
import {
  boundText,
  expectationText,
  measuredText,
  neededText,
  quantityText,
  reasonOf,
  sideText,
} from "./claimreason.ts";
import { boundsOf } from "./claimverdict.ts";

const right = (yes: number, no: number, more: Done = {}): Done[] => [
  ...times(yes, more),
  ...times(no, { ...more, credit: 0 }),
];
const two = (ours: readonly Done[], theirs: readonly Done[], facts: SideFacts = {}): ReturnType<typeof sideOf>[] => [
  sideOf("a", ours, facts),
  sideOf("b", theirs, facts),
];
const HALF = two(right(90, 10, { joules: 5, seconds: 2 }), right(90, 10));
const reason = (...judged: Parameters<typeof judgedBy>): string => reasonOf(judgedBy(...judged));
const parsed = (expectation: object): Expectation => Expectation.parse(expectation);

describe("expectationText", () => {
  test.each([
    [{ ratio: "energy_per_answer", at_most: 0.03, margin: 0.01 }, "energy per answer, ratio at most 0.03, margin 0.01"],
    [{ difference: "accuracy", at_least: -0.01 }, "accuracy, difference at least -0.01"],
    [{ ratio: "usd_per_correct", at_most: 1, scenario: "box" }, "USD per correct by box, ratio at most 1"],
  ])("%j", (expectation, text) => {
    const one = parsed(expectation);
    const [bound] = boundsOf(one);
    expect(expectationText(one, bound as never)).toBe(text);
    expect(text).toBe(`${quantityText(one)} ${boundText(bound as never)}`);
  });
});

test.each<[Side, string]>([
  [{ model: "a" }, "a"],
  [{ model: "a", threads: 2, solver: "review:1" }, "a 2 review:1"],
  [{ price: "o1" }, "o1"],
  [{ reference: "gemini-2025" }, "gemini-2025"],
  [{ model: "two\nlines" }, "two lines"],
])("sideText of %j is %s", (side, text) => {
  expect(sideText(side)).toBe(text);
});

describe("measuredText", () => {
  const of = (expectation: object, measured: object): string =>
    measuredText({ expectation: parsed(expectation), measured } as never);
  const [ratio, difference] = [
    { ratio: "latency", at_most: 1 },
    { difference: "accuracy", at_least: 0 },
  ];

  test("has the interval, none of what is exact, and nothing of what was not measured", () => {
    expect(of(ratio, { value: 0.5, interval: { low: 0.4, high: 0.6 } })).toBe("0.500 x [0.400, 0.600]");
    expect(of(ratio, { value: 0.5, interval: { low: 0.5, high: 0.5 } })).toBe("0.500 x");
    expect(of(ratio, { value: 0.5, interval: { low: 0.4, high: Infinity } })).toBe("0.500 x [0.400, ∞]");
    expect(of(difference, { value: -0.05, interval: { low: -0.1, high: 0.01 } })).toBe("-0.050 [-0.100, +0.010]");
    expect(measuredText({ expectation: parsed(ratio) } as never)).toBe("");
  });

  test("of a difference without an interval is no ratio", () => {
    expect(of(difference, { value: 1 })).toBe("+1.000");
  });
});

test("neededText says how many, in two digits, or why none", () => {
  expect(neededText({ questions: 1_234 })).toBe("about 1200 questions would decide");
  expect(neededText({ never: "a meter would" })).toBe("a meter would");
  expect(neededText(undefined)).toBe("");
});

describe("reasonOf", () => {
  test("supported, by everything that it says", () => {
    const expected = [
      { ratio: "energy_per_answer", at_most: 0.6 },
      { difference: "accuracy", at_least: -0.05 },
    ];
    expect(reason(HALF, { expect: expected })).toBe(
      "energy per answer of a is 0.500 x that of b, at most 0.6 as claimed; " +
        "accuracy of a differs by 0.000 [-0.037, +0.037] from that of b, at least -0.05 as claimed.",
    );
  });

  test("refuted, by what is", () => {
    const expected = [
      { ratio: "energy_per_answer", at_most: 0.6 },
      { ratio: "latency", at_most: 1.25, margin: 0.1 },
    ];
    expect(reason(HALF, { expect: expected })).toBe("latency of a is 2.00 x that of b, not at most 1.25, margin 0.1.");
  });

  test("inconclusive, with what would decide", () => {
    const text = reason(HALF, { expect: [{ difference: "accuracy", at_least: 0, margin: 0.03 }] });
    expect(text).toMatch(
      /^accuracy of a differs by 0\.000 \[-0\.037, \+0\.037\] from that of b, which leaves open whether it is at least 0, margin 0\.03: about \d+0 questions would decide\.$/,
    );
  });

  test("not comparable, with why", () => {
    const without = two(right(9, 1), right(9, 1), { energy: null });
    expect(reason(without, { expect: [{ ratio: "energy_per_answer", at_most: 1 }] })).toBe(
      "energy per answer of a beside b: no energy was read.",
    );
  });

  test("names the first four of many", () => {
    const slow = [1, 1.1, 1.2, 1.3, 1.4].map((at_most) => ({ ratio: "latency", at_most }));
    expect(reason(HALF, { expect: slow })).toMatch(
      /^(latency of a is 2\.00 x that of b, not at most [\d.]+; ){4}and 1 more of its expectations likewise\.$/,
    );
    const family = [
      { candidate: "a", baseline: "b" },
      { candidate: "a", baseline: "c" },
    ];
    const cells = [...HALF, sideOf("c", right(90, 10))];
    expect(reason(cells, { family, expect: [{ ratio: "latency", at_most: 1 }] })).toBe(
      "latency of a is 2.00 x that of b, not at most 1; latency of a is 2.00 x that of c, not at most 1.",
    );
  });

  test("names the task where each stands by itself", () => {
    const cells = ["addition", "sort"].flatMap((task) => [
      sideOf("a", right(50, 0, { seconds: task === "sort" ? 2 : 1 }), { task }),
      sideOf("b", right(50, 0), { task }),
    ]);
    const claim = { tasks: ["addition", "sort"], expect: [{ ratio: "latency", at_most: 1.5 }] };
    expect(reason(cells, { ...claim, across: "each" })).toBe(
      "latency of a on sort is 2.00 x that of b, not at most 1.5.",
    );
    expect(reason(cells, claim)).not.toContain("sort");
  });

  test("says that joules are modelled, and what that leaves open", () => {
    const modelled = two(right(90, 10, { joules: 4 }), right(90, 10), { energy: energyOf() });
    const claim = { expect: [{ ratio: "energy_per_answer", at_most: 0.6 }] };
    expect(reason(modelled, claim)).toBe(
      "energy per answer of a is 0.400 x [0.300, 0.532] that of b, at most 0.6 as claimed; " +
        "its joules are modelled (grade C), and the interval holds the factor of 0.75 to 1.33 that this leaves open between two programs.",
    );
    const { workload: _, ...fitted } = energyOf();
    expect(reason(two(right(90, 10, { joules: 4 }), right(90, 10), { energy: fitted }), claim)).toMatch(
      /; its joules are modelled \(grade C\)\.$/,
    );
    expect(reason(HALF, claim)).not.toContain("modelled");
  });

  test("says of a claim that was not registered before its run why, and of one without a run nothing", () => {
    const registration = { before: false, why: "it was edited after the run was made for it" } as const;
    expect(reason(HALF, { expect: [{ ratio: "latency", at_most: 3 }] }, { registration })).toBe(
      "latency of a is 2.00 x that of b, at most 3 as claimed; post hoc: it was edited after the run was made for it.",
    );
    const declared = (): object => ({ parameters_active: 13 });
    const counted = { tasks: undefined, expect: [{ ratio: "parameters_active", at_most: 1 }] };
    expect(reason([], counted, { registration, declared })).toBe(
      "active parameters of a is 1.00 x that of b, at most 1 as claimed (counted from the configs: 13 and 13).",
    );
  });

  test("of prices gives what they are and when", () => {
    const books = ["r1", "o1"].flatMap((id, i) => [
      priceRow("api", id, "input", 1 + i),
      priceRow("api", id, "output", 1 + 3 * i),
    ]);
    const claim = {
      candidate: { price: "r1" },
      baseline: { price: "o1" },
      tasks: undefined,
      expect: [{ ratio: "list_price", at_most: 0.1 }],
    };
    expect(reason([], claim, { books })).toBe(
      "list price of r1 is 0.250 x [0.250, 0.500] that of o1, not at most 0.1 (list prices of r1 (2024) and o1 (2024): 0.500 of it for what is read, 0.250 for what is written).",
    );
  });

  test("is one line whatever names hold", () => {
    const text = reason([], { candidate: "x\ny", expect: [{ ratio: "latency", at_most: 1 }] });
    expect(text).not.toContain("\n");
  });
});
