import { describe, expect, test } from "vitest";
import { cellsOf, reportOf, right, saying } from "./compare.support.ts";
import { compareRuns } from "./compareruns.ts";
import { compareTable } from "./comparetable.ts";
import type { Report } from "./derive.ts";
import { definition, questionsOf, runOf } from "./run.support.ts";
import { rowsIn } from "./table.support.ts";

const SAID = [...saying("a", right(16, 4), 8), ...saying("b", right(12, 8), 4)];
const tableOf = (...reports: Report[]): string => compareTable(compareRuns(reports));

describe("compareTable", () => {
  test("has effects first and p-values last, ties marked, and says what they mean", () => {
    const text = tableOf(reportOf(runOf({}, ["a", "b"]), questionsOf(20), SAID));
    expect(rowsIn(text)).toEqual([
      ["a beside b", "accuracy, a - b", "only a : b", "changed", "latency", "J per answer", "p", "Holm p"],
      ["addition"],
      [
        "a beside b",
        "+0.200 [+0.007, +0.416] tie",
        "4 : 0",
        "0.200",
        "2.0 x [2.0, 2.0]",
        "2.0 x [1.5, 2.7]",
        "0.13",
        "0.13",
      ],
    ]);
    expect(text).toContain("the one named first being a");
    expect(text).toContain("held to 5 % over the one test here");
  });

  test("marks as a tie what its interval does not tell from nothing", () => {
    const said = [...saying("a", right(16, 4)), ...saying("b", right(15, 5))];
    const [, , row] = rowsIn(tableOf(reportOf(runOf({}, ["a", "b"]), questionsOf(20), said)));
    expect(row?.slice(1, 6)).toEqual([
      "+0.050 [-0.119, +0.236] tie",
      "1 : 0",
      "0.050",
      "1.0 x [1.0, 1.0] tie",
      "1.0 x [0.75, 1.3] tie",
    ]);
  });

  test("leaves out columns that no row has, and p-values of what is not judged", () => {
    const random = { weights: "random" } as const;
    const text = tableOf(reportOf(cellsOf({ a: random, b: random }), questionsOf(20), SAID));
    expect(rowsIn(text)[0]).toEqual(["a beside b", "accuracy, a - b", "latency", "J per answer"]);
    expect(rowsIn(text)[2]?.[1]).toBe("random weights");
    expect(text).not.toContain("Holm");
  });

  test("says of a task without credit that it has none", () => {
    const [run, tasks] = [runOf({}, ["a", "b"]), definition({ metric_list: [{ metric: "bypass" }], perjoule: {} })];
    const addition = { definition: tasks, sha256: "0", questions: 20 };
    const text = tableOf(reportOf({ ...run, tasks: { addition } }, questionsOf(20), SAID));
    expect(rowsIn(text)[2]?.[1]).toBe("earns no credit");
  });

  test("of several runs says which is which, and what was not compared", () => {
    const one = reportOf({ ...runOf({}, ["a"]), id: "one" }, questionsOf(20), saying("a", right(16, 4)));
    const two = reportOf({ ...runOf({}, ["b"]), id: "two" }, questionsOf(20), saying("b", right(12, 8)));
    const text = tableOf(one, two);
    expect(rowsIn(text)[0]).not.toContain("latency");
    expect(rowsIn(text)[2]?.[0]).toBe("a @1 beside b @2");
    expect(text).toContain(
      "\n@1 is one, @2 is two.\nlatency, energy and dollars of one and two: not compared, machines",
    );
  });

  test("says so where there is nothing to compare", () => {
    const alone = reportOf(runOf({}, ["a"]), questionsOf(20), saying("a", right(16, 4)));
    expect(tableOf(alone)).toBe("Nothing to compare: no two cells of a task differ in one setting alone.");
  });
});
