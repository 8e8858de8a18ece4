import { describe, expect, test } from "vitest";
import type { Estimate } from "../stats/interval.ts";
import { axisOf } from "./axis.ts";
import { forest, type ForestPlot, inFigures } from "./forest.ts";
import { type ClaimedSide, standingOf } from "./forestmark.ts";
import { faultsOf } from "./page.support.ts";

const estimate = (value: number, low: number, high: number): Estimate => ({ value, interval: { low, high } });

interface Held extends Partial<ForestPlot> {
  readonly better?: "below" | "above";
  readonly claimed?: ClaimedSide;
}

function plotOf(
  estimates: readonly (Estimate | undefined)[],
  { better = "below", claimed, ...more }: Held = {},
): ForestPlot {
  const { alike = 1 } = more;
  const there = estimates.flatMap((one) => one ?? []);
  return {
    title: "latency, a / b",
    axis: axisOf(there, "log", 1),
    alike,
    below: "a takes less",
    above: "b takes less",
    says: { first: "a takes less", other: "b takes less", tie: "tie" },
    marks: estimates.map(
      (one) =>
        one && {
          estimate: one,
          text: `${one.value} x`,
          standing: standingOf({ alike, better }, one),
          ...(claimed && { claimed }),
        },
    ),
    ...more,
  };
}

function drawn(estimates: readonly (Estimate | undefined)[], more: Held = {}): string {
  const labels = estimates.map((_, i) => [`a${i}`, `beside b${i}`]);
  return forest({ heading: "a, beside b", labels, plots: [plotOf(estimates, more)] }).markup;
}

const marksIn = (text: string): string[] => text.match(/<g class="[^]*?<\/g>/g) ?? [];
const numbers = (text: string | undefined, pattern: RegExp): number[] =>
  [...(text ?? "").matchAll(pattern)].map((match) => Number(match[1]));

describe("forest", () => {
  test("draws who does better by shape and class, and ties as rings", () => {
    const ratios = [estimate(0.5, 0.4, 0.6), estimate(2, 1.8, 2.2), estimate(1.1, 0.9, 1.3), { value: 3 }];
    const [first, other, tie, bare] = marksIn(drawn(ratios));
    expect(first).toMatch(/^<g class="first">.*<circle class="disc"/s);
    expect(other).toMatch(/^<g class="other">.*<path class="disc"/s);
    expect(tie).toMatch(/^<g class="tie">.*<circle class="ring"/s);
    expect(bare).toMatch(/^<g class="tie">.*<circle class="ring"/s);
    expect(bare).not.toContain("interval");
  });

  test("of a difference takes more to be better where it is said so", () => {
    const axis = axisOf([estimate(0.2, 0.1, 0.3)], "linear", 0);
    const [mark] = marksIn(drawn([estimate(0.2, 0.1, 0.3)], { alike: 0, better: "above", axis }));
    expect(mark).toContain('class="first"');
  });

  test("sets marks in order along the axis, with the line of no difference between", () => {
    const text = drawn([estimate(0.5, 0.4, 0.6), estimate(2, 1.8, 2.2)]);
    const [none] = numbers(text, /class="alike" x1="([\d.]+)"/g);
    const [low] = numbers(marksIn(text)[0], / cx="([\d.]+)"/g);
    const [high] = numbers(marksIn(text)[1], / d="M([\d.]+)/g);
    expect(low).toBeLessThan(none as number);
    expect(high).toBeGreaterThan(none as number);
  });

  test("ends an interval that goes on beyond the axis with an arrow, on that side", () => {
    const text = drawn([estimate(2, 1.8, 2.2), estimate(1.5, 0.9, Infinity), estimate(0.8, 0, 1.2)]);
    const [whole, right, left] = marksIn(text);
    expect(whole).not.toContain("arrow");
    expect(right?.match(/class="arrow"/g)).toHaveLength(1);
    expect(numbers(right, /class="arrow" d="M([\d.]+)/g)[0]).toBeGreaterThan(200);
    expect(numbers(left, /class="arrow" d="M([\d.]+)/g)[0]).toBeLessThan(24);
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  test("says in words what it shows, and in every mark whose it is", () => {
    const text = drawn([estimate(0.5, 0.4, 0.6), estimate(1.1, 0.9, 1.3)], { note: "modelled, not measured" });
    expect(text).toContain('role="img">\n<title>latency, a / b (modelled, not measured)</title>');
    expect(text).toContain("<desc>Of 2 rows: a takes less in 1, b takes less in 0, tie in 1. ");
    expect(marksIn(text)[1]).toContain("<title>a1 beside b1: 1.1 x</title>");
  });

  test("leaves a row empty where it has no figure", () => {
    const text = drawn([estimate(0.5, 0.4, 0.6), undefined]);
    expect(marksIn(text)).toHaveLength(1);
    expect(text).toContain("beside b1");
  });

  test("keeps both ends of a long name, and all of it for the pointer", () => {
    const name = "organisation/a-model-of-a-very-long-name-1.5B-Instruct";
    const text = forest({ heading: "model", labels: [[name]], plots: [plotOf([{ value: 1 }])] }).markup;
    expect(text).toContain(">organisation/a-model…-name-1.5B-Instruct<");
    expect(text).toContain(`<title>${name}</title>`);
  });

  describe("of a claim", () => {
    const axis = axisOf([estimate(0.5, 0.4, 0.6), { value: 0.04 }], "log", 1);
    const parts = (side: ClaimedSide["side"], bound: number): number[][] => {
      const [mark] = marksIn(drawn([estimate(0.5, 0.4, 0.6)], { axis, claimed: { bound, side } }));
      const [x, width] = [/class="claimed" x="([\d.]+)"/g, / width="([\d.]+)"/g].map((one) => numbers(mark, one)[0]);
      return [
        [x as number, width as number],
        numbers(mark, /class="bound" d="M([\d.]+)/g),
        numbers(mark, / cx="([\d.]+)"/g),
      ];
    };

    test("shades the claimed side as far as the plot goes, with a bracket at the bound that opens to it", () => {
      const [[x, width] = [], [arm] = [], [disc] = []] = parts("below", 0.04);
      expect(x).toBe(8);
      expect(arm).toBeLessThan(8 + (width as number));
      expect(disc).toBeGreaterThan(8 + (width as number));
      const [[from, rest] = [], [other] = []] = parts("above", 0.04);
      expect(from).toBeCloseTo(8 + (width as number), 6);
      expect((from as number) + (rest as number)).toBe(216);
      expect(other).toBeGreaterThan(from as number);
    });

    test.each([0, -0.02])("has no bracket at %d, which no logarithmic axis has: all above it is claimed", (bound) => {
      expect(parts("above", bound).slice(0, 2)).toEqual([[8, 208], []]);
    });
  });

  test("draws no mark of a ratio of 0, only the end of its interval", () => {
    const [mark] = marksIn(drawn([estimate(0, 0, 0.5), estimate(2, 1.5, 3)]));
    expect(mark).toContain('class="arrow"');
    expect(mark).not.toMatch(/class="(?:disc|ring)"|NaN|Infinity/);
  });

  test("is well-formed and escapes names", () => {
    const labels = [["<script>\"&'", "beside b"]];
    const text = forest({ heading: "<a>", labels, plots: [plotOf([estimate(2, 1, 3)], { title: "<t>", below: "&" })] });
    expect(faultsOf(`<!doctype html>\n${text.markup}`)).toEqual([]);
    expect(text.markup).not.toContain("<script");
  });
});

test("inFigures keeps all rows in their order, in figures of alike size", () => {
  const rows = Array.from({ length: 50 }, (_, i) => i);
  expect(inFigures(rows).map(({ length }) => length)).toEqual([17, 17, 16]);
  expect(inFigures(rows).flat()).toEqual(rows);
  expect(inFigures([])).toEqual([]);
});
