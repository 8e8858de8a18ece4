import { expect, test } from "vitest";
import { priceRow } from "./cell.support.ts";
import { hardwareOf, itemsOf, needed, partOf } from "./items.ts";

test("itemsOf joins the rows of an id within its kind, in the order of the books", () => {
  const rows = [
    priceRow("api", "o1", "input", 15),
    priceRow("owned", "o1", "price", 1),
    priceRow("api", "r1", "input", 0.55),
    priceRow("api", "o1", "output", 60),
  ];
  const items = itemsOf(rows, "api");
  expect(items.map(({ id, rows: { length } }) => [id, length])).toEqual([
    ["o1", 2],
    ["r1", 1],
  ]);
  const [o1] = items as [(typeof items)[number]];
  expect(partOf(o1, "output")?.value).toBe(60);
  expect(partOf(o1, "cached")).toBeUndefined();
  expect(() => needed(o1, "cached")).toThrow('"o1" (api): it has no row of part "cached" (test.csv:2)');
});

test("hardwareOf is an id up to its first hyphen", () => {
  expect(hardwareOf("rtx4090-2024-vast")).toBe("rtx4090");
  expect(hardwareOf("o1")).toBe("o1");
});
