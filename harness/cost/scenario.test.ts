import { describe, expect, test } from "vitest";
import { shippedBooks } from "./book.ts";
import { changed, priceRow, smallBook } from "./cell.support.ts";
import { pueOf } from "./pue.ts";
import { type EnergyScenario, isEnergyPriced, type Scenario, scenariosOf } from "./scenario.ts";

const VIRTUAL = { virtualised: true };
const named = (scenarios: readonly Scenario[], id: string): Scenario | undefined =>
  scenarios.find((scenario) => scenario.id === id);

describe("scenariosOf", () => {
  test("makes one of every item, by kind", () => {
    const scenarios = scenariosOf(smallBook(), VIRTUAL);
    expect(scenarios.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      "electricity grid",
      "rental c7i.xlarge",
      "rental h100-2024-10",
      "owned h100-2023",
      "api o1",
      "api r1",
      "mining s21-2024-11",
    ]);
    expect(named(scenarios, "h100-2023")).toMatchObject({ usd: 26_280, lifeHours: 26_280, duty: 0.5, power: 800 });
    expect(named(scenarios, "r1")).toMatchObject({ input: 0.55, output: 2.19, price: 2.19, unit: "USD/1M tokens out" });
    expect(named(scenarios, "r1")).not.toHaveProperty("cached");
    expect(named(scenarios, "s21-2024-11")).toMatchObject({ hashprice: 55.65, joulesPerTera: 17.5 });
  });

  test("leaves out what is to be asked for", () => {
    const rows = changed(smallBook(), { id: "o1" }, { scenario: false });
    expect(named(scenariosOf(rows, VIRTUAL), "o1")).toBeUndefined();
  });

  test("is verified only when all of its figures are", () => {
    const rows = changed(smallBook(), { part: "efficiency" }, { verified: false });
    expect(named(scenariosOf(rows, VIRTUAL), "s21-2024-11")?.verified).toBe(false);
    expect(named(scenariosOf(rows, VIRTUAL), "grid")?.verified).toBe(true);
  });

  test("says what it takes for granted, with the note of its figure", () => {
    const rows = changed(smallBook(), { id: "h100-2024-10" }, { note: "per GPU-hour" });
    const scenarios = scenariosOf(rows, VIRTUAL);
    expect(named(scenarios, "h100-2024-10")?.assumption).toBe(
      "the seconds of the machine measured, one answer at a time, at the rent of h100-2024-10, which would take other seconds " +
        "unless it is that machine; electricity is in the rent (per GPU-hour)",
    );
    expect(named(scenarios, "o1")?.assumption).toContain("the tokens this model read and wrote");
    expect(named(scenarios, "s21-2024-11")?.assumption).toContain(
      "no cost: what the joules of the site would have earned",
    );
    expect(named(scenarios, "s21-2024-11")?.assumption).toContain("USD 0.1325 per kWh");
    expect(named(scenarios, "h100-2023")?.assumption).toContain("26280 h in use 50 % of the time");
  });

  test("counts in dollars at the book's exchange rate, and says so", () => {
    const rows = [
      priceRow("electricity", "de", "price", 0.4, { unit: "EUR/kWh" }),
      priceRow("fx", "usd-eur", "rate", 1.1, { unit: "USD/EUR" }),
      ...smallBook(),
    ];
    const scenario = named(scenariosOf(rows, VIRTUAL), "de");
    expect(scenario).toMatchObject({ unit: "USD/kWh", source: "a test; 0.4 EUR/kWh at this book's exchange rate" });
    expect(scenario?.price).toBeCloseTo(0.44, 12);
  });

  test("takes a hashprice without a miner with every miner", () => {
    const rows = [
      priceRow("mining", "2021", "hashprice", 314.61),
      priceRow("mining", "s9", "efficiency", 84),
      priceRow("mining", "s19", "efficiency", 34),
      ...smallBook(),
    ];
    const mining = scenariosOf(rows, VIRTUAL).filter(({ kind }) => kind === "mining");
    expect(mining.map(({ id }) => id)).toEqual(["2021/s9", "2021/s19", "s21-2024-11"]);
  });

  test("counts a machine without a duty as always in use", () => {
    const rows = smallBook().filter((row) => row.part !== "duty");
    expect(named(scenariosOf(rows, VIRTUAL), "h100-2023")).toMatchObject({ duty: 1 });
  });

  test.each([
    [
      "efficiency",
      "s21-2024-11",
      'cannot count with "s21-2024-11" (mining): it has no row of part "efficiency" (test.csv:2)',
    ],
    ["pue", "home", 'no price book has a row "pue,home"'],
  ])("without %s of %s says what is missing", (part, id, message) => {
    const rows = smallBook().filter((row) => row.part !== part || row.id !== id);
    expect(() => scenariosOf(rows, VIRTUAL)).toThrow(message);
  });

  test("reads the books that come with perjoule", async () => {
    const scenarios = scenariosOf(await shippedBooks(), VIRTUAL);
    for (const kind of ["electricity", "rental", "owned", "api", "mining"])
      expect(scenarios.some((scenario) => scenario.kind === kind)).toBe(true);
    for (const { price, source, date } of scenarios) {
      expect(price).toBeGreaterThan(0);
      expect(source.length).toBeGreaterThan(3);
      expect(date).toMatch(/^\d{4}/);
    }
  });
});

describe("pueOf", () => {
  const pueOn = (virtualised: boolean, boundary: string) => {
    const [first] = scenariosOf(smallBook(), { virtualised }).filter(isEnergyPriced) as [EnergyScenario];
    return pueOf(first.pue, boundary);
  };
  const unknown = { value: 1.4, low: 1.1, high: 1.8 };
  const home = { value: 1, low: 1, high: 1 };

  test.each([
    [true, "vm_share", unknown],
    [true, "cpu_package", unknown],
    [false, "cpu_package", home],
    [false, "whole_server", home],
    [true, "wall", home],
    [false, "vm_share", unknown],
  ])("on a machine that is virtual (%s) and measured at %s", (virtualised, boundary, pue) => {
    expect(pueOn(virtualised, boundary)).toEqual(pue);
  });
});
