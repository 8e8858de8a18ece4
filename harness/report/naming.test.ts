import { describe, expect, test } from "vitest";
import { cellOf as costCellOf } from "../cost/cell.support.ts";
import type { CellSummary } from "../report.ts";
import type { Cell } from "../run.ts";
import { nameAlone, namesAmong, namesOf } from "./naming.ts";

const named = (model: string, more: Partial<Cell> = {}): CellSummary => {
  const summary = costCellOf(model, []);
  return { ...summary, cell: { ...summary.cell, ...more } };
};

describe("namesAmong", () => {
  test("adds the settings that are not the same for all, on one line", () => {
    const cells = [named("a\nb"), named("c", { precision: "int8" })];
    expect(cells.map(namesAmong(cells))).toEqual(["a b fp32", "c int8"]);
    expect(namesAmong([named("a"), named("b")])(named("a"))).toBe("a");
  });

  test("adds a lowering only to what has one", () => {
    const cells = [named("d"), named("s", { lowering: "rows" }), named("s", { lowering: "branch" })];
    expect(cells.map(namesAmong(cells))).toEqual(["d", "s rows", "s branch"]);
  });
});

test("part of a model has no name without its layers", () => {
  const [four, one] = [named("a", { layers: 4 }), named("b", { layers: 1 })];
  expect([four, one].map(namesAmong([four, one]))).toEqual(["a (4 layers)", "b (1 layer)"]);
  expect([nameAlone(four), ...namesOf(four, named("a"))]).toEqual(["a (4 layers)", "a (4 layers)", "a"]);
});

test("namesAmong, namesOf and nameAlone tell solvers apart, and do not name the direct one alone", () => {
  const [direct, steps] = [named("a"), named("a", { solver: "steps" })];
  expect([direct, steps].map(namesAmong([direct, steps]))).toEqual(["a direct", "a steps"]);
  expect(namesOf(named("b"), steps)).toEqual(["b", "a steps"]);
  expect([nameAlone(direct), nameAlone(named("a", { precision: "int8", solver: "vote:3" }))]).toEqual([
    "a",
    "a int8 vote:3",
  ]);
});

describe("namesOf", () => {
  test("tells two settings of a model apart, and names an unusual precision of two models", () => {
    const coarse = named("a", { precision: "int8" });
    expect(namesOf(named("a"), coarse)).toEqual(["a fp32", "a int8"]);
    expect(namesOf(named("a"), named("a", { threads: 4 }))).toEqual(["a cpu 1t", "a cpu 4t"]);
    expect(namesOf(named("b"), coarse)).toEqual(["b", "a int8"]);
  });
});

test.each(["fp32", "exported", "none"])("nameAlone does not name the precision %s", (precision) => {
  expect(nameAlone(named("a", { precision }))).toBe("a");
});
