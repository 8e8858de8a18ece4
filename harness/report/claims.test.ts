import { describe, expect, test } from "vitest";
import { energyOf, priceRow } from "../cost/cell.support.ts";
import { costsOf } from "../cost/costs.ts";
import { scenariosOf } from "../cost/scenario.ts";
import { claimOf, type Done, judgedBy, reportWith, sideOf, times } from "./claim.support.ts";
import { judge } from "./claims.ts";
import { runOf } from "./run.support.ts";

const right = (yes: number, no: number, more: Done = {}): Done[] => [
  ...times(yes, more),
  ...times(no, { ...more, credit: 0 }),
];
/** Half the joules of b, and as often right. */
const TWO = [sideOf("a", right(90, 10, { joules: 5, seconds: 2 })), sideOf("b", right(90, 10))];
const CHEAP = { ratio: "energy_per_answer", at_most: 0.6 };
const AS_GOOD = { difference: "accuracy", at_least: 0, margin: 0.05 };
const verdictsOf = ({ rows }: { rows: readonly { verdict: string }[] }): string[] => rows.map(({ verdict }) => verdict);

describe("judge, a joint claim", () => {
  test("supported where each of its expectations is, with what was measured of each", () => {
    const { verdict, rows, run, registration } = judgedBy(TWO, { expect: [CHEAP, AS_GOOD] });
    expect(verdict).toBe("supported");
    expect(rows).toMatchObject([
      { verdict: "supported", questions: 100, measured: { value: 0.5 }, bound: { value: 0.6 }, tasks: ["addition"] },
      { verdict: "supported", questions: 100, measured: { value: 0 }, bound: { value: -0.05 } },
    ]);
    expect(rows[1]?.measured?.interval?.low).toBeGreaterThan(-0.05);
    for (const row of rows) for (const key of ["needed", "note"]) expect(row).not.toHaveProperty(key);
    expect(run?.id).toBe(runOf().id);
    expect(registration).toEqual({ before: true });
  });

  test("refuted where one of them is, whatever the others", () => {
    const judged = judgedBy(TWO, { expect: [CHEAP, AS_GOOD, { ratio: "latency", at_most: 1.5 }] });
    expect([judged.verdict, ...verdictsOf(judged)]).toEqual(["refuted", "supported", "supported", "refuted"]);
  });

  test("inconclusive where one is, with the questions that would decide", () => {
    const judged = judgedBy(TWO, { expect: [CHEAP, { difference: "accuracy", at_least: 0, margin: 0.02 }] });
    expect([judged.verdict, ...verdictsOf(judged)]).toEqual(["inconclusive", "supported", "inconclusive"]);
    expect(judged.rows[1]).toHaveProperty("needed.questions");
    expect(judged.rows[0]).not.toHaveProperty("needed");
  });

  test("not comparable where one is and none refuted", () => {
    const [a, b] = [sideOf("a", right(18, 2), { energy: null }), sideOf("b", right(18, 2))];
    const judged = judgedBy([a, b], { expect: [CHEAP, { ratio: "latency", at_most: 2 }] });
    expect([judged.verdict, ...verdictsOf(judged)]).toEqual(["not comparable", "not comparable", "supported"]);
    expect(judged.first.note).toBe("no energy was read");
    expect(judged.first).not.toHaveProperty("measured");
  });

  test("widens the interval that refutes by how much it says, not the one that is shown", () => {
    // 2 : 12 of 100 differ: p = 0.013, below 0.05 and above a fifth of it.
    const cells = [
      sideOf("a", [...right(60, 12), ...right(2, 0), ...right(0, 26)]),
      sideOf("b", [...right(72, 0), ...right(0, 2), ...right(0, 26)]),
    ];
    const worse = { difference: "accuracy", at_least: 0 };
    const others = [1, 2, 3, 4].map((at_most) => ({ ratio: "latency", at_most }));
    const [alone, oneOfFive] = [judgedBy(cells, { expect: [worse] }), judgedBy(cells, { expect: [worse, ...others] })];
    expect([alone.verdict, oneOfFive.verdict]).toEqual(["refuted", "inconclusive"]);
    expect(oneOfFive.first.measured).toEqual(alone.first.measured);
  });

  test("shows the interval at its own alpha", () => {
    const claim = { expect: [{ difference: "accuracy", at_least: -0.5 }] };
    const [five, one] = [judgedBy(TWO, claim), judgedBy(TWO, { ...claim, alpha: 0.01 })];
    const width = ({ first }: typeof five): number =>
      (first.measured?.interval?.high ?? NaN) - (first.measured?.interval?.low ?? NaN);
    expect(width(one)).toBeGreaterThan(1.2 * width(five));
  });

  test("has one row for each of two bounds", () => {
    const { rows } = judgedBy(TWO, { expect: [{ ratio: "latency", at_least: 1.5, at_most: 3 }] });
    expect(rows.map(({ bound }) => [bound.direction, bound.value])).toEqual([
      ["at least", 1.5],
      ["at most", 3],
    ]);
  });
});

describe("judge, a family", () => {
  const cells = [...TWO, sideOf("c", right(90, 10, { joules: 9 }))];
  const family = [
    { candidate: "a", baseline: "b" },
    { candidate: "a", baseline: "c" },
    { candidate: "c", baseline: "b" },
  ];

  test("each pair must bear it out", () => {
    const judged = judgedBy(cells, { family, expect: [CHEAP] });
    expect([judged.verdict, ...verdictsOf(judged)]).toEqual(["refuted", "supported", "supported", "refuted"]);
    expect(judged.rows.map(({ measured }) => measured?.value)).toEqual(
      [0.5, 5 / 9, 0.9].map((v) => expect.closeTo(v, 9)),
    );
    expect(judged.rows[2]?.pair).toEqual({ candidate: { model: "c" }, baseline: { model: "b" } });
  });

  test("supported by the pairs that do", () => {
    expect(judgedBy(cells, { family: family.slice(0, 2), expect: [CHEAP] }).verdict).toBe("supported");
  });

  test("settings of a side make the cell that it is", () => {
    const review = sideOf("a", right(90, 10, { seconds: 4 }), { solver: "review:1" });
    const claim = {
      candidate: { model: "a", solver: "review:1" },
      baseline: "a",
      expect: [{ ratio: "latency", at_least: 1.5 }],
    };
    expect(judgedBy([...TWO, review], claim).first).toMatchObject({ verdict: "supported", measured: { value: 2 } });
  });
});

describe("judge, across tasks", () => {
  /** On the second task a is worse on most of the questions. */
  const cells = ["addition", "sort"].flatMap((task) => [
    sideOf("a", task === "sort" ? right(4, 16) : right(80, 0), { task }),
    sideOf("b", task === "sort" ? right(20, 0) : right(80, 0), { task }),
  ]);
  const claim = { tasks: ["addition", "sort"], expect: [{ difference: "accuracy", at_least: -0.3 }] };

  test("pooled, all questions are as one", () => {
    const { verdict, rows } = judgedBy(cells, { ...claim, across: "pooled" });
    expect(verdict).toBe("supported");
    expect(rows).toMatchObject([{ questions: 100, tasks: ["addition", "sort"], measured: { value: -0.16 } }]);
    expect(judgedBy(cells, claim).rows).toEqual(rows);
  });

  test("each, every task must bear it out by itself", () => {
    const judged = judgedBy(cells, { ...claim, across: "each" });
    expect([judged.verdict, ...verdictsOf(judged)]).toEqual(["refuted", "supported", "refuted"]);
    expect(judged.rows.map(({ tasks, questions, measured }) => [tasks, questions, measured?.value])).toEqual([
      [["addition"], 80, 0],
      [["sort"], 20, -0.8],
    ]);
  });
});

describe("judge, what is missing", () => {
  const claim = { expect: [CHEAP] };

  test("a run, for the reason that was found", () => {
    const judged = judge(claimOf(claim), {
      registration: { before: true },
      books: [],
      declared: () => ({}),
      missing: "no run was made for it",
    });
    expect(judged).toMatchObject({ verdict: "not comparable", rows: [{ note: "no run was made for it" }] });
    expect(judged).not.toHaveProperty("run");
  });

  test("a cell, which it names", () => {
    const [a] = TWO;
    expect(judgedBy([a as never], claim).first).toMatchObject({
      verdict: "not comparable",
      note: "the run has no answers of b to addition under these settings",
    });
    const other = { ...claim, settings: { threads: 4 } };
    expect(judgedBy(TWO, other).first.note).toBe("the run has no answers of a to addition under these settings");
  });

  test("a difference between the two", () => {
    const named = { ...claim, candidate: { model: "a", threads: 1 }, baseline: "a" };
    expect(judgedBy(TWO, named).first.note).toBe("candidate and baseline are the same cell of the run");
  });
});

describe("judge, what configs declare", () => {
  const parameters: Record<string, object> = {
    moe: { parameters_active: 13, parameters_total: 690 },
    dense: { parameters_active: 670, parameters_total: 670 },
  };
  const declared = (model: string): object => parameters[model] ?? {};
  const claim = { candidate: "moe", baseline: "dense", tasks: undefined };

  test("is counted, and no run is behind it", () => {
    const expectations = [
      { ratio: "parameters_active", at_most: 0.03, margin: 0.01 },
      { ratio: "parameters_total", at_most: 1 },
    ];
    const judged = judgedBy([], { ...claim, expect: expectations }, { declared });
    expect([judged.verdict, ...verdictsOf(judged)]).toEqual(["refuted", "supported", "refuted"]);
    expect(judged.first).toMatchObject({
      measured: { value: 13 / 670, interval: { low: 13 / 670, high: 13 / 670 } },
      note: "counted from the configs: 13 and 670",
      tasks: [],
    });
    expect(judged.first).not.toHaveProperty("questions");
    expect(judged).not.toHaveProperty("run");
  });

  test("a value that equals its bound meets it", () => {
    const expectations = [{ ratio: "parameters_active", at_least: 13 / 670, at_most: 13 / 670 + 1e-9 }];
    expect(judgedBy([], { ...claim, expect: expectations }, { declared }).verdict).toBe("supported");
  });

  test("is not known of a graph that was built elsewhere", () => {
    const judged = judgedBy(
      [],
      { ...claim, baseline: "script", expect: [{ ratio: "parameters_active", at_most: 1 }] },
      { declared },
    );
    expect(judged.first).toMatchObject({
      verdict: "not comparable",
      note: "a graph that was built elsewhere declares no parameters",
    });
  });
});

describe("judge, list prices", () => {
  const books = [
    priceRow("api", "r1", "input", 0.55, { date: "2025-01-20" }),
    priceRow("api", "r1", "output", 2.19, { date: "2025-01-20" }),
    priceRow("api", "o1", "input", 15, { date: "2024-12-17" }),
    priceRow("api", "o1", "output", 60, { date: "2024-12-17" }),
  ];
  const claim = { candidate: { price: "r1" }, baseline: { price: "o1" }, tasks: undefined };

  test("range over what may be read and written", () => {
    const judged = judgedBy([], { ...claim, expect: [{ ratio: "list_price", at_most: 0.05 }] }, { books });
    expect(judged).toMatchObject({ verdict: "supported", first: { measured: { value: 0.0365 } } });
    expect(judged.first.measured?.interval).toEqual({ low: 0.0365, high: expect.closeTo(0.55 / 15, 12) });
    expect(judged.first.note).toBe(
      "list prices of r1 (2025-01-20) and o1 (2024-12-17): 0.0367 of it for what is read, 0.0365 for what is written",
    );
    expect(judged).not.toHaveProperty("run");
  });

  test("are refuted where neither kind of token is so cheap, and open where one is", () => {
    const by = (at_most: number): ReturnType<typeof judgedBy> =>
      judgedBy([], { ...claim, expect: [{ ratio: "list_price", at_most }] }, { books });
    expect(by(0.0222).verdict).toBe("refuted");
    expect(by(0.0366)).toMatchObject({
      verdict: "inconclusive",
      first: { needed: { never: "no number of questions decides it, for none is behind it" } },
    });
  });

  test("say nothing of a correct answer, but how many more tokens it may take", () => {
    const judged = judgedBy([], { ...claim, expect: [{ ratio: "usd_per_correct", at_most: 0.05 }] }, { books });
    expect(judged.verdict).toBe("not comparable");
    expect(judged.first.note).toBe(
      "how many tokens r1 and o1 take for a correct answer cannot be measured here; at their list prices r1 stays cheaper unless it writes 27.4 times as many",
    );
  });

  test("that no book has stop everything", () => {
    const missing = { ...claim, candidate: { price: "r2" }, expect: [{ ratio: "list_price", at_most: 1 }] };
    expect(() => judgedBy([], missing, { books })).toThrow('no item "r2" of kind api; `perjoule prices ls`');
  });
});

describe("judge, published energy", () => {
  const published = (id: string, value: number, note: string, more: object = {}): ReturnType<typeof priceRow> =>
    priceRow("reference", id, "energy", value, { note, date: "2025-02", ...more });
  const books = [
    published("search", 1_000, "0.3 Wh; boundary: whole service with its index; 2009", { date: "2009-01" }),
    published("chat", 10_000, "2.9 Wh; boundary: servers, estimated"),
    published("other chat", 4_000, "boundary: servers: of another make", { low: 3_000, high: 8_000 }),
    published("blog", 1_200, "boundary: not stated, nor any method"),
    published("another blog", 1_200, "boundary: not stated"),
  ];
  const by = (candidate: string, baseline: string, bounds: object): ReturnType<typeof judgedBy> => {
    const sides = { candidate: { reference: candidate }, baseline: { reference: baseline }, tasks: undefined };
    return judgedBy([], { ...sides, expect: [{ ratio: "published_energy", ...bounds }] }, { books });
  };

  test("of unlike boundaries makes no verdict", () => {
    const { verdict, first } = by("chat", "search", { at_least: 10 });
    expect(verdict).toBe("not comparable");
    expect(first.note).toBe(
      'the figures are of unlike boundaries ("servers" and "whole service with its index") and dates; divided all the same they give 10 (chat (2025-02) and search (2009-01), as published)',
    );
    expect(by("blog", "search", { at_least: 1 }).first.note).toContain('"not stated"');
    expect(by("blog", "another blog", { at_least: 1 }).verdict).toBe("not comparable");
  });

  test("of one boundary is as published, within the ranges that were", () => {
    const { first } = by("chat", "other chat", { at_least: 1 });
    expect(first).toMatchObject({ verdict: "supported", measured: { value: 2.5 } });
    expect(first.measured?.interval).toEqual({ low: 10_000 / 8_000, high: expect.closeTo(10 / 3, 12) });
    expect(first.note).toBe("chat (2025-02) and other chat (2025-02), as published");
    expect(by("chat", "other chat", { at_least: 2 }).verdict).toBe("inconclusive");
    expect(by("chat", "other chat", { at_least: 4 }).verdict).toBe("refuted");
  });
});

describe("judge, joules and dollars", () => {
  const modelled = (factor: number): ReturnType<typeof sideOf>[] => [
    sideOf("a", right(90, 10, { joules: 10 * factor }), { energy: energyOf() }),
    sideOf("b", right(90, 10), { energy: energyOf() }),
  ];

  test("of modelled joules hold what the model leaves open between two programs", () => {
    const { first } = judgedBy(modelled(0.5), { expect: [{ ratio: "energy_per_answer", at_most: 0.7 }] });
    expect(first).toMatchObject({ verdict: "supported", energy: { grade: "C", boundary: "vm_share" } });
    expect(first.measured?.interval?.low).toBeCloseTo(0.5 * 0.75, 6);
    expect(first.measured?.interval?.high).toBeCloseTo(0.5 * 1.33, 6);
  });

  test("no number of questions decides what lies within that", () => {
    const { first } = judgedBy(modelled(0.9), { expect: [{ ratio: "energy_per_answer", at_most: 1 }] });
    expect(first.verdict).toBe("inconclusive");
    expect(first.needed).toEqual({ never: expect.stringContaining("a meter would") });
    expect(first.measured?.interval?.high).toBeCloseTo(0.9 * 1.33, 6);
  });

  const rows = [
    priceRow("electricity", "grid", "price", 0.1, { unit: "USD/kWh" }),
    priceRow("pue", "home", "pue", 1),
    priceRow("pue", "unknown-host", "pue", 1.4),
    priceRow("rental", "box", "price", 3.6, { unit: "USD/h", scenario: false }),
  ];
  const report = reportWith(TWO, { costs: costsOf(TWO, scenariosOf(rows, runOf().environment), 42) });

  test("by a price that it names, though no table has it, else by the first of electricity", () => {
    const usd = { ratio: "usd_per_answer", at_most: 1 };
    const judged = judgedBy(
      TWO,
      { expect: [usd, { ...usd, scenario: "box" }, { ...usd, scenario: "rental/box" }] },
      { report, books: rows },
    );
    // Half the joules, twice the seconds.
    expect(judged.rows.map(({ measured, verdict }) => [measured?.value, verdict])).toEqual([
      [expect.closeTo(0.5, 9), "supported"],
      [expect.closeTo(2, 9), "refuted"],
      [expect.closeTo(2, 9), "refuted"],
    ]);
    expect(judged.rows.map(({ energy }) => energy?.grade)).toEqual(["A", undefined, undefined]);
  });

  test("no price, no dollars", () => {
    const { first } = judgedBy(TWO, { expect: [{ ratio: "usd_per_answer", at_most: 1 }] });
    expect(first).toMatchObject({ verdict: "not comparable", note: "no price applies" });
  });
});

test("judge gives the same each time", () => {
  const claim = { expect: [CHEAP, AS_GOOD, { ratio: "energy_per_correct", at_most: 0.5, margin: 0.1 }] };
  expect(judgedBy(TWO, claim)).toEqual(judgedBy(TWO, claim));
});
