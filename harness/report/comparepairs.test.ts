import { describe, expect, test } from "vitest";
import { cellOf } from "../cost/cell.support.ts";
import type { CellSummary } from "../report.ts";
import type { Cell } from "../run.ts";
import { type CellPair, pairsAcross, pairsOf } from "./comparepairs.ts";

type Cells = Readonly<Record<string, Partial<Cell>>>;

/** Cells by name; the model is the first letter of the name. */
function cellsOf(cells: Cells): CellSummary[] {
  return Object.entries(cells).map(([name, settings]) => {
    const summary = cellOf(name.slice(0, 1), []);
    return Object.assign(summary, { cell: { ...summary.cell, key: name, ...settings } });
  });
}

const named = (pairs: readonly CellPair[]): string[] => pairs.map(({ a, b }) => `${a.cell.key} ${b.cell.key}`);
const inside = (cells: Cells): string[] => named(pairsOf(cellsOf(cells)));
const across = (ours: Cells, theirs: Cells): string[] => named(pairsAcross(cellsOf(ours), cellsOf(theirs)));

describe("pairsOf", () => {
  test("has every unordered pair of models, by task and then as the cells come", () => {
    const sort = { task: "sort" };
    expect(inside({ c: {}, c2: sort, a: {}, a2: sort, b: {} })).toEqual(["c a", "c b", "a b", "c2 a2"]);
    expect(inside({ a: {} })).toEqual([]);
  });

  test.each([{ threads: 2 }, { device: "cuda" }, { solver: "steps" }, { precision: "int8" }, { weights: "random" }])(
    "sets two models beside each other under the same settings only: not %j",
    (other) => {
      const settings = other as Partial<Cell>;
      expect(inside({ a1: {}, a2: settings, b1: {}, b2: settings }).filter((pair) => /a. b./.test(pair))).toEqual([
        "a1 b1",
        "a2 b2",
      ]);
      const isFree = "precision" in other;
      expect(inside({ a: {}, b: settings })).toEqual(isFree ? ["a b"] : []);
    },
  );

  test.each([
    [{ threads: 2 }, true],
    [{ device: "cuda" }, true],
    [{ solver: "steps" }, true],
    [{ precision: "int8" }, false],
    [{ lowering: "rows" }, false],
    [{ weights: "random" }, false],
    [{ threads: 2, device: "cuda" }, false],
  ])("sets one model beside itself where exactly one setting differs, no precision: %j, %j", (other, is) => {
    expect(inside({ a1: {}, a2: other as Partial<Cell> })).toEqual(is ? ["a1 a2"] : []);
  });

  test("has unlike lowerings and precisions only where there are no like ones", () => {
    const [rows, branch] = [{ lowering: "rows" }, { lowering: "branch" }] as const;
    expect(inside({ a1: rows, a2: branch, b1: rows, b2: branch })).toEqual(["a1 b1", "a2 b2"]);
    expect(inside({ a: {}, b1: rows, b2: branch })).toEqual(["a b1", "a b2"]);
    const int8 = { precision: "int8" };
    expect(inside({ a1: {}, a2: int8, b: { precision: "exported" } })).toEqual(["a1 b", "a2 b"]);
    expect(inside({ a1: {}, a2: int8, b1: rows, b2: { ...rows, ...int8 } })).toEqual(["a1 b1", "a2 b2"]);
  });
});

describe("pairsAcross", () => {
  test("sets a cell of one run beside those of the other, its own likeness among them", () => {
    expect(across({ a: {}, b: {} }, { a9: {}, c9: {} })).toEqual(["a a9", "a c9", "b a9", "b c9"]);
  });

  test("has another machine's settings only where there are no like ones", () => {
    expect(across({ a: {} }, { b: { device: "cuda", threads: 8 } })).toEqual(["a b"]);
    expect(across({ a: {} }, { b1: {}, b2: { threads: 2 } })).toEqual(["a b1"]);
    expect(across({ a: {} }, { b1: { precision: "int8" }, b2: {} })).toEqual(["a b2"]);
  });

  test("refuses what differs in model and solver, unlike tasks and random weights", () => {
    expect(across({ a: {} }, { b: { solver: "steps" } })).toEqual([]);
    expect(across({ a: {} }, { b: { task: "sort" } })).toEqual([]);
    expect(across({ a: { weights: "random" } }, { b: { weights: "random" } })).toEqual([]);
  });
});
