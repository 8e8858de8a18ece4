import { describe, expect, test } from "vitest";
import { right, saying } from "./compare.support.ts";
import { failed, runOf } from "./run.support.ts";
import { verificationOf } from "./verify.ts";
import { againOf, machine, toldBy } from "./verify.support.ts";
import { summaryLine, verifyTable } from "./verifytable.ts";
import { rowsIn } from "./table.support.ts";

describe("verifyTable", () => {
  test("begins with one line that says all, and shows identical cells without differences", () => {
    const text = verifyTable(againOf(right(16, 4), right(16, 4)));
    expect(text.split("\n")[0]).toBe("1 of 1 cell identical, answer by answer");
    expect(rowsIn(text)).toEqual([
      ["cell", "verdict", "questions", "answers changed", "accuracy", "latency", "J per answer"],
      ["addition"],
      ["a", "identical", "20", "0", "0.800", "1.0 x overlaps", "1.0 x [1.0, 1.0] overlaps"],
    ]);
    expect(text).not.toContain("Holm");
    expect(text).not.toContain("apart");
  });

  test("shows what differs with its interval, and that being apart fails nothing", () => {
    const text = verifyTable(againOf(right(20, 0), right(14, 6), [4, 8]));
    expect(text.split("\n")[0]).toBe("0 of 1 cell identical; 1 differs");
    expect(rowsIn(text)[2]).toEqual([
      "a",
      "differs",
      "20",
      "6",
      "1.000 -> 0.700",
      expect.stringMatching(/^-0\.300 \[-0\.\d{3}, -0\.\d{3}\]$/),
      "0.031",
      "2.0 x apart",
      expect.stringMatching(/^2\.0 x \[.*\] apart$/),
    ]);
    expect(text).toContain("\napart fails nothing:");
    expect(text).toContain("held to 5 % over the one test here together");
  });

  test("names at the top what has changed, and at the foot why others gave nothing", () => {
    const run = runOf({ environment: machine() }, ["a", "b", "c"]);
    const there = toldBy(
      run,
      ["a", "b", "c"].flatMap((model) => saying(model, right(20, 0))),
    );
    const here = runOf({ environment: machine({ cpus: 8, node: "v22" }) }, ["b", "c"]);
    const said = [...saying("b", right(20, 0)), failed(undefined, "no memory", 0, "c")];
    const change = { kind: "model", id: "a", why: "model.safetensors is another" } as const;
    const lines = verifyTable(verificationOf(there, toldBy(here, said), [change])).split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "1 of 3 cells identical; 1 changed, 1 failed",
      "model a: changed: model.safetensors is another.",
    ]);
    expect(lines).toContain("c on addition: failed: no memory.");
    expect(lines).toContain("Versions: node v20 there, v22 here.");
    expect(lines.filter((line) => line.startsWith("latency and energy are not compared"))).toHaveLength(1);
  });
});

describe("summaryLine", () => {
  test("says that fewer questions are a part", () => {
    const run = runOf({ environment: machine() });
    const part = (n: number): string =>
      summaryLine(verificationOf(toldBy(run, saying("a", right(20, 0))), toldBy(run, saying("a", right(n, 0)), n), []));
    expect(part(5)).toBe(
      "1 of 1 cell identical, answer by answer (a part of the run: the first 5 questions of each task)",
    );
    expect(part(1)).toBe(
      "1 of 1 cell identical, answer by answer (a part of the run: the first question of each task)",
    );
  });

  test("counts words in the singular and the plural", () => {
    const run = runOf({ environment: machine() }, ["a", "b"]);
    const both = (texts: readonly string[]) => toldBy(run, [...saying("a", texts), ...saying("b", texts)]);
    const line = (texts: readonly string[]): string => summaryLine(verificationOf(both(right(20, 0)), both(texts), []));
    expect(line(right(19, 1))).toBe("0 of 2 cells identical; 2 agree");
    expect(line(right(5, 15))).toBe("0 of 2 cells identical; 2 differ");
  });
});
