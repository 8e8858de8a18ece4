import { describe, expect, test } from "vitest";
import type { Cell } from "../run.ts";
import { precisionRows } from "./precision.ts";
import { bothSaid, COARSE, EXACT, repeated, variantsOf } from "./precision.support.ts";
import { precisionTable } from "./precisiontable.ts";
import { summarise } from "./summarise.ts";

const SAID = bothSaid(repeated("yes", 8), [...repeated("yes", 6), "no", "nope"]);

function table(exact: Partial<Cell>, coarse: Partial<Cell>): string {
  return precisionTable(precisionRows(summarise(variantsOf({ exact, coarse }), SAID), 42)) ?? "nothing";
}
/** The rows below the head, cells trimmed. */
const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .slice(1)
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe("precisionTable", () => {
  test("is nothing where no model ran in several precisions", () => {
    expect(precisionTable([])).toBeUndefined();
  });

  test("shows what is given up and what is saved, a block a task", () => {
    expect(table(EXACT, COARSE)).toMatch(
      /\nEach beside the most exact precision .*\nGained is the difference of accuracies/,
    );
    expect(rowsOf(table(EXACT, COARSE))).toEqual([
      ["addition"],
      [
        "a int8 beside fp32",
        "-0.250 [-0.591, +0.156]",
        "0.250 [0.071, 0.591]",
        "0.50 x [0.50, 0.50]",
        "0.50 x [0.38, 0.67]",
        "",
      ],
    ]);
  });

  test("names the lowering of both where it differs", () => {
    const [rows, branch] = [{ lowering: "rows" as const }, { lowering: "branch" as const }];
    expect(rowsOf(table({ ...EXACT, ...rows }, { ...COARSE, ...branch }))[1]?.[0]).toBe(
      "a int8 branch beside fp32 rows",
    );
    expect(rowsOf(table({ ...EXACT, ...rows }, { ...COARSE, ...rows }))[1]?.[0]).toBe("a int8 beside fp32");
  });

  test("has nothing to say of the answers of random weights", () => {
    const weights = "random";
    const text = table({ ...EXACT, weights }, { ...COARSE, weights });
    const [, row] = rowsOf(text);
    expect(text).not.toContain("accuracies");
    expect(row?.slice(1, 3)).toEqual(["random weights", ""]);
    expect(row?.[3]).toBe("0.50 x [0.50, 0.50]");
  });
});
