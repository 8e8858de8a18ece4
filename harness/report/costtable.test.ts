import { describe, expect, test } from "vitest";
import { breakEvensOf } from "../cost/breakevens.ts";
import { cellOf, energyOf, metered, priceRow, questions, smallBook, unjudged } from "../cost/cell.support.ts";
import { costsOf } from "../cost/costs.ts";
import { scenariosOf } from "../cost/scenario.ts";
import type { CellSummary } from "../report.ts";
import { costTable, scenarioNamed } from "./costtable.ts";

const BOOK = [
  ...smallBook(),
  priceRow("reference", "gemini", "energy", 864, {
    source: "Google",
    date: "2025-08",
    note: "boundary: full stack",
    scenario: false,
  }),
  priceRow("reference", "altman", "energy", 1_224, {
    source: "a blog",
    date: "2025-06",
    verified: false,
    scenario: false,
  }),
];
const GOOD = cellOf("good", questions(200, 160, { seconds: 4, joules: 8 }));
const CHEAP = cellOf("cheap", questions(200, 80, { seconds: 0.5, joules: 1 }));

function table(cells: readonly CellSummary[] = [GOOD, CHEAP], scenario?: string): string {
  const costs = costsOf(cells, scenariosOf(BOOK, { virtualised: true }), 3);
  const breakEvens = breakEvensOf(costs, BOOK, 3);
  return costTable(costs, breakEvens, BOOK, scenario === undefined ? undefined : scenarioNamed(costs, scenario));
}
/** Cells of the lines that hold a model, trimmed. */
const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("│   "))
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe("costTable", () => {
  test("shows electricity first, cheapest per correct first, modelled joules with two digits and ≈", () => {
    const text = table();
    const [cheap, good] = rowsOf(text);
    expect(text).toContain("USD for a million correct");
    expect(cheap?.slice(0, 2)).toEqual(["cheap", "0.400"]);
    // 1 J x 1.4 / 3.6e6 x 0.1 USD = 0.039 USD a million answers.
    expect(cheap?.[2]).toMatch(/^≈ 0\.097 \[0\.0\d\d, 0\.\d\d\]$/);
    expect(cheap?.[3]).toMatch(/^≈ 0\.039 \[/);
    expect(cheap?.slice(4)).toEqual(["yes", "cheapest"]);
    expect(good?.[0]).toBe("good");
    expect(good?.slice(4)).toEqual(["yes", "4.0 x [2.8, 5.6], mostly cost of a token"]);
  });

  test("shows what was counted with three digits and without ≈", () => {
    expect(rowsOf(table([GOOD, CHEAP], "c7i.xlarge"))[0]?.[3]).toBe("0.0248 [0.0248, 0.0248]");
    const energy = metered();
    const cells = [cellOf("m", GOOD.totals, { energy })];
    expect(rowsOf(table(cells))[0]?.[2]).toMatch(/^0\.\d{3} \[/);
  });

  test("says what the scenario is, of when and by whom", () => {
    const text = table();
    expect(text).toContain("electricity grid: 0.1 USD/kWh, 2024, a test.");
    expect(text).toContain("the machine itself is not paid for. PUE 1.40 [1.10, 1.80].");
    expect(table([GOOD], "o1")).toContain("api o1: 60 USD/1M tokens out, 2024, a test.");
  });

  test("shows another scenario where there is no energy to pay for", () => {
    const text = table([cellOf("m", questions(20, 10), { energy: null })]);
    expect(text).toContain("rental c7i.xlarge:");
    expect(text).not.toContain("this run: ");
  });

  test("says when none was correct, and puts what has no cost last", () => {
    const cells = [cellOf("unmetered", questions(20, 9), { energy: null }), cellOf("none", questions(20, 0)), CHEAP];
    const rows = rowsOf(table(cells));
    expect(rows.map(([model]) => model)).toEqual(["cheap", "none", "unmetered"]);
    expect(rows[1]?.[2]).toMatch(/^none correct; > \d/);
    expect(rows[2]?.slice(2)).toEqual(["", "", "", ""]);
  });

  test("does not rank joules of unlike boundary", () => {
    const rows = rowsOf(
      table([GOOD, cellOf("cheap", CHEAP.totals, { energy: energyOf({ boundary: "whole_server" }) })]),
    );
    expect(rows.map((row) => row.slice(4))).toEqual([
      ["", ""],
      ["", ""],
    ]);
  });

  test("says random weights in place of an accuracy, and what an answer costs", () => {
    const [row] = rowsOf(table([unjudged("m")]));
    expect(row?.slice(0, 3)).toEqual(["m", "random weights", ""]);
    expect(row?.[3]).toMatch(/^≈ /);
  });

  test("names settings only where they differ", () => {
    expect(rowsOf(table())[0]?.[0]).toBe("cheap");
    const four = cellOf("cheap", CHEAP.totals, { threads: 4 });
    expect(rowsOf(table([CHEAP, four])).map(([model]) => model)).toEqual(["cheap cpu 1t", "cheap cpu 4t"]);
  });

  test("puts break-evens in words: of the kind shown, of machines, and rebound as a scenario", () => {
    const text = table();
    expect(text).toContain("addition: good pays instead of the cheaper cheap once a million wrong answers");
    expect(text).toContain("owning h100-2023");
    expect(text).toContain("brings 19 times what 800 W (rated, without a host or a site) earns mining");
    expect(text).toMatch(
      /addition: scenario, not measured: .* from good to cheap, .* 1\.2 times the energy at an elasticity of -1\.11\.$/m,
    );
    expect(table([GOOD, CHEAP], "o1")).toContain("1 other pairs: no price of a wrong answer");
  });

  test("sets figures of others beside its own without dividing them", () => {
    const text = table();
    expect(text).toContain("  this run: ≈ 8.0 J per answer (grade C, boundary vm_share)");
    expect(text).toContain("  gemini: 860 J (Google, 2025-08; boundary: full stack)");
    expect(text).toContain("  altman: 1.2 kJ (a blog, 2025-06), not verified");
  });
});

describe("scenarioNamed", () => {
  const costs = costsOf([GOOD], scenariosOf(smallBook(), { virtualised: true }), 1);

  test("finds by id, or by kind and id", () => {
    expect(scenarioNamed(costs, "r1").kind).toBe("api");
    expect(scenarioNamed(costs, "rental/h100-2024-10").price).toBe(2);
  });

  test("names what is close to one that is not there", () => {
    expect(() => scenarioNamed(costs, "h100-2024-11")).toThrow(
      'unknown price scenario "h100-2024-11"; did you mean h100-2024-10',
    );
  });
});
