import { expect, test } from "vitest";
import type { Report } from "../api.ts";
import { breakEvensOf } from "../cost/breakevens.ts";
import { cellOf, priceRow, questions, smallBook } from "../cost/cell.support.ts";
import { costsOf } from "../cost/costs.ts";
import { scenariosOf } from "../cost/scenario.ts";
import { runOf } from "../report/run.support.ts";
import { costsCommand } from "./costs.ts";

const prices = [
  ...smallBook(),
  { ...priceRow("electricity", "dear", "price", 0.3, { unit: "USD/kWh" }), scenario: false },
  { ...priceRow("rental", "box", "price", 0.357, { unit: "USD/h" }), scenario: false },
];
const cells = [
  cellOf("good", questions(200, 160, { seconds: 4, joules: 8 })),
  cellOf("cheap", questions(200, 80, { seconds: 0.5, joules: 1 })),
];
const run = runOf();
const costs = costsOf(cells, scenariosOf(prices, run.environment), run.plan.seed);
const report: Report = {
  folder: "r",
  run,
  cells,
  metrics: [],
  precisions: [],
  activity: [],
  comparisons: [],
  costs,
  breakEvens: breakEvensOf(costs, prices, run.plan.seed),
  prices,
  claims: [],
};

interface Printed {
  readonly costs: Record<string, unknown>[];
  readonly breakevens: Record<string, unknown>[];
}

async function printed(scenario?: string): Promise<Printed> {
  let text = "";
  const flags = { json: true, ...(scenario === undefined ? {} : { scenario }) };
  await costsCommand(
    "r",
    flags,
    () => Promise.resolve(report),
    (more) => void (text += more),
  );
  return JSON.parse(text) as Printed;
}

/** USD that a wrong answer must cost, and the price at which it was reckoned. */
const wrongAnswer = ({ breakevens }: Printed): [number, unknown] => {
  const one = breakevens.find((row) => row["what"] === "wrong_answer_price");
  return [one?.["value"] as number, one?.["scenario"]];
};

test("costs prices a wrong answer at the price that is shown, not at another of its kind", async () => {
  const [atGrid, grid] = wrongAnswer(await printed("grid"));
  const [atDear, dear] = wrongAnswer(await printed("dear"));
  expect([grid, dear]).toEqual(["grid", "dear"]);
  // 7 J more for 0.4 more right, at a PUE of 1.4.
  expect(atGrid).toBeCloseTo((7 * 1.4 * 0.1) / 3.6e6 / 0.4, 15);
  expect(atDear / atGrid).toBeCloseTo(3, 9);
  const [atBox, box] = wrongAnswer(await printed("box"));
  expect([box, atBox]).toEqual(["box", expect.closeTo((3.5 * 0.357) / 3_600 / 0.4, 12)]);
});

test("costs shows one price where one is named, and all of the file's otherwise", async () => {
  expect(new Set((await printed("box")).costs.map((row) => row["scenario"]))).toEqual(new Set(["box"]));
  expect((await printed()).costs).toHaveLength(costs.length);
  await expect(printed("bx")).rejects.toThrow('"bx"');
});
