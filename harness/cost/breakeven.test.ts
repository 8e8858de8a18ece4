import { describe, expect, test } from "vitest";
import type { QuestionTotals } from "../report.ts";
import { breakEvenUtilisation, flippingPriceRatio, wrongAnswerPrice } from "./breakeven.ts";
import { cellOf, priceRow, question, questions, smallBook } from "./cell.support.ts";
import { type PairedCost, pairedCosts } from "./paired.ts";
import { type Scenario, scenariosOf } from "./scenario.ts";
import { basesOf } from "./sums.ts";

/** A second costs a dollar. */
const PER_SECOND = scenariosOf([priceRow("rental", "s", "price", 3_600, { unit: "USD/h" })], {}).at(0) as Scenario;

function pair(
  a: readonly QuestionTotals[],
  b: readonly QuestionTotals[],
  scenario = PER_SECOND,
): [PairedCost, PairedCost] {
  return pairedCosts(basesOf([cellOf("a", a), cellOf("b", b)], 9), scenario, 9) as [PairedCost, PairedCost];
}

/** 200 questions of which a few take most of the time, other ones in each: the mean depends on which are drawn. */
const unsteady = (right: number, seconds: number): QuestionTotals[] =>
  Array.from({ length: 200 }, (_, i) =>
    question(`q${i}`, {
      credit: i < right ? 1 : 0,
      seconds: i % 20 === (right % 20) + (seconds === 1 ? 1 : 0) ? 20 * seconds : 0,
    }),
  );

describe("flippingPriceRatio", () => {
  test("is how many times dearer the other is at equal prices", () => {
    // 1 s at 80 % against 3 s at 60 %: 1.25 s and 5 s per correct answer.
    const [a, b] = pair(questions(100, 80, { seconds: 1 }), questions(100, 60, { seconds: 3 }));
    const { value, interval } = flippingPriceRatio(a, b) ?? { value: 0 };
    expect(value).toBeCloseTo(4, 9);
    expect(interval?.low).toBeGreaterThan(3);
    expect(interval?.low).toBeLessThan(4);
    expect(interval?.high).toBeGreaterThan(4);
    expect(flippingPriceRatio(b, a)?.value).toBeCloseTo(0.25, 9);
  });

  test("with R1's prices: cheaper than o1 until it writes 27 times as much for a correct answer", () => {
    const written = questions(100, 80, { promptTokens: 0, outputTokens: 100 });
    const [o1, r1] = ["o1", "r1"].map((id) => {
      const scenario = scenariosOf(smallBook(), {}).find((one) => one.id === id) as Scenario;
      return pair(written, written, scenario)[0];
    }) as [PairedCost, PairedCost];
    expect(flippingPriceRatio(r1, o1)?.value).toBeCloseTo(27.4, 1);
  });

  test("keeps questions together: what makes both dear cancels", () => {
    const totals = Array.from({ length: 60 }, (_, i) => question(`q${i}`, { seconds: 1 + (i % 7) }));
    const twice = totals.map(({ question: id, seconds }) => question(id, { seconds: 2 * seconds }));
    const { interval } = flippingPriceRatio(...pair(totals, twice)) ?? {};
    expect(interval?.low).toBeCloseTo(2, 9);
    expect(interval?.high).toBeCloseTo(2, 9);
  });

  test("is absent where one was never right", () => {
    expect(flippingPriceRatio(...pair(questions(20, 0), questions(20, 5)))).toBeUndefined();
    expect(flippingPriceRatio(...pair(questions(20, 5), questions(20, 0)))).toBeUndefined();
  });
});

describe("wrongAnswerPrice", () => {
  test("is what the better one costs more over how much better it is", () => {
    const [a, b] = pair(questions(200, 160, { seconds: 3 }), questions(200, 60, { seconds: 1 }));
    const { better, price } = wrongAnswerPrice(b, a);
    expect(better.cell.cell.model).toBe("a");
    // (3 - 1) / (0.8 - 0.3)
    expect(price?.value).toBeCloseTo(4, 9);
    expect(price?.interval?.low).toBeGreaterThan(3);
    expect(price?.interval?.high).toBeLessThan(5.5);
  });

  test("makes both losses equal", () => {
    const [a, b] = pair(questions(200, 160, { seconds: 3 }), questions(200, 60, { seconds: 1 }));
    const price = wrongAnswerPrice(a, b).price?.value ?? 0;
    const loss = ({ usd, credit, puts }: PairedCost): number => usd / puts + price * (1 - credit / puts);
    expect(loss(a)).toBeCloseTo(loss(b), 9);
  });

  test.each([
    ["equally_accurate", questions(20, 10, { seconds: 3 }), questions(20, 10)],
    ["not_told_apart", questions(20, 11, { seconds: 3 }), questions(20, 10)],
    ["better_and_perhaps_dearer", unsteady(160, 0.9), unsteady(60, 1)],
    ["better_and_no_dearer", questions(200, 160, { seconds: 1 }), questions(200, 60, { seconds: 3 })],
  ])("is absent when %s", (reason, a, b) => {
    const found = wrongAnswerPrice(...pair(a, b));
    expect(found).toMatchObject({ reason });
    expect(found).not.toHaveProperty("price");
  });
});

describe("breakEvenUtilisation", () => {
  const machine = { usd: 26_280, lifeHours: 26_280, power: 800, usdPerKwh: 0.1 };

  test("makes owning cost what the work costs elsewhere", () => {
    // A dollar for every hour of its life and 8 cents for every hour in use, against 2 dollars.
    const share = breakEvenUtilisation({ ...machine, elsewhere: 2 }) ?? 0;
    expect(share).toBeCloseTo(1 / 1.92, 12);
    expect(1 / share + 0.08).toBeCloseTo(2, 12);
  });

  test("is above 1 where it never pays, and absent where its electricity alone is dearer", () => {
    expect(breakEvenUtilisation({ ...machine, elsewhere: 0.5 })).toBeGreaterThan(1);
    expect(breakEvenUtilisation({ ...machine, elsewhere: 0.08 })).toBeUndefined();
  });
});
