import { describe, expect, test } from "vitest";
import { type BreakEven, breakEvensOf, type Finding } from "../cost/breakevens.ts";
import { cellOf, changed, questions, smallBook } from "../cost/cell.support.ts";
import { costsOf } from "../cost/costs.ts";
import type { PriceRow } from "../cost/price.ts";
import { scenariosOf } from "../cost/scenario.ts";
import type { CellSummary } from "../report.ts";
import { readingOf, scaled, scaleOf } from "./reading.ts";

const GOOD = cellOf("good", questions(200, 160, { seconds: 4, joules: 8 }));
const CHEAP = cellOf("cheap", questions(200, 80, { seconds: 0.5, joules: 1 }));

function readings(
  what: Finding["what"],
  cells: readonly CellSummary[] = [GOOD, CHEAP],
  rows: readonly PriceRow[] = smallBook(),
): string[] {
  const all: BreakEven[] = breakEvensOf(costsOf(cells, scenariosOf(rows, { virtualised: true }), 3), rows, 3);
  return all.flatMap(({ finding }) => (finding.what === what ? [readingOf(finding)] : []));
}

describe("readingOf", () => {
  test("says at which ratio of prices a ranking flips", () => {
    expect(readings("price_ratio")[0]).toMatch(
      /^good is the cheaper per correct answer only if an hour of the machine for it costs less than 0\.25 \[0\.2\d, 0\.(29|3\d)\] times what it costs for cheap$/,
    );
    expect(readings("price_ratio")[1]).toContain("only if a token for it costs less than 0.50");
    const alike = [cellOf("a", questions(20, 11)), cellOf("b", questions(20, 10))];
    expect(readings("price_ratio", alike)[0]).toMatch(/do not tell which of them is cheaper at equal prices$/);
  });

  test("counts wrong answers by as many as make an amount of it", () => {
    const [grid, rental] = readings("wrong_answer_price");
    // 7 J x 1.4 at 0.1 USD/kWh, right 0.4 more often: 0.68 USD a million; 3.5 s at 0.1785 USD/h: 0.43 USD a thousand.
    expect(grid).toMatch(
      /^good pays instead of the cheaper cheap once a million wrong answers cost their user more than USD ≈ 0\.68 \[/,
    );
    expect(rental).toMatch(
      /^good pays instead of the cheaper cheap once a thousand wrong answers cost their user more than USD 0\.43 \[/,
    );
  });

  test.each([
    ["right equally often", questions(20, 10, { seconds: 3 }), questions(20, 10)],
    ["do not tell whether a is right more often than b", questions(20, 11, { seconds: 3 }), questions(20, 10)],
    [
      "and costs no more: it pays at any price",
      questions(200, 160, { seconds: 1 }),
      questions(200, 60, { seconds: 3 }),
    ],
  ])("says why there is no price of a wrong answer: %s", (words, a, b) => {
    const energy = null;
    const [rental] = readings("wrong_answer_price", [cellOf("a", a, { energy }), cellOf("b", b, { energy })]);
    expect(rental).toContain(words);
  });

  test("tells two settings of one model apart", () => {
    const cells = [cellOf("m", questions(200, 160, { seconds: 4 })), cellOf("m", questions(200, 80), { threads: 4 })];
    expect(readings("price_ratio", cells)[0]).toMatch(/^m cpu 1t is the cheaper .* for m cpu 4t$/);
  });

  test("says how much a machine must be used, or that it never pays", () => {
    const rented = (price: number): string | undefined =>
      readings("own_over_rent", [GOOD], changed(smallBook(), { id: "h100-2024-10" }, { value: price }))[0];
    const machine =
      "owning h100-2023 (USD 26280 over 26280 h and 800 W (rated, without a host or a site) at USD 0.1 per kWh)";
    expect(rented(2)).toBe(
      `${machine} beats renting h100-2024-10 at USD 2 an hour, when in use more than 52 % of the time`,
    );
    expect(rented(0.5)).toBe(
      `${machine} never beats renting h100-2024-10 at USD 0.5 an hour: it would have to be in use 240 % of the time`,
    );
    expect(rented(0.05)).toMatch(/never beats renting .*: its electricity alone costs as much$/);
    expect(readings("own_over_api")[0]).toContain(
      "beats the same tokens from o1, if it answered as fast as the machine measured (2.0 answers/s of cheap, one at a time), when in use more than 16 % of the time",
    );
  });

  test("says whose power it is", () => {
    expect(readings("rent_over_mining")[0]).toContain(
      "brings 19 times what 800 W (rated, without a host or a site) earns mining",
    );
  });

  test("calls a rebound a scenario, and says whether it backfires", () => {
    // A quarter of price and energy per correct answer: use x4.66, energy x1.16.
    expect(readings("rebound_use")[0]).toMatch(
      /^scenario: .* saving 75 % of the price \(c7i\.xlarge\) and 75 % of energy per correct answer, .* 4\.66 times as many would be asked for$/,
    );
    expect(readings("rebound_energy")[0]).toMatch(
      /^scenario: .* 1\.16 times the energy, more than before: the saving backfires$/,
    );
    const weak = changed(smallBook(), { kind: "rebound" }, { value: -0.5 });
    expect(readings("rebound_energy", [GOOD, CHEAP], weak)[0]).toMatch(/0\.500 times the energy, no more than before$/);
  });
});

test.each([
  [[5], 1, "one"],
  [[0.01], 1, "one"],
  [[0.009], 1e3, "a thousand"],
  [[3e-6, 2], 1e6, "a million"],
  [[2e-13], 1e9, "a billion"],
  [[0], 1, "one"],
])("scaleOf %j counts by %d", (usd, times, many) => {
  expect(scaleOf(usd)).toEqual({ times, many });
});

test("scaled keeps an absent interval absent", () => {
  expect(scaled({ value: 2 }, 10)).toEqual({ value: 20 });
  expect(scaled({ value: 2, interval: { low: 1, high: Infinity } }, 10)).toEqual({
    value: 20,
    interval: { low: 10, high: Infinity },
  });
});
