import { describe, expect, test } from "vitest";
import type { Cell } from "../run.ts";
import { claimOf } from "./claim.support.ts";
import { isWanted, type WantedCell, wantedCells, wantedOf } from "./claimcells.ts";
import { cellOf } from "./run.support.ts";

const LATENCY = [{ ratio: "latency", at_most: 1 }];
const USUAL: Omit<WantedCell, "model" | "task"> = {
  device: "cpu",
  threads: 1,
  precision: "fp32",
  lowering: "auto",
  solver: "direct",
  weights: "stored",
};

describe("wantedCells", () => {
  test("are candidate and baseline of every pair on every task, as run has them", () => {
    const family = [
      { candidate: "a", baseline: "b" },
      { candidate: "c", baseline: "b" },
    ];
    const cells = wantedCells(claimOf({ family, tasks: ["addition", "sort"], expect: LATENCY }));
    expect(cells.map(({ model, task }) => `${model} ${task}`)).toEqual([
      "a addition",
      "a sort",
      "b addition",
      "b sort",
      "c addition",
      "c sort",
      "b addition",
      "b sort",
    ]);
    expect(cells[0]).toEqual({ model: "a", task: "addition", ...USUAL });
  });

  test("have a side's own settings before those of its claim", () => {
    const settings = { threads: 2, precision: "int4", weights: "random" };
    const candidate = { model: "a", threads: 4, solver: "review:1", lowering: "fused" };
    const [a, b] = wantedCells(claimOf({ candidate, settings, expect: LATENCY }));
    expect(a).toMatchObject({
      threads: 4,
      precision: "int4",
      solver: "review:1",
      lowering: "fused",
      weights: "random",
    });
    expect(b).toMatchObject({ threads: 2, precision: "int4", solver: "direct", lowering: "auto", weights: "random" });
  });

  test("know folders and files by their names", () => {
    const claim = claimOf({ expect: LATENCY });
    expect(wantedOf({ model: "./models/a/" }, "../tasks/own.yaml", claim)).toMatchObject({ model: "a", task: "own" });
  });

  test("none of what is declared, priced or published", () => {
    const prices = { candidate: { price: "r1" }, baseline: { price: "o1" }, tasks: undefined };
    expect(wantedCells(claimOf({ expect: [{ ratio: "parameters_active", at_most: 1 }] }))).toEqual([]);
    expect(wantedCells(claimOf({ ...prices, expect: [{ ratio: "list_price", at_most: 1 }] }))).toEqual([]);
    const both = [{ ratio: "parameters_active", at_most: 1 }, ...LATENCY];
    expect(wantedCells(claimOf({ expect: both }))).toHaveLength(2);
  });
});

describe("isWanted", () => {
  const wanted: WantedCell = { model: "a", task: "addition", ...USUAL };
  const cell: Cell = cellOf("a");

  test("a cell of the same settings and no other", () => {
    expect(isWanted(wanted, cell)).toBe(true);
    const others: Partial<Cell>[] = [
      { model: "b" },
      { task: "sort" },
      { device: "cuda" },
      { threads: 2 },
      { solver: "steps" },
      { weights: "random" },
      { precision: "int4" },
    ];
    for (const other of others) expect(isWanted(wanted, { ...cell, ...other })).toBe(false);
  });

  test("whatever precision a graph from elsewhere has", () => {
    for (const precision of ["exported", "none"]) expect(isWanted(wanted, { ...cell, precision })).toBe(true);
  });

  test("by its lowering only where one was named and the model has any", () => {
    const fused = { ...wanted, lowering: "fused" };
    expect(isWanted(fused, cell)).toBe(true);
    expect(isWanted(fused, { ...cell, lowering: "fused" })).toBe(true);
    expect(isWanted(fused, { ...cell, lowering: "rows" })).toBe(false);
    expect(isWanted(wanted, { ...cell, lowering: "rows" })).toBe(true);
    // Of a plan that leaves it to the machine it is not known yet.
    expect(isWanted(fused, { ...cell, lowering: "auto" })).toBe(true);
  });
});
