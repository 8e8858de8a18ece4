import { describe, expect, test } from "vitest";
import { priceRow, smallBook } from "../cost/cell.support.ts";
import { cellsOf, reportOf, right, saying } from "../report/compare.support.ts";
import type { Report } from "../report/derive.ts";
import { questionsOf, withPlan } from "../report/run.support.ts";
import type { Plan, Run } from "../run.ts";
import { claimOf, claimsOf } from "../store/claims.support.ts";
import { type ClaimRun, claimRuns, requirePrices, runWithCells } from "./claimplan.ts";

const FEW = { settings: { limit: 5 } };
const runsOf = (claims: readonly object[], more: Partial<Plan> = {}): Promise<ClaimRun[]> =>
  claimRuns(claimsOf(claims, FEW), more);
/** What a run's cells are: model, task and all that is not as usual. */
const cellsIn = ({ checked }: ClaimRun): string[] =>
  checked.cells.map(({ model, task, precision, lowering, threads, solver }) =>
    [model, task, precision, lowering, threads, solver]
      .filter((one) => !["fp32", 1, "direct", undefined].includes(one))
      .join(" "),
  );

describe("claimRuns", () => {
  test("puts claims of like settings in one run, in which a model stands once", async () => {
    const [run, ...others] = await runsOf([
      { candidate: { model: "pocket-moe-8x2", lowering: "rows" } },
      { id: "c", candidate: { model: "pocket-moe-8x2", lowering: "rows" }, baseline: "pocket-dense-m" },
    ]);
    expect(others).toEqual([]);
    expect(run?.claims.map(({ id }) => id)).toEqual(["half", "c"]);
    expect(cellsIn(run as ClaimRun).toSorted()).toEqual([
      "pocket-dense-l addition",
      "pocket-dense-m addition",
      "pocket-moe-8x2 addition rows",
    ]);
  });

  test.each([
    ["other tasks", { tasks: ["sort"] }],
    ["fewer questions", { settings: { limit: 3 } }],
    ["more passes", { settings: { trials: 2 } }],
  ])("gives %s a run of its own", async (_, claim) => {
    const runs = await runsOf([{}, { id: "b", ...claim }]);
    expect(runs.map(({ claims }) => claims.map(({ id }) => id))).toEqual([["half"], ["b"]]);
  });

  test("takes the same tasks in another order as the same", async () => {
    const runs = await runsOf([{ tasks: ["addition", "sort"] }, { id: "b", tasks: ["sort", "addition"] }]);
    expect(runs).toHaveLength(1);
    expect(cellsIn(runs[0] as ClaimRun)).toHaveLength(4);
  });

  test("has only the cells that a claim wants, of settings that its sides have for themselves", async () => {
    const [run] = await runsOf([
      { candidate: { model: "pocket-dense-s", precision: "int8" }, baseline: { model: "pocket-dense-m", threads: 2 } },
    ]);
    expect(cellsIn(run as ClaimRun)).toEqual(["pocket-dense-s addition int8", "pocket-dense-m addition 2"]);
    expect([...(run as ClaimRun).checked.models.keys()]).toEqual(["pocket-dense-s", "pocket-dense-m"]);
  });

  test("runs two lowerings of claims that name them once each, beside a dense model that has none", async () => {
    const [run, ...others] = await runsOf([
      { candidate: { model: "pocket-moe-8x2", lowering: "rows" } },
      { id: "b", candidate: { model: "pocket-moe-32x1", lowering: "fused" } },
    ]);
    expect(others).toEqual([]);
    expect(cellsIn(run as ClaimRun)).toEqual([
      "pocket-moe-8x2 addition rows",
      "pocket-dense-l addition",
      "pocket-moe-32x1 addition fused",
    ]);
  });

  test("keeps a claim that leaves the lowering open apart from one that names it: the fastest need not be that", async () => {
    const runs = await runsOf([{ candidate: { model: "pocket-moe-8x2", lowering: "rows" } }, { id: "b" }]);
    expect(runs.map(cellsIn)).toEqual([
      ["pocket-moe-8x2 addition rows", "pocket-dense-l addition"],
      ["pocket-moe-8x2 addition auto", "pocket-dense-l addition"],
    ]);
  });

  test("asks as the claim says, and with the prices that it is given", async () => {
    const settings = { limit: 5, trials: 2, warmup: 0, seed: 7, meter: "none" };
    const [run] = await claimRuns(claimsOf([{ settings }]), {});
    expect(run?.checked.plan).toMatchObject(settings);
    await expect(runsOf([{}], { prices: "no/such.csv" })).rejects.toThrow('cannot read the prices "no/such.csv"');
  });

  test("needs no run for what is priced, published or declared", async () => {
    expect(
      await claimRuns(
        claimsOf([
          { candidate: { price: "a" }, baseline: { price: "b" }, expect: [{ ratio: "list_price", at_most: 1 }] },
          { id: "b", expect: [{ ratio: "parameters_active", at_most: 1 }] },
        ]),
        {},
      ),
    ).toEqual([]);
  });

  test.each([
    [
      "a solver that its task has no use for",
      { tasks: ["odd_one_out"], candidate: { model: "pocket-dense-l", solver: "steps" } },
      'claim "half": no cell puts "odd_one_out" to "pocket-dense-l" with solver steps',
    ],
    [
      "sides that are one cell",
      { candidate: { model: "pocket-dense-l", lowering: "rows" } },
      'claim "half": candidate and baseline are the same cell, "pocket-dense-l/addition/cpu/',
    ],
    [
      "a group of tasks",
      { tasks: ["./tasks/addition/task.yaml"] },
      'claim "half": "./tasks/addition/task.yaml" gives no task of that name, but addition',
    ],
    ["a model that there is not", { baseline: "pocket-dense-xl" }, '"pocket-dense-xl"'],
    ["a task that there is not", { tasks: ["additoin"] }, '"additoin"'],
  ])("refuses %s", async (_, claim, why) => {
    await expect(runsOf([claim])).rejects.toThrow(why);
  });
});

const finished = (
  plan: Partial<Plan> = {},
  more: Partial<Run> = {},
  cells = ["pocket-moe-8x2", "pocket-dense-l"],
): Report => {
  const run = cellsOf(Object.fromEntries(cells.map((model) => [model, {}])), more);
  return reportOf(
    withPlan(run, plan),
    questionsOf(5),
    cells.flatMap((model) => saying(model, right(5, 0))),
  );
};

describe("runWithCells", () => {
  const one = finished();

  test("takes the first run that has all of a claim's cells", () => {
    const other = finished({}, { id: "other" });
    expect(runWithCells(claimOf(), [one, other])).toBe(one);
    const lacking = finished({}, { id: "lacking" }, ["pocket-dense-l", "c"]);
    expect(runWithCells(claimOf(), [lacking, other])).toBe(other);
  });

  test("takes a run that was made for it before one that has its cells by chance", () => {
    const claim = claimOf();
    const record = { file: "f", sha256: "0", claims: { [claim.id]: claim.sha256 } };
    const own = finished({}, { id: "own", claims: record });
    expect(runWithCells(claim, [one, own])).toBe(own);
    expect(runWithCells(claimOf({ text: "Edited." }), [one, own])).toBe(one);
  });

  test("says that there is none", () => {
    expect(runWithCells(claimOf(), [])).toEqual({ missing: "no run was made for it" });
  });

  test.each<[object, object, string]>([
    [{ limit: 50 }, {}, "no limit, and the claim wants limit 50"],
    [{}, { limit: 50 }, "limit 50, and the claim wants no limit"],
    [{ trials: 3 }, {}, "trials 1, and the claim wants trials 3"],
    [{}, { trials: 3 }, "trials 3, and the claim wants trials 1"],
    [{}, { warmup: 0 }, "warmup 0, and the claim wants warmup 3"],
    [{}, { num_fewshot: 2 }, "num_fewshot 2, and the claim wants no num_fewshot"],
    [{ data: { addition: "x" } }, {}, 'no data, and the claim wants data {"addition":"x"}'],
  ])("of a claim with %j and a run with %j says what is unlike", (settings, plan, why) => {
    const found = runWithCells(claimOf({ settings }), [finished(plan, { id: "other" })]);
    expect(found).toEqual({ missing: `other was made with ${why}` });
  });

  test("does not ask for the same seed or meter, by which nothing else is asked", () => {
    const report = finished({ seed: 1, meter: "none" });
    expect(runWithCells(claimOf({ settings: { seed: 2, meter: "auto" } }), [report])).toBe(report);
  });

  test.each(["interrupted", "running"] as const)("passes over a run that is %s: it has not asked all", (state) => {
    expect(runWithCells(claimOf(), [finished({}, { id: "other", state })])).toEqual({
      missing: "other did not finish",
    });
  });

  test("says of each run what it lacks", () => {
    const claim = claimOf({ candidate: { model: "pocket-moe-8x2", precision: "int8" } });
    expect(runWithCells(claim, [finished({ trials: 2 }, { id: "r1" }), finished({}, { id: "r2" })])).toEqual({
      missing:
        "r1 was made with trials 2, and the claim wants trials 1; r2 has no cell of pocket-moe-8x2 on addition as the claim wants it",
    });
  });
});

describe("requirePrices", () => {
  const books = [...smallBook(), priceRow("reference", "search", "energy", 1000)];
  const prices = {
    candidate: { price: "r1" },
    baseline: { price: "o1" },
    expect: [{ ratio: "list_price", at_most: 0.05 }],
  };
  const paid = { expect: [{ ratio: "usd_per_correct", at_most: 1, scenario: "c7i.xlarge" }] };

  test("is content with items of the books, and with claims of none", () => {
    expect(() => requirePrices(claimsOf([{}, { id: "b", ...prices }, { id: "c", ...paid }]), books)).not.toThrow();
  });

  test.each([
    [{ ...prices, baseline: { price: "o2" } }, 'the price books have no item "o2" of kind api'],
    [
      {
        candidate: { reference: "search" },
        baseline: { reference: "r1" },
        expect: [{ ratio: "published_energy", at_most: 1 }],
      },
      'the price books have no item "r1" of kind reference',
    ],
    [
      { expect: [{ ratio: "usd_per_answer", at_most: 1, scenario: "h200" }] },
      'claim "half": no price is called "h200"; `perjoule prices ls` lists them',
    ],
  ])("refuses what they lack: %j", (claim, why) => {
    expect(() => requirePrices([claimOf(claim)], books)).toThrow(why);
  });
});
