import { expect, test } from "vitest";
import { cellOf, energyOf, metered, questions, smallBook, unjudged } from "./cell.support.ts";
import { looseness, pairedCosts } from "./paired.ts";
import { type Scenario, scenariosOf } from "./scenario.ts";
import { percentileInterval } from "../stats/bootstrap.ts";
import { basesOf } from "./sums.ts";

test("looseness of two modelled energies leaves their ratio in [0.75, 1.33]", () => {
  const one = looseness(energyOf());
  expect(one).toBeCloseTo(Math.log(1.33) / 1.96 / Math.SQRT2, 3);
  expect(Math.exp(1.96 * Math.hypot(one, one))).toBeCloseTo(1.33, 2);
});

test("looseness of a metered energy is what its windows leave open", () => {
  expect(looseness(metered())).toBe(0);
  expect(looseness(metered({ windowHalf: 0.196 }))).toBeCloseTo(0.1, 4);
});

test("pairedCosts draws the power of each model by itself, for joules only", () => {
  const cells = [cellOf("a", questions(50, 50)), cellOf("b", questions(50, 50))];
  const scenarios = scenariosOf(smallBook(), { virtualised: true });
  const ratio = (kind: Scenario["kind"]) => {
    const of = scenarios.find((scenario) => scenario.kind === kind) as Scenario;
    const [a, b] = pairedCosts(basesOf(cells, 2), of, 2);
    return percentileInterval(
      (a?.resampled?.usd ?? new Float64Array()).map((usd, r) => usd / (b?.resampled?.usd[r] ?? 0)),
    );
  };
  const { low, high } = ratio("electricity");
  expect(low).toBeGreaterThan(0.72);
  expect(low).toBeLessThan(0.78);
  expect(high).toBeGreaterThan(1.28);
  expect(high).toBeLessThan(1.38);
  expect(ratio("rental")).toEqual({ low: 1, high: 1 });
});

test("pairedCosts leaves out what is not judged", () => {
  const cells = [cellOf("a", questions(10, 5)), unjudged("m")];
  const [grid] = scenariosOf(smallBook(), { virtualised: true }) as [Scenario];
  expect(pairedCosts(basesOf(cells, 2), grid, 2).map(({ cell }) => cell.cell.model)).toEqual(["a"]);
});
