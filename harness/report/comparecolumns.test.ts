import { describe, expect, test } from "vitest";
import { columnProblems, rowIn } from "./column.support.ts";
import { comparisonsOf } from "./compare.ts";
import { ACROSS_COLUMNS, COMPARISON_COLUMNS } from "./comparecolumns.ts";
import { cellsOf, right, saying } from "./compare.support.ts";
import { toCsv } from "./csv.ts";
import { asked, questionsOf, runOf } from "./run.support.ts";
import { summarise } from "./summarise.ts";
import type { Run } from "../run.ts";
import type { Comparison } from "./compare.ts";

const SAID = [...saying("a", right(16, 4), 8), ...saying("b", right(12, 8), 4)];
const rowsOf = (run: Run): Comparison[] => comparisonsOf(summarise(run, [...asked(questionsOf(20)), ...SAID]), [], 42);

describe("COMPARISON_COLUMNS", () => {
  test("have the order that others rely on, and are unique and documented", () => {
    const spread = (name: string): string[] => [name, `${name}_low`, `${name}_high`];
    const begin =
      "run task model_a model_b questions both_correct only_a only_b neither accuracy_difference+ mcnemar_p energy_ratio+ latency_ratio+ usd_per_correct_ratio+ holm_p flips device precision_a precision_b threads batch solver_a solver_b lowering_a lowering_b flip_rate+ energy_per_correct_ratio+ usd_scenario"
        .split(" ")
        .flatMap((name) => (name.endsWith("+") ? spread(name.slice(0, -1)) : name));
    expect(columnProblems<never>(COMPARISON_COLUMNS, begin)).toEqual([]);
    expect(COMPARISON_COLUMNS).toHaveLength(begin.length);
    expect(ACROSS_COLUMNS.slice(0, begin.length)).toEqual(COMPARISON_COLUMNS);
  });

  test("give both sides and all that is compared", () => {
    const [row] = rowsOf(runOf({}, ["a", "b"]));
    const record = rowIn(COMPARISON_COLUMNS, row as Comparison);
    expect(record).toMatchObject({ model_a: "a", model_b: "b", only_a: 4, only_b: 0, both_correct: 12, neither: 4 });
    expect(record).toMatchObject({ mcnemar_p: 0.125, holm_p: 0.125, device: "cpu", threads: 1, flips: 4 });
    expect(record["energy_ratio"]).toBeCloseTo(2, 9);
    expect(record["energy_per_correct_ratio"]).toBeCloseTo(1.5, 9);
    expect(record["latency_ratio_high"]).toBe(2);
  });

  test("name what one model was varied by", () => {
    const run = cellsOf({ a: { model: "x" }, b: { model: "x", threads: 4 } });
    expect(rowIn(COMPARISON_COLUMNS, rowsOf(run)[0] as Comparison)).toMatchObject({
      model_a: "x",
      model_b: "x",
      threads: "1/4",
    });
  });

  test("of random weights leave all that is made of answers empty", () => {
    const random = { weights: "random" } as const;
    const row = rowIn(COMPARISON_COLUMNS, rowsOf(cellsOf({ a: random, b: random }))[0] as Comparison);
    const filled = Object.keys(row).filter((name) => row[name] !== undefined);
    expect(filled.filter((name) => /correct|only|neither|accuracy|_p$|flip|usd/.test(name))).toEqual([]);
    expect(filled).toContain("energy_ratio");
  });

  test("are the same bytes each time", async () => {
    const csv = (): Promise<string> => toCsv(COMPARISON_COLUMNS, rowsOf(runOf({}, ["a", "b"])));
    expect(await csv()).toBe(await csv());
  });
});
