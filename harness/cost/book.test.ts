import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { dollars, priceHash, readBook, shippedBooks, withOwn } from "./book.ts";
import { bookOf, HEAD, problemsOf } from "./book.support.ts";
import { PARTS } from "./kinds.ts";
import type { PriceRow } from "./price.ts";

const read = async (...lines: string[]): Promise<PriceRow[]> => readBook(await bookOf([HEAD, ...lines].join("\n")));

const row = (more: Partial<PriceRow> = {}): PriceRow => ({
  kind: "electricity",
  id: "here",
  part: "price",
  value: 0.3,
  unit: "USD/kWh",
  date: "2025",
  source: "a bill",
  verified: true,
  scenario: true,
  at: "own.csv:2",
  ...more,
});

describe("shippedBooks", () => {
  test("hold one kind a file, and every kind but exchange rates", async () => {
    const rows = await shippedBooks();
    for (const { kind, at } of rows) expect(path.basename(at).split(":")[0]).toBe(`${kind}.csv`);
    expect([...new Set(rows.map(({ kind }) => kind))].sort()).toEqual(
      Object.keys(PARTS)
        .filter((kind) => kind !== "fx")
        .sort(),
    );
  });

  test("have a scenario only where every figure could be traced, and say why others could not", async () => {
    const rows = await shippedBooks();
    expect(rows.filter(({ verified, scenario }) => scenario && !verified)).toEqual([]);
    expect(rows.filter(({ verified, note }) => !verified && note === undefined)).toEqual([]);
    const chosen = new Set(rows.filter(({ scenario }) => scenario).map(({ kind, id }) => `${kind} ${id}`));
    expect(rows.filter(({ kind, id, scenario }) => chosen.has(`${kind} ${id}`) && !scenario)).toEqual([]);
  });

  test("have scenarios in dollars for each way to pay", async () => {
    const rows = await shippedBooks();
    const chosen = rows.filter(({ scenario }) => scenario);
    for (const each of chosen) expect(each.unit).not.toMatch(/EUR|GBP/);
    const ids = (kind: string): string[] => [
      ...new Set(chosen.filter((each) => each.kind === kind).map(({ id }) => id)),
    ];
    expect(ids("electricity")).toEqual(
      expect.arrayContaining(["us-ca-commercial", "us-tx-industrial", "world-business"]),
    );
    expect(ids("api")).toEqual(expect.arrayContaining(["o1", "deepseek-r1", "gpt-4o-mini"]));
    expect(ids("mining")).toEqual(expect.arrayContaining(["s21-2024-11", "s21-2026-01"]));
    expect(ids("owned")).toEqual(["rtx4090-2022"]);
    expect(ids("rental").filter((id) => id.startsWith("rtx4090")).length).toBeGreaterThanOrEqual(2);
    const h100 = chosen.filter(({ id }) => id.startsWith("h100-"));
    expect(new Set(h100.map(({ date }) => date)).size).toBeGreaterThanOrEqual(5);
  });

  test("hold the prices that are argued about", async () => {
    const rows = await shippedBooks();
    const value = (id: string, part: string): number | undefined =>
      rows.find((each) => each.id === id && each.part === part)?.value;
    expect(["input", "output"].map((part) => value("o1", part))).toEqual([15, 60]);
    expect(["input", "output", "cached"].map((part) => value("deepseek-r1", part))).toEqual([0.55, 2.19, 0.14]);
    expect(["hashprice", "efficiency"].map((part) => value("s21-2024-11", part))).toEqual([55.649, 17.5]);
    expect(value("google-search-2009", "energy")).toBe(1080);
    expect(value("us-ca-commercial", "price")).toBe(0.2391);
  });
});

describe("readBook", () => {
  test("fills in what a file of one's own leaves out", async () => {
    const file = await bookOf(
      "unit,value,id,kind,source,date\nUSD/kWh,0.3,here,electricity,a bill,2025-02\n1,1.2,us,pue,the operator,2025\n",
    );
    expect(await readBook(file)).toEqual([
      row({ date: "2025-02", at: `${file}:2` }),
      row({ kind: "pue", id: "us", part: "pue", value: 1.2, unit: "1", source: "the operator", at: `${file}:3` }),
    ]);
  });

  test("reads every column, quotes and all", async () => {
    const [only] = await read(
      'rental,box,price,2,1.5,3,USD/h,2024-02-29,"Somebody, ""by way of"" me",no,no,"two\nlines"',
    );
    expect(only).toMatchObject({
      low: 1.5,
      high: 3,
      source: 'Somebody, "by way of" me',
      verified: false,
      scenario: false,
      note: "two\nlines",
    });
  });

  test("takes a figure of one's own that nobody verified as a scenario, and keeps the mark", async () => {
    const [only] = await read("rental,box,price,2,,,USD/h,2025,hearsay,no,yes,");
    expect(only).toMatchObject({ verified: false, scenario: true });
  });

  test("reads the example of the books' README", async () => {
    const readme = await readFile(new URL("prices/README.md", import.meta.url), "utf8");
    const example = /```csv\n(.*?)```/s.exec(readme)?.[1] ?? "";
    const rows = await readBook(await bookOf(example));
    expect(rows.map(({ id, verified, scenario }) => [id, verified, scenario])).toEqual([
      ["office", true, true],
      ["office-box", true, true],
    ]);
  });

  test("takes other currencies, whose size it cannot judge", async () => {
    const rows = await read("electricity,jp,,31,,,JPY/kWh,2025,a bill,,,", "fx,yen,,0.0067,,,USD/JPY,2025,a bank,,,");
    expect(rows.map(({ unit, part }) => [unit, part])).toEqual([
      ["JPY/kWh", "price"],
      ["USD/JPY", "rate"],
    ]);
  });

  test("says everything that is wrong with a file at once", async () => {
    const text = `${HEAD}\nrental,a,price,2,,,USD/h,2025,,,,\n\nrental,b,price,-2,,,USD/h,soon,x,,,\n`;
    expect(await problemsOf(text)).toBe(
      "own.csv:2: no source; say who published the figure, and where; " +
        'own.csv:4: date "soon" is not of the calendar; write 2024, 2024-11 or 2024-11-12; own.csv:4: "-2" is negative',
    );
  });

  test("refuses an item that stands twice or lacks a part it cannot be counted without", async () => {
    const price = "rental,a,price,2,,,USD/h,2025,x,,,";
    expect(await problemsOf([HEAD, price, price].join("\n"))).toBe(
      'own.csv:3: price of rental "a" stands already at own.csv:2',
    );
    expect(await problemsOf(`${HEAD}\napi,m,input,1,,,USD/1M tokens,2025,x,,,`)).toBe(
      'own.csv:2: api "m" has no output; add a row with part output',
    );
    expect(await problemsOf(`${HEAD}\nowned,box,price,900,,,USD,2025,x,,,`)).toBe(
      'own.csv:2: owned "box" has no life; add a row with part life',
    );
  });

  test("lets a miner and a hashprice stand alone", async () => {
    expect(await read("mining,asic,efficiency,15,,,J/TH,2025,x,,no,")).toHaveLength(1);
  });

  test("refuses columns it does not know, lacks or has twice", async () => {
    expect(await problemsOf("kind,id,valu,unit,date,source,id\nrental,a,2,USD/h,2025,x,a")).toBe(
      'own.csv:1: unknown column "valu"; did you mean value? allowed: kind, id, part, value, low, high, unit, date, source, ' +
        'verified, scenario, note; own.csv:1: column "id" stands twice; own.csv:1: no column "value"',
    );
  });

  test("refuses a file without prices and one that is not there", async () => {
    expect(await problemsOf(`${HEAD}\n`)).toBe("own.csv:1: holds no prices");
    await expect(readBook("no/such.csv")).rejects.toThrow('cannot read the prices "no/such.csv": ENOENT');
  });
});

describe("withOwn", () => {
  test("replaces a shipped item by one's own, all parts of it, and no other", () => {
    const api = (id: string, part: string): PriceRow => row({ kind: "api", id, part });
    const shipped = [api("m", "input"), api("m", "output"), api("m", "cached"), api("n", "input"), row({ id: "m" })];
    const own = [api("m", "input"), api("m", "output")];
    expect(withOwn(shipped, own)).toEqual([api("n", "input"), row({ id: "m" }), ...own]);
  });
});

describe("dollars", () => {
  const rate = (value: number, date: string, at = "own.csv:9"): PriceRow =>
    row({ kind: "fx", id: `eur-${date}`, part: "rate", value, unit: "USD/EUR", date, at });
  const euros = row({ value: 0.2, unit: "EUR/kWh", date: "2024-12" });

  test("leaves dollars alone", () => {
    expect(dollars(row(), [])).toBe(0.3);
  });

  test("converts at the rate nearest in time", () => {
    expect(dollars(euros, [rate(1.5, "2020"), rate(1.05, "2025-01-02"), rate(2, "2026")])).toBeCloseTo(0.21, 12);
  });

  test("says what to add where no rate is known", () => {
    expect(() => dollars(euros, [])).toThrow(
      'own.csv:2: electricity "here" is in EUR and no exchange rate is known; add a row to your price file: ' +
        "kind fx, id usd-eur, value: dollars for one EUR, unit USD/EUR, its date and source",
    );
  });

  test("refuses a rate that was written upside down", () => {
    const yen = row({ value: 31, unit: "JPY/kWh" });
    const upsideDown = row({ kind: "fx", id: "jpy", part: "rate", value: 9, unit: "USD/JPY", at: "own.csv:3" });
    expect(() => dollars(yen, [upsideDown])).toThrow(
      /^own\.csv:3: with this rate, electricity "here": "279" USD\/kWh is outside/,
    );
  });

  test("refuses what is no money", () => {
    expect(() => dollars(row({ kind: "pue", part: "pue", unit: "1" }), [])).toThrow(
      "own.csv:2: 1 is no amount of money",
    );
  });
});

test("priceHash goes by what the rows say, not by their order or place", () => {
  const [a, b] = [row(), row({ id: "there", note: "x" })];
  expect(priceHash([b, { ...a, at: "elsewhere.csv:7" }])).toBe(priceHash([a, b]));
  for (const other of [
    row({ value: 0.31 }),
    row({ verified: false }),
    row({ source: "another bill" }),
    row({ low: 0.3 }),
  ]) {
    expect(priceHash([other, b])).not.toBe(priceHash([a, b]));
  }
});

test("the shipped files have their columns in one order", async () => {
  const files = new Set((await shippedBooks()).map(({ at }) => at.replace(/:\d+$/, "")));
  for (const file of files) expect((await readFile(file, "utf8")).split("\n")[0]).toBe(HEAD);
});
