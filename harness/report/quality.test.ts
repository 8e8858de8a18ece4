import { describe, expect, test } from "vitest";
import { meanInterval } from "../stats/bootstrap.ts";
import { wilson } from "../stats/interval.ts";
import type { Question } from "../task.ts";
import { type Item, itemsOf, type Put, type Quality, qualityOf, siblingsOf } from "./quality.ts";

const question = (id: string, cluster?: string): Question => ({
  id,
  prompt: "?",
  target: "x",
  ...(cluster === undefined ? {} : { cluster }),
});
/** Puts of questions q0, q1, ... with a score each; a missing one is a failure. */
const puts = (...values: readonly (number | undefined)[]): Put[] => values.map((value, i) => put(`q${i}`, value));
const put = (id: string, value?: number, cluster?: string): Put => ({
  question: question(id, cluster),
  ...(value === undefined ? {} : { score: { value } }),
});
const items = (...values: readonly number[]): Item[] => values.map((value) => ({ value }));
const mean = (of: readonly Item[]): Quality => qualityOf(of, "mean", 42) as Quality;

describe("itemsOf", () => {
  test("folds repeats of a question first: their mean is one item", () => {
    const repeats = [put("a", 1), put("b", 0), put("a", 0), put("a", 1), put("b", 1)];
    expect(itemsOf(repeats, true)).toEqual([{ value: 2 / 3 }, { value: 0.5 }]);
  });

  test("keeps weight and cluster", () => {
    const score = { value: -4, weight: 8 };
    expect(itemsOf([{ question: question("a", "text 1"), score }], false)).toEqual([{ ...score, cluster: "text 1" }]);
  });

  test("gives a failure no credit, and keeps it in the denominator", () => {
    expect(itemsOf(puts(1, undefined, 1), true)).toEqual([{ value: 1 }, { value: 0 }, { value: 1 }]);
    expect(itemsOf([put("a"), put("a", 1)], true)).toEqual([{ value: 0.5 }]);
  });

  test("has nothing to say of a perplexity where one answer failed", () => {
    expect(itemsOf(puts(-1, undefined), false)).toBeUndefined();
    expect(itemsOf(puts(-1, -2), false)).toHaveLength(2);
  });

  test("takes the first of several labels, which have no mean", () => {
    const labels = [1, 0, 0].map((value) => ({ question: question("a"), score: { value, gold: 1 } }));
    expect(itemsOf(labels, false)).toEqual([{ value: 1, gold: 1 }]);
  });
});

describe("qualityOf a mean", () => {
  test("of rights and wrongs has Wilson's interval, and the sample's standard error", () => {
    const { estimate, standardError } = mean(items(...Array.from({ length: 50 }, (_, i) => (i < 40 ? 1 : 0))));
    expect(estimate).toEqual({ value: 0.8, interval: wilson(0.8, 50) });
    expect(standardError).toBeCloseTo(Math.sqrt((0.8 * 0.2) / 49), 12);
  });

  test("of other credit has the bootstrap's interval", () => {
    const values = [0.2, 0.9, 0.4, 1, 0, 0.5];
    expect(mean(items(...values)).estimate).toEqual({ value: 0.5, interval: meanInterval(values, { seed: 42 }) });
  });

  test("of one item has no standard error", () => {
    expect(mean(items(1))).toEqual({ estimate: { value: 1, interval: wilson(1, 1) } });
  });

  test("of nothing is absent", () => {
    expect(qualityOf([], "mean", 42)).toBeUndefined();
  });

  test("draws by the seed alone", () => {
    const drawn = (seed: number): Quality | undefined =>
      qualityOf(items(0.2, 0.9, 0.4, 1, 0.3, 0.75, 0.55, 0.15), "mean", seed);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)?.estimate.interval).not.toEqual(drawn(2)?.estimate.interval);
  });
});

describe("qualityOf a mean of clusters", () => {
  const clustered = (...pairs: readonly (readonly [number, string?])[]): Item[] =>
    pairs.map(([value, cluster]) => (cluster === undefined ? { value } : { value, cluster }));

  // Sums of deviations: 2 x 0.5 and 2 x -0.5. Root of 2 / (2 - 1) x (1 + 1), over 4 items: 0.5. As wide as one item.
  test("is as uncertain as its clusters are unlike", () => {
    const { estimate, standardError } = mean(clustered([1, "a"], [1, "a"], [0, "b"], [0, "b"]));
    expect(standardError).toBeCloseTo(0.5, 12);
    expect(estimate.interval?.low).toBeCloseTo(wilson(0.5, 1).low, 12);
    expect(estimate.interval?.high).toBeCloseTo(wilson(0.5, 1).high, 12);
  });

  test("of clusters that are all alike is no surer than its items are", () => {
    const alike = clustered([1, "a"], [0, "a"], [1, "b"], [0, "b"]);
    expect(mean(alike).standardError).toBe(0);
    expect(mean(alike).estimate.interval).toEqual(wilson(0.5, 4));
  });

  test("counts a cluster as one item where all are right", () => {
    expect(mean(clustered([1, "a"], [1, "a"], [1, "b"])).estimate).toEqual({ value: 1, interval: wilson(1, 2) });
  });

  // The mean is 0.75. Sums of deviations: 2 x 0.25 in the cluster, then 0.25 and -0.75 alone; over 4 items.
  test("takes an item without a cluster for a cluster of its own", () => {
    const { standardError } = mean(clustered([1, "1"], [1, "1"], [1], [0]));
    expect(standardError).toBeCloseTo(Math.sqrt((3 / 2) * (0.5 ** 2 + 0.25 ** 2 + 0.75 ** 2)) / 4, 12);
  });

  test("of other credit draws whole clusters; one alone has no interval", () => {
    const { estimate } = mean(clustered([0.2, "a"], [0.4, "a"], [0.6, "b"], [0.8, "b"]));
    // Two clusters with means 0.3 and 0.7: nothing else can be drawn.
    expect(estimate.interval?.low).toBeCloseTo(0.3, 12);
    expect(estimate.interval?.high).toBeCloseTo(0.7, 12);
    expect(mean(clustered([0.25, "a"], [0.75, "a"]))).toEqual({ estimate: { value: 0.5 } });
  });
});

describe("qualityOf other metrics", () => {
  test("has interval and standard error of the bootstrap", () => {
    const logs = items(-1, -2, -3, -2, -2, -1, -3, -2);
    const { estimate, standardError } = qualityOf(logs, "perplexity", 42) as Quality;
    expect(estimate.value).toBeCloseTo(Math.exp(2), 12);
    expect(estimate.interval?.low).toBeGreaterThan(Math.exp(1));
    expect(estimate.interval?.low).toBeLessThan(Math.exp(2));
    expect(estimate.interval?.high).toBeGreaterThan(Math.exp(2));
    // The delta method: exp(2) times the standard error of the mean, sqrt(4 / 7 / 8).
    expect(standardError).toBeGreaterThan(0.7 * Math.exp(2) * Math.sqrt(4 / 56));
    expect(standardError).toBeLessThan(1.3 * Math.exp(2) * Math.sqrt(4 / 56));
  });

  test("of one item has neither", () => {
    expect(qualityOf([{ value: -6, weight: 3 }], "weighted_perplexity", 42)).toEqual({
      estimate: { value: Math.exp(2) },
    });
  });

  test("draws whole clusters", () => {
    const pair = [1, 1, 2, 2].map((nats, i) => ({ value: -nats, weight: 1, cluster: `text ${Math.floor(i / 2)}` }));
    const { estimate } = qualityOf(pair, "bits_per_byte", 42) as Quality;
    expect(estimate.interval?.low).toBeCloseTo(1 / Math.LN2, 12);
    expect(estimate.interval?.high).toBeCloseTo(2 / Math.LN2, 12);
  });

  test("of answers that are not scored is absent", () => {
    expect(qualityOf(items(1, 0), "bypass", 42)).toBeUndefined();
  });
});

test("siblingsOf has all answers to a question in their order", () => {
  const answers = ["a", "b", "a"].map((id, trial) => ({ question: question(id), trial }));
  const siblings = siblingsOf(answers);
  expect(siblings(answers[2] as (typeof answers)[number]).map(({ trial }) => trial)).toEqual([0, 2]);
  expect(siblingsOf<(typeof answers)[number]>([])({ question: question("a"), trial: 0 })).toEqual([]);
});
