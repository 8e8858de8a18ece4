import { describe, expect, test } from "vitest";
import type { Expectation } from "../claim.ts";
import { energyOf, metered, priceRow } from "../cost/cell.support.ts";
import { type Scenario, scenariosOf } from "../cost/scenario.ts";
import type { CellSummary } from "../report.ts";
import { proportionRatio } from "../stats/proportionratio.ts";
import { mcnemar, tango } from "../stats/pairedproportions.ts";
import { type Done, sideOf, type SideFacts, times } from "./claim.support.ts";
import { type Incomparable, type Measured, measured, type MeasureOptions } from "./claimmeasure.ts";
import { runOf } from "./run.support.ts";

const OPTIONS: MeasureOptions = { seed: 42, resamples: 999 };
type About = Pick<Expectation, "ratio" | "difference">;

const askedOf = (
  [ours, ourFacts]: readonly [readonly Done[], SideFacts?],
  [theirs, theirFacts]: readonly [readonly Done[], SideFacts?],
  about: About,
  options = OPTIONS,
): Measured | Incomparable =>
  measured({ a: sideOf("a", ours, ourFacts), b: sideOf("b", theirs, theirFacts) }, about, options);

function found(...asked: Parameters<typeof askedOf>): Measured {
  const one = askedOf(...asked);
  if ("why" in one) throw new Error(`not measured: ${one.why}`);
  return one;
}

const whyNot = (...asked: Parameters<typeof askedOf>): string | undefined => {
  const one = askedOf(...asked);
  return "why" in one ? one.why : undefined;
};

const priced = (...rows: Parameters<typeof priceRow>[]): Scenario =>
  scenariosOf(
    rows.map((row) => priceRow(...row)),
    { ...runOf().environment, virtualised: false },
  )[0] as Scenario;
const RENT = priced(["rental", "box", "price", 3.6, { unit: "USD/h" }]);
const GRID = priced(
  ["electricity", "grid", "price", 0.1, { unit: "USD/kWh" }],
  ["pue", "home", "pue", 1],
  ["pue", "unknown-host", "pue", 1.4],
);
const API = priced(["api", "r1", "input", 1], ["api", "r1", "output", 4]);

describe("measured, by hand", () => {
  // Two answers of a take 3 s and 1 s, three quarters of what b's 4 s take; two tokens each, at 0.2 and 0.5 s or 0.1 and 0.2 s.
  const ours: Done[] = [
    { seconds: 3, joules: 30, read: 10, at: [0.2, 0.5] },
    { seconds: 1, joules: 10, read: 30, at: [0.4, 0.6, 1.0], credit: 0 },
    { seconds: 2, joules: 8, read: 20, at: [0.3, 0.4] },
    { seconds: 2, joules: 12, read: 20, at: [0.1, 0.2] },
  ];
  const theirs: Done[] = [
    { seconds: 4, joules: 20, read: 10, at: [0.1, 0.2], credit: 0 },
    { seconds: 4, joules: 20, read: 10, at: [0.1, 0.4] },
    { seconds: 4, joules: 20, read: 10, at: [0.2, 0.3], credit: 0 },
    { seconds: 4, joules: 20, read: 10, at: [0.1, 0.2] },
  ];
  const of = (about: About, scenario?: Scenario): number =>
    found([ours, { active: 3e6 }], [theirs, { active: 1e6 }], about, scenario ? { ...OPTIONS, scenario } : OPTIONS)
      .value;

  test.each([
    [{ difference: "accuracy" }, 3 / 4 - 2 / 4],
    [{ ratio: "accuracy" }, 3 / 2],
    [{ ratio: "latency" }, 8 / 16],
    [{ ratio: "time_to_first_token" }, 1.0 / 0.5],
    // 0.3 + 0.6 + 0.1 + 0.1 s for five tokens after the first beside 0.6 s for four.
    [{ ratio: "time_per_output_token" }, 1.1 / 5 / (0.6 / 4)],
    [{ ratio: "output_tokens" }, 9 / 8],
    [{ ratio: "energy_per_answer" }, 60 / 80],
    [{ ratio: "energy_per_correct" }, 60 / 3 / (80 / 2)],
    // Two FLOP for each parameter and token, of 80 + 9 and 40 + 8 tokens.
    [{ ratio: "compute_per_answer" }, (3 * 89) / 48],
    [{ ratio: "compute_per_correct" }, (3 * 89) / 3 / (48 / 2)],
  ] as const)("%j", (about, value) => {
    expect(of(about)).toBeCloseTo(value, 9);
  });

  test("dollars by the hour, by the joule and by the token", () => {
    expect(of({ ratio: "usd_per_answer" }, RENT)).toBeCloseTo(8 / 16, 9);
    expect(of({ ratio: "usd_per_correct" }, RENT)).toBeCloseTo(8 / 3 / (16 / 2), 9);
    expect(of({ ratio: "usd_per_correct" }, GRID)).toBeCloseTo(of({ ratio: "energy_per_correct" }), 12);
    expect(of({ ratio: "usd_per_answer" }, API)).toBeCloseTo((80 + 4 * 9) / (40 + 4 * 8), 9);
  });

  test("all that hangs on how many answered is of the questions that were put to both", () => {
    const more = [...ours, { seconds: 100, joules: 1e4, credit: 0 }];
    for (const ratio of ["accuracy", "latency", "output_tokens", "energy_per_correct"] as const) {
      const one = found([more], [theirs], { ratio });
      expect(one.value).toBeCloseTo(of({ ratio }), 12);
      expect(one.questions).toBe(4);
    }
  });
});

describe("measured, its intervals", () => {
  const halves = (right: number, wrong: number): Done[] => [...times(right), ...times(wrong, { credit: 0 })];
  // 12 right on both, 4 only of a, 4 on neither.
  const [a, b] = [halves(16, 4), halves(12, 8)];

  test("of accuracies are score intervals, at whatever confidence", () => {
    const [difference, ratio] = [found([a], [b], { difference: "accuracy" }), found([a], [b], { ratio: "accuracy" })];
    const z99 = 2.5758293035489;
    for (const [confidence, z] of [
      [0.95, 1.959963984540054],
      [0.99, z99],
    ] as const) {
      const wanted = tango({ first: 4, second: 0, items: 20 }, z);
      expect(difference.intervalAt(confidence)?.low).toBeCloseTo(wanted.low, 9);
      expect(difference.intervalAt(confidence)?.high).toBeCloseTo(wanted.high, 9);
      const wantedRatio = proportionRatio({ both: 12, first: 4, second: 0, items: 20 }, z);
      expect(ratio.intervalAt(confidence)?.low).toBeCloseTo(wantedRatio.low, 9);
      expect(ratio.intervalAt(confidence)?.high).toBeCloseTo(wantedRatio.high, 9);
    }
    for (const { quality } of [difference, ratio]) expect(quality?.mcnemar).toBeCloseTo(mcnemar(4, 0), 12);
    expect([difference.alike, ratio.alike]).toEqual([0, 1]);
  });

  test("of a ratio of accuracies has a width where nothing differs", () => {
    const { low, high } = found([times(20)], [times(20)], { ratio: "accuracy" }).intervalAt(0.95) as {
      low: number;
      high: number;
    };
    expect(low).toBeCloseTo(20 / (20 + 1.959963984540054 ** 2), 3);
    expect(high).toBeCloseTo(1 / low, 6);
  });

  test("of clusters, and of credit by parts, are drawn", () => {
    const clustered = (done: readonly Done[]): Done[] =>
      done.map((one, i) => Object.assign({ cluster: `c${Math.floor(i / 4)}` }, one));
    const width = (ours: readonly Done[], theirs: readonly Done[]): number => {
      const interval = found([ours], [theirs], { ratio: "accuracy" }).intervalAt(0.95);
      return Math.log((interval?.high ?? NaN) / (interval?.low ?? NaN));
    };
    // The four that only a got right are one cluster.
    expect(width(clustered(a), clustered(b))).toBeGreaterThan(1.2 * width(a, b));
    const parts = a.map((one, i) => (i % 2 === 0 ? one : { credit: 0.5 }));
    expect(width(parts, b)).toBeGreaterThan(0);
    expect(width(parts, b)).toBeLessThan(2);
  });

  const uneven = (factor: number): Done[] =>
    Array.from({ length: 20 }, (_, i) => ({
      seconds: factor * (1 + (i % 3)),
      joules: factor * (1 + (i % 4)),
      read: 10 + 7 * (i % 6),
      at: [0.1, 0.2 + (i % 2)],
    }));
  const others = Array.from({ length: 20 }, (_, i): Done => ({
    seconds: 1 + (i % 2),
    joules: 1 + (i % 5),
    credit: Number(i % 4 > 0),
  }));

  test.each([
    "latency",
    "time_per_output_token",
    "energy_per_answer",
    "energy_per_correct",
    "usd_per_correct",
    "compute_per_correct",
  ] as const)("of %s hold the value and widen with the confidence", (ratio) => {
    const facts: SideFacts = { active: 1e6 };
    const one = found([uneven(2), facts], [others, facts], { ratio }, { ...OPTIONS, scenario: RENT });
    const [low, usual, high] = [0.8, 0.95, 0.99].map((confidence) => one.intervalAt(confidence)) as {
      low: number;
      high: number;
    }[];
    for (const interval of [low, usual, high]) {
      expect(interval?.low).toBeLessThan(one.value);
      expect(interval?.high).toBeGreaterThan(one.value);
    }
    expect(usual?.low).toBeLessThan(low?.low ?? 0);
    expect(high?.high).toBeGreaterThan(usual?.high ?? Infinity);
  });

  test("of energy and rent carry what befell one side for a while", () => {
    const inWindows = (slow: number, isWindowed: boolean): Done[] =>
      Array.from({ length: 40 }, (_, i) => {
        const stretch = Math.floor(i / 8);
        const seconds = stretch % 2 === 0 ? slow : 1;
        return { seconds, joules: 10 * seconds, window: isWindowed ? stretch : 0 };
      });
    const width = (ratio: NonNullable<About["ratio"]>, isWindowed: boolean): number => {
      const [ours, theirs] = [inWindows(1.3, isWindowed), inWindows(1, isWindowed)];
      const one = found([ours], [theirs], { ratio }, { ...OPTIONS, scenario: RENT });
      const { low = NaN, high = NaN } = one.intervalAt(0.95) ?? {};
      return Math.log(high / low);
    };
    for (const ratio of ["energy_per_answer", "energy_per_correct", "usd_per_correct"] as const)
      expect(width(ratio, true)).toBeGreaterThan(2 * width(ratio, false));
  });

  test("of modelled energy hold the factor between two programs, and say so", () => {
    const modelled = { energy: energyOf() };
    const one = found([uneven(2), modelled], [uneven(1), modelled], { ratio: "energy_per_answer" });
    expect(one.open).toEqual({ low: 0.75, high: 1.33 });
    expect(one.energy?.grade).toBe("C");
    // Twice the joules on every question: nothing but the factor is open.
    expect(one.intervalAt(0.95)?.low).toBeCloseTo(2 * 0.75, 6);
    expect(one.intervalAt(0.95)?.high).toBeCloseTo(2 * 1.33, 6);
    const read = found([uneven(2)], [uneven(1)], { ratio: "energy_per_answer" });
    expect(read).not.toHaveProperty("open");
    expect(read.energy?.grade).toBe("A");
    expect(read.intervalAt(0.95)?.low).toBeCloseTo(2, 9);
  });

  test("of dollars by the joule are those of the joules", () => {
    const modelled = { energy: energyOf() };
    const dollars = found(
      [uneven(2), modelled],
      [others, modelled],
      { ratio: "usd_per_correct" },
      { ...OPTIONS, scenario: GRID },
    );
    const joules = found([uneven(2), modelled], [others, modelled], { ratio: "energy_per_correct" });
    expect(dollars.intervalAt(0.95)).toEqual(joules.intervalAt(0.95));
    expect(dollars.open).toEqual({ low: 0.75, high: 1.33 });
  });
});

describe("measured, why not", () => {
  const four = times(4);
  const none = times(4, { credit: 0 });

  test("no question was answered by both, or put to both", () => {
    expect(whyNot([[]], [four], { ratio: "latency" })).toBe("no question was answered by both");
    expect(whyNot([[]], [four], { difference: "accuracy" })).toBe("no question was put to both");
  });

  test.each(["accuracy", "energy_per_correct", "usd_per_correct", "compute_per_correct"] as const)(
    "random weights have no %s",
    (ratio) => {
      const random: SideFacts = { weights: "random", active: 1 };
      expect(whyNot([four, random], [four, random], { ratio }, { ...OPTIONS, scenario: RENT })).toBe(
        "random weights have no quality: only what they take is measured",
      );
    },
  );

  test("what random weights take is measured", () => {
    const random: SideFacts = { weights: "random", active: 1 };
    for (const ratio of ["latency", "energy_per_answer", "compute_per_answer", "output_tokens"] as const)
      expect(found([four, random], [four, random], { ratio }).value).toBe(1);
    expect(whyNot([four, random], [four, random], { difference: "accuracy" })).toContain("random weights");
  });

  test("one side never answered", () => {
    const { accuracy: _, ...silent } = sideOf("a", four);
    const pair = { a: silent as CellSummary, b: sideOf("b", four) };
    expect(measured(pair, { difference: "accuracy" }, OPTIONS)).toEqual({
      why: "one side never answered, or its task gives no credit",
    });
  });

  test.each([{ grade: "B" }, { boundary: "wall" }, { source: "another" }] as const)("joules of unlike %j", (unlike) => {
    for (const [ratio, scenario] of [
      ["energy_per_answer", RENT],
      ["energy_per_correct", RENT],
      ["usd_per_answer", GRID],
    ] as const)
      expect(whyNot([four], [four, { energy: metered(unlike) }], { ratio }, { ...OPTIONS, scenario })).toBe(
        "their joules are of unlike grade, boundary or source",
      );
  });

  test("no energy was read, of which rent has no need", () => {
    const without: SideFacts = { energy: null };
    expect(whyNot([four], [four, without], { ratio: "energy_per_answer" })).toBe("no energy was read");
    expect(whyNot([four], [four, without], { ratio: "usd_per_answer" }, { ...OPTIONS, scenario: GRID })).toBe(
      "no energy was read",
    );
    expect(
      found([four, without], [four, without], { ratio: "usd_per_answer" }, { ...OPTIONS, scenario: RENT }).value,
    ).toBe(1);
  });

  test("no price applies", () => {
    expect(whyNot([four], [four], { ratio: "usd_per_answer" })).toBe("no price applies");
  });

  test("nothing written after the first token, or nothing written", () => {
    const [one, silent] = [times(4, { at: [0.1] }), times(4, { at: [] })];
    expect(whyNot([four], [one], { ratio: "time_per_output_token" })).toBe("one side wrote fewer than two tokens");
    expect(whyNot([four], [silent], { ratio: "output_tokens" })).toBe("one side wrote no token");
    expect(whyNot([four], [silent], { ratio: "time_to_first_token" })).toBe("one side wrote no token");
  });

  test("an answer without a token has no first one, rather than one at once", () => {
    const [some, fast] = [[...times(2, { at: [0.4] }), ...times(2, { at: [] })], times(4, { at: [0.1] })];
    expect(found([some], [fast], { ratio: "time_to_first_token" }).value).toBeCloseTo(4, 9);
  });

  test("a graph from elsewhere whose parameters are not known", () => {
    expect(whyNot([four, { active: 1 }], [four], { ratio: "compute_per_answer" })).toBe(
      "how many parameters are active is not known of a graph that was built elsewhere",
    );
  });

  test("nothing right", () => {
    const known: SideFacts = { active: 1 };
    expect(whyNot([four], [none], { ratio: "accuracy" })).toBe("the baseline got nothing right");
    for (const [ours, theirs] of [
      [four, none],
      [none, four],
    ] as const) {
      expect(whyNot([ours], [theirs], { ratio: "energy_per_correct" })).toBe("one side got nothing right");
      expect(whyNot([ours, known], [theirs, known], { ratio: "compute_per_correct" })).toBe(
        "one side got nothing right",
      );
      expect(whyNot([ours], [theirs], { ratio: "usd_per_correct" }, { ...OPTIONS, scenario: RENT })).toBe(
        "one side cost nothing or got nothing right",
      );
    }
    // A candidate that got nothing right has a ratio: 0.
    expect(found([none], [four], { ratio: "accuracy" })).toMatchObject({ value: 0, questions: 4 });
  });

  test("what is not of answers is asked of none", () => {
    for (const ratio of ["parameters_active", "parameters_total", "list_price", "published_energy"] as const)
      expect(() => askedOf([four], [four], { ratio })).toThrow(`${ratio} is not of answers`);
  });
});
