import { describe, expect, test } from "vitest";
import { cellOf, changed, metered, questions, smallBook } from "./cell.support.ts";
import { costsOf } from "./costs.ts";
import { elasticitiesOf, energyRatio, useRatio } from "./rebound.ts";
import { rebounds } from "./rebounds.ts";
import { scenariosOf } from "./scenario.ts";

describe("useRatio and energyRatio", () => {
  // Demirer, Fradkin, Tadelis et al. 2025: elasticity -1.11 within a model.
  test.each([
    [0.5, 2.16, 1.08],
    [0.95, 27.8, 1.39],
  ])("at a saving of %d of price and energy: use x%d, energy x%d", (saving, use, energy) => {
    expect(useRatio(saving, -1.11)).toBeCloseTo(use, use > 10 ? 1 : 2);
    expect(energyRatio(saving, saving, -1.11)).toBeCloseTo(energy, 2);
  });

  test("save all of it when nobody asks more, none at unit elasticity", () => {
    expect(energyRatio(0.5, 0.5, 0)).toBeCloseTo(0.5, 12);
    expect(energyRatio(0.5, 0.5, -1)).toBeCloseTo(1, 12);
  });
});

test("elasticitiesOf leaves out what is to be asked for", () => {
  expect(elasticitiesOf(smallBook())).toEqual([{ id: "demirer", value: -1.11, source: "a test", date: "2024" }]);
  expect(elasticitiesOf(changed(smallBook(), { kind: "rebound" }, { scenario: false }))).toEqual([]);
});

describe("rebounds", () => {
  const scenarios = scenariosOf(smallBook(), { virtualised: true });
  const from = (cells: Parameters<typeof costsOf>[0]) =>
    rebounds(costsOf(cells, scenarios, 1), elasticitiesOf(smallBook()));
  // Cheap: half as often right, an eighth of the seconds and joules: 1/4 per correct answer.
  const good = cellOf("good", questions(40, 40, { seconds: 4, joules: 8 }));
  const cheap = cellOf("cheap", questions(40, 20, { seconds: 0.5, joules: 1 }));

  test("go from the most accurate to the cheapest, by the price of time and the energy of each", () => {
    const [use, energy, ...none] = from([good, cheap]);
    expect(none).toEqual([]);
    expect(use).toMatchObject({ what: "rebound_use", cell: cheap, against: good });
    expect(use?.scenario.kind).toBe("rental");
    expect(use?.priceSaving).toBeCloseTo(0.75, 12);
    expect(use?.energySaving).toBeCloseTo(0.75, 12);
    expect(use?.value).toBeCloseTo(4 ** 1.11, 9);
    expect(energy).toMatchObject({ what: "rebound_energy" });
    expect(energy?.value).toBeCloseTo(0.25 * 4 ** 1.11, 9);
  });

  test("say nothing of energy that is unlike or unknown", () => {
    const unlike = cellOf("cheap", cheap.totals, { energy: metered() });
    expect(from([good, unlike]).map(({ what }) => what)).toEqual(["rebound_use"]);
    const unknown = cellOf("cheap", cheap.totals, { energy: null });
    expect(from([good, unknown]).map(({ what }) => what)).toEqual(["rebound_use"]);
  });

  test("are none where the most accurate is the cheapest, or nothing was correct", () => {
    expect(from([good, cellOf("bad", questions(40, 10, { seconds: 9 }))])).toEqual([]);
    expect(from([cellOf("none", questions(40, 0)), cellOf("nil", questions(40, 0))])).toEqual([]);
  });
});
