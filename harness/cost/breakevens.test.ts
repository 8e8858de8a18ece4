import { describe, expect, test } from "vitest";
import type { CellSummary } from "../report.ts";
import { type BreakEven, breakEvensOf, type Finding } from "./breakevens.ts";
import { cellOf, changed, energyOf, metered, questions, smallBook } from "./cell.support.ts";
import { costsOf } from "./costs.ts";
import type { PriceRow } from "./price.ts";
import { scenariosOf } from "./scenario.ts";

const GOOD = cellOf("good", questions(200, 160, { seconds: 4, joules: 8 }));
const CHEAP = cellOf("cheap", questions(200, 80, { seconds: 0.5, joules: 1 }));

function all(cells: readonly CellSummary[] = [GOOD, CHEAP], rows: readonly PriceRow[] = smallBook()): BreakEven[] {
  return breakEvensOf(costsOf(cells, scenariosOf(rows, { virtualised: true }), 3), rows, 3);
}
function findings<W extends Finding["what"]>(
  what: W,
  from: readonly BreakEven[] = all(),
): Extract<Finding, { what: W }>[] {
  return from.flatMap(({ finding }) => (finding.what === what ? [finding as Extract<Finding, { what: W }>] : []));
}

describe("breakEvensOf", () => {
  test("names run and task, but no task for machines", () => {
    const rows = all();
    expect(new Set(rows.map(({ run }) => run))).toEqual(new Set([GOOD.run]));
    for (const { task, finding } of rows) {
      const isOfMachines = ["own_over_rent", "rent_over_mining", "mining_revenue"].includes(finding.what);
      expect(task).toBe(isOfMachines ? undefined : "addition");
    }
    expect(all([])).toEqual([]);
  });

  test("sets models beside the cheapest per correct answer, once for rent and once for each API", () => {
    const ratios = findings("price_ratio");
    expect(ratios.map(({ scenario, cell, against }) => [scenario.id, cell.cell.model, against.cell.model])).toEqual([
      ["c7i.xlarge", "good", "cheap"],
      // Of equal tokens the more accurate costs less per correct answer.
      ["o1", "cheap", "good"],
      ["r1", "cheap", "good"],
    ]);
    // 5 s and 1.25 s per correct answer.
    expect(ratios[0]?.value.value).toBeCloseTo(0.25, 9);
  });

  test("prices a wrong answer in every way to pay, mining being none", () => {
    const prices = findings("wrong_answer_price");
    expect(prices.map(({ scenario }) => scenario.id)).toEqual(["grid", "c7i.xlarge", "h100-2023", "o1", "r1"]);
    const [grid, rental, , api] = prices;
    expect(rental?.value?.value).toBeCloseTo((3.5 * 0.1785) / 3_600 / 0.4, 12);
    expect(grid?.value?.value).toBeCloseTo((7 * 1.4 * 0.1) / 3.6e6 / 0.4, 15);
    // Same tokens: the better one is no dearer by the token.
    expect(api).toMatchObject({ reason: "better_and_no_dearer" });
  });

  test("gives a price in joules the factors that its joules have", () => {
    const width = (energy: CellSummary["energy"] & object): number => {
      const cells = [GOOD, CHEAP].map(({ cell, totals }) => cellOf(cell.model, totals, { energy }));
      const [grid] = findings("wrong_answer_price", all(cells));
      return (grid?.value?.interval?.high ?? 0) / (grid?.value?.interval?.low ?? 1);
    };
    expect(width(energyOf())).toBeGreaterThan(3);
    expect(width(metered({ boundary: "wall" }))).toBeLessThan(2);
  });

  test("does not set joules of unlike boundary beside each other", () => {
    const cells = [GOOD, cellOf("cheap", CHEAP.totals, { energy: metered() })];
    const kinds = findings("wrong_answer_price", all(cells)).map(({ scenario }) => scenario.kind);
    expect(kinds).not.toContain("electricity");
    expect(kinds).toContain("rental");
  });

  test("sets owning beside renting the same hardware only", () => {
    const [finding, ...others] = findings("own_over_rent");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rental: { id: "h100-2024-10" }, owning: { power: { watts: 800, from: "rated" } } });
    expect(finding?.value).toBeCloseTo(1 / 1.92, 12);
  });

  test("sets owning beside an API at the answers per second measured", () => {
    const [o1] = findings("own_over_api");
    // The cheapest on a machine of one's own: 2 answers/s; 20 x 15e-6 + 10 x 60e-6 USD each, so 6.48 USD an hour.
    expect(o1).toMatchObject({ api: { id: "o1" }, cell: { cell: { model: "cheap" } }, answersPerSecond: 2 });
    expect(o1?.value).toBeCloseTo(1 / (6.48 - 0.08), 9);
  });

  test("lets a machine instead of mining where the books rate that machine: the power of the one measured would say nothing", () => {
    const lettings = findings("rent_over_mining");
    expect(lettings.map(({ rental }) => rental.id)).toEqual(["h100-2024-10"]);
    expect(lettings[0]).toMatchObject({ power: { watts: 800, from: "rated" } });
    expect(lettings[0]?.value).toBeCloseTo(18.9, 1);
    expect(findings("mining_revenue")[0]?.value).toBeCloseTo(0.1325, 12);
  });

  test("has no machine to own without a price of electricity", () => {
    const rows = changed(smallBook(), { kind: "electricity" }, { scenario: false });
    expect(findings("own_over_rent", all([GOOD, CHEAP], rows))).toEqual([]);
    expect(findings("own_over_api", all([GOOD, CHEAP], rows))).toEqual([]);
  });

  test("gives the same rows again for the same seed", () => {
    expect(all()).toEqual(all());
  });
});
