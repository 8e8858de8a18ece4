import { describe, expect, test } from "vitest";
import { columnProblems, rowIn } from "./column.support.ts";
import { breakEvensOf } from "../cost/breakevens.ts";
import { cellOf, metered, questions, smallBook } from "../cost/cell.support.ts";
import { type CostRow, costsOf } from "../cost/costs.ts";
import { scenariosOf } from "../cost/scenario.ts";
import type { CellSummary } from "../report.ts";
import { BREAKEVEN_COLUMNS } from "./breakevencolumns.ts";
import type { Value } from "./column.ts";
import { COST_COLUMNS } from "./costcolumns.ts";
import { toCsv } from "./csv.ts";

const COSTS_BEGIN =
  `run, model, task, device, precision, batch, solver, scenario, kind, price, price_unit, price_source,
price_date, usd_per_answer, usd_per_answer_low, usd_per_answer_high, usd_per_correct, usd_per_correct_low,
usd_per_correct_high, usd_per_1k_answers, usd_per_million_output_tokens, on_frontier`.split(/,\s*/);
const BREAKEVENS_BEGIN = "run, task, what, model, against, scenario, value, low, high, unit, reading".split(", ");

const SCENARIOS = scenariosOf(smallBook(), { virtualised: true });
const costs = (cells: readonly CellSummary[]): CostRow[] => costsOf(cells, SCENARIOS, 42);
const inScenario = (rows: readonly CostRow[], id: string): Record<string, Value>[] =>
  rows.filter((row) => row.scenario.id === id).map((row) => rowIn(COST_COLUMNS, row));

test.each([
  ["costs.csv", COST_COLUMNS, COSTS_BEGIN],
  ["breakevens.csv", BREAKEVEN_COLUMNS, BREAKEVENS_BEGIN],
] as const)("columns of %s begin as the interface says, unique and documented", (_file, columns, begin) => {
  expect(columnProblems<never>(columns, begin)).toEqual([]);
});

describe("COST_COLUMNS", () => {
  test("fit together: per thousand, and the cost per correct from its three factors", () => {
    const [row] = inScenario(costs([cellOf("m", questions(10, 4))]), "o1") as [Record<string, number>];
    const number = (name: string): number => row[name] as number;
    expect(number("usd_per_1k_answers")).toBeCloseTo(1_000 * number("usd_per_answer"), 12);
    expect(number("usd_per_million_output_tokens")).toBeCloseTo(1e6 * number("usd_per_token"), 9);
    expect((number("usd_per_token") * number("tokens_per_answer")) / number("credit_per_answer")).toBeCloseTo(
      number("usd_per_correct"),
      12,
    );
    expect(row).toMatchObject({
      kind: "api",
      price: 60,
      price_input: 15,
      price_unit: "USD/1M tokens out",
      token_kind: "output",
    });
  });

  test("name the joules of what is paid by the joule only", () => {
    const rows = costs([cellOf("m", questions(10, 4))]);
    expect(inScenario(rows, "grid")[0]).toMatchObject({
      energy_grade: "C",
      energy_boundary: "vm_share",
      pue: 1.4,
      pue_low: 1.1,
      pue_high: 1.8,
    });
    const [rental] = inScenario(rows, "c7i.xlarge");
    for (const name of ["energy_grade", "energy_boundary", "pue"]) expect(rental?.[name]).toBeUndefined();
  });

  test("say what a boundary leaves out", () => {
    const assumption = (energy: CellSummary["energy"] & object): Value =>
      inScenario(costs([cellOf("m", questions(10, 4), { energy })]), "grid")[0]?.["assumption"];
    expect(assumption(metered())).toMatch(/what the machine draws outside cpu_package is not in it$/);
    expect(assumption(metered({ boundary: "wall" }))).not.toContain("outside");
  });

  test("leave empty what is absent, never 0", async () => {
    const csv = await toCsv(COST_COLUMNS, costs([cellOf("m", questions(10, 0), { energy: null })]));
    const lines = csv.split("\r\n");
    const grid = lines.find((line) => line.includes(",grid,")) ?? "";
    expect(grid).toContain(",2024,,,,,,,,,,true,");
    const rental = inScenario(costs([cellOf("m", questions(10, 0))]), "c7i.xlarge")[0];
    expect(rental?.["usd_per_correct"]).toBeUndefined();
    expect(rental?.["usd_per_correct_low"]).toBeGreaterThan(0);
    expect(rental?.["usd_per_correct_high"]).toBeUndefined();
    expect(csv).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("name the cheapest and what the distance to it is made of", () => {
    const cells = [cellOf("a", questions(20, 16)), cellOf("b", questions(20, 8), { threads: 4 })];
    const [a, b] = inScenario(costs(cells), "c7i.xlarge");
    expect(a?.["cheapest"]).toBeUndefined();
    expect(b).toMatchObject({ cheapest: "a", share_price: 0, share_tokens: 0, share_accuracy: 1, threads: 4 });
  });
});

describe("BREAKEVEN_COLUMNS", () => {
  const cells = [cellOf("good", questions(200, 160, { seconds: 4, joules: 8 })), cellOf("cheap", questions(200, 80))];
  const rows = breakEvensOf(costs(cells), smallBook(), 1).map((row) => rowIn(BREAKEVEN_COLUMNS, row));
  const first = (what: string): Record<string, Value> | undefined => rows.find((row) => row["what"] === what);

  test("have every kind, each with its unit", () => {
    const units = new Map(rows.map((row) => [row["what"], row["unit"]]));
    expect(Object.fromEntries(units)).toEqual({
      wrong_answer_price: "USD",
      price_ratio: "1",
      own_over_rent: "1",
      own_over_api: "1",
      mining_revenue: "USD/kWh",
      rent_over_mining: "1",
      rebound_use: "1",
      rebound_energy: "1",
    });
  });

  test("give models and their settings, or machines", () => {
    expect(first("price_ratio")).toMatchObject({
      task: "addition",
      model: "good",
      against: "cheap",
      cell: cells[0]?.cell.key,
    });
    expect(first("own_over_rent")).toMatchObject({
      task: undefined,
      model: undefined,
      scenario: "h100-2023 or h100-2024-10",
    });
    expect(first("rebound_energy")).toMatchObject({ model: "cheap", against: "good", scenario: "scenario: demirer" });
  });

  test("read as a sentence each", () => {
    for (const row of rows) expect(String(row["reading"])).toMatch(/^\S.{40,}\S$/);
    expect(first("rebound_use")?.["reading"]).toMatch(/^scenario: if everybody went from good to cheap, /);
  });
});
