import { expect, test } from "vitest";
import type { PriceRow } from "../cost/price.ts";
import { listPrices, showPrices } from "./prices.ts";

const row = (more: Partial<PriceRow>): PriceRow => ({
  kind: "api",
  id: "m",
  part: "input",
  value: 0.5,
  unit: "USD/1M tokens",
  date: "2025-01",
  source: "the maker's list",
  verified: true,
  scenario: true,
  at: "api.csv:2",
  ...more,
});

const ROWS: readonly PriceRow[] = [
  row({}),
  row({ part: "output", value: 2, at: "api.csv:3" }),
  row({
    kind: "rental",
    id: "h100-2024",
    part: "price",
    value: 2,
    low: 1.5,
    high: 3,
    unit: "USD/h",
    date: "2024",
    verified: false,
    scenario: false,
    note: "one blog only",
    at: "rental.csv:2",
  }),
  row({ kind: "rental", id: "peak", part: "price", value: 8, low: 8, unit: "USD/h", at: "rental.csv:3" }),
  row({ kind: "mining", id: "s21", part: "hashprice", value: 55, unit: "USD/PH/s/day", at: "mining.csv:2" }),
  row({ kind: "mining", id: "s21", part: "efficiency", value: 17.5, unit: "J/TH", date: "2023", at: "mining.csv:3" }),
  row({ kind: "pue", id: "home", part: "pue", value: 1, unit: "1", at: "pue.csv:2" }),
];

const squeezed = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim().replaceAll(/ {2,}/g, " | "))
    .filter((line) => line !== "");

test("listPrices has a line for each item", () => {
  expect(squeezed(listPrices(ROWS, false))).toEqual([
    "kind | id | figures | date | verified | scenario",
    "api | m | input 0.5, output 2 USD/1M tokens | 2025-01 | yes | yes",
    "rental | h100-2024 | 2 [1.5, 3] USD/h | 2024 | no | no",
    "rental | peak | 8 or more USD/h | 2025-01 | yes | yes",
    "mining | s21 | hashprice 55 USD/PH/s/day, efficiency 17.5 J/TH | 2025-01, 2023 | yes | yes",
    "pue | home | 1 | 2025-01 | yes | yes",
  ]);
});

test("listPrices as JSON keeps every field, and absent ones out", () => {
  const [api] = JSON.parse(listPrices(ROWS, true)) as { figures: object[] }[];
  expect(api).toMatchObject({ kind: "api", id: "m" });
  expect(api?.figures[1]).toEqual({
    part: "output",
    value: 2,
    unit: "USD/1M tokens",
    date: "2025-01",
    source: "the maker's list",
    verified: true,
    scenario: true,
    at: "api.csv:3",
  });
});

test("showPrices says all of an item and marks what could not be verified", () => {
  expect(showPrices(ROWS, "h100-2024", false)).toBe(
    [
      "rental h100-2024",
      "  price 2 [1.5, 3] USD/h",
      "    date: 2024",
      "    source: the maker's list",
      "    scenario: no",
      "    unverified: one blog only",
      "    at: rental.csv:2",
      "",
    ].join("\n"),
  );
});

test("showPrices takes a kind for all its items", () => {
  const items = JSON.parse(showPrices(ROWS, "rental", true)) as { id: string }[];
  expect(items.map(({ id }) => id)).toEqual(["h100-2024", "peak"]);
  expect(showPrices(ROWS, "rental", false)).toContain("\n\nrental peak\n");
});

test("showPrices names what is near to an unknown id, or the kinds", () => {
  expect(() => showPrices(ROWS, "h100-2025", false)).toThrow('unknown price "h100-2025"; did you mean h100-2024?');
  expect(() => showPrices(ROWS, "zzzzzzzzzzzz", false)).toThrow(
    'unknown price "zzzzzzzzzzzz"; known: api, rental, mining, pue. `perjoule prices ls` lists them.',
  );
});
