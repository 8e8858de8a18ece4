import { describe, expect, test } from "vitest";
import type { Interval } from "../stats/interval.ts";
import { seeded } from "../stats/random.ts";
import { countsOf, pairedOf } from "./compare.support.ts";
import { type PairedQuality, pairedQuality } from "./comparequality.ts";
import type { PairedQuestion } from "./precisionpairs.ts";

const qualityOf = (questions: readonly PairedQuestion[], resamples?: number): PairedQuality =>
  pairedQuality(questions, resamples === undefined ? { seed: 42 } : { seed: 42, resamples }) as PairedQuality;

describe("pairedQuality", () => {
  test("counts who was right, with McNemar's exact test", () => {
    const quality = qualityOf(countsOf(40, 3, 12, 5));
    expect(quality.mcnemar).toBeCloseTo(0.03515625, 12);
    expect(quality).toMatchObject({
      bothCorrect: 40,
      onlyFirst: 3,
      onlySecond: 12,
      neither: 5,
      difference: { value: -9 / 60 },
      flips: 15,
      flipRate: { value: 0.25 },
    });
  });

  test("has Tango's interval: table V of Fagerland, Lydersen and Laake 2014", () => {
    const { difference } = qualityOf(countsOf(5, 1, 7, 8));
    expect(difference.value).toBeCloseTo(-6 / 21, 12);
    expect(difference.interval?.low).toBeCloseTo(-0.517, 3);
    expect(difference.interval?.high).toBeCloseTo(-0.026, 3);
  });

  test("finds nothing between a model and itself, and says how little that is", () => {
    const alike = qualityOf(countsOf(30, 0, 0, 20));
    expect(alike).toMatchObject({ difference: { value: 0 }, mcnemar: 1, flips: 0 });
    expect(alike.difference.interval?.high).toBeCloseTo(0.0713, 4);
    const parts = qualityOf(pairedOf([...Array<[number, number]>(50)].map(() => [0.5, 0.5])));
    expect(parts).toMatchObject({ bothCorrect: 50, difference: { value: 0 }, mcnemar: 1 });
    expect(parts.difference.interval).toEqual(alike.difference.interval);
  });

  test("takes credit by parts as it is: the bootstrap's interval, and counts of who has more", () => {
    const quality = qualityOf(
      pairedOf([...Array<0>(60)].map((_, i) => (i % 3 === 0 ? [0.75, 0.25] : i % 3 === 1 ? [0.5, 0.5] : [0, 0]))),
    );
    expect(quality).toMatchObject({ bothCorrect: 20, onlyFirst: 20, onlySecond: 0, neither: 20 });
    expect(quality.difference.value).toBeCloseTo(1 / 6, 12);
    // Half a point on a third of the questions: 0.5 sqrt(1/3 2/3 / 60) is a standard error of 0.0304.
    // Resampled sums are multiples of half a point in 60 questions, so a bound may lie one of them off.
    const { low, high } = quality.difference.interval as Interval;
    expect(Math.abs(low - (1 / 6 - 1.96 * 0.0304))).toBeLessThan(0.5 / 60);
    expect(Math.abs(high - (1 / 6 + 1.96 * 0.0304))).toBeLessThan(0.5 / 60);
    expect(quality.mcnemar).toBeLessThan(0.001);
  });

  test("draws clusters whole: ten times the same question is one question", () => {
    const clusters = Array.from({ length: 20 }, (_, i) => [i < 12 ? 1 : 0, i < 6 ? 1 : 0, `c${i}`] as const);
    const ten = pairedOf(clusters.flatMap((one) => Array.from({ length: 10 }, () => one)));
    const [once, often] = [qualityOf(pairedOf(clusters)), qualityOf(ten)];
    expect(often.difference).toEqual(once.difference);
    expect(often.mcnemar).toBe(once.mcnemar);
    expect(often.mcnemar).toBeCloseTo(0.03125, 2);
    // As 200 questions of their own it would be beyond doubt.
    expect(qualityOf(ten.map(({ cluster: _cluster, ...alone }) => alone)).mcnemar).toBeLessThan(1e-9);
    expect(often.flipRate.interval?.high).toBeCloseTo(once.flipRate.interval?.high as number, 2);
  });

  test("has no interval of one cluster, nor anything of no question", () => {
    expect(
      qualityOf(
        pairedOf([
          [1, 0, "c"],
          [1, 0, "c"],
        ]),
      ).difference,
    ).toEqual({ value: 1 });
    expect(pairedQuality([], { seed: 1 })).toBeUndefined();
  });

  test("is the same each time, and mirrored when the two are exchanged", () => {
    const questions = pairedOf([...Array<0>(40)].map((_, i) => [(i % 5) / 4, (i % 3) / 2]));
    const exchanged = questions.map((one) => ({ ...one, credit: one.referenceCredit, referenceCredit: one.credit }));
    expect(qualityOf(questions)).toEqual(qualityOf(questions));
    const [one, other] = [qualityOf(questions), qualityOf(exchanged)];
    expect(other.difference.value).toBeCloseTo(-one.difference.value, 12);
    expect(other.difference.interval?.low).toBeCloseTo(-(one.difference.interval?.high as number), 2);
    expect(other.mcnemar).toBe(one.mcnemar);
  });
});

/** How often in 1,000 drawn data sets the interval holds the true difference. */
function coverage(truth: number, draw: (random: () => number) => PairedQuestion[], resamples?: number): number {
  const random = seeded(17);
  let covered = 0;
  for (let set = 0; set < 1_000; set++) {
    const { low, high } = qualityOf(draw(random), resamples).difference.interval as { low: number; high: number };
    covered += low <= truth && truth <= high ? 1 : 0;
  }
  return covered / 1_000;
}

const items = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));

describe("pairedQuality, coverage", () => {
  test.each([
    [100, 0.6, 0.5],
    [200, 0.8, 0.8],
    [400, 0.3, 0.4],
    [1_000, 0.7, 0.65],
  ])("of %i questions, right at %d and %d, is 93 to 97 in 100", (n, p, q) => {
    const covered = coverage(p - q, (random) =>
      pairedOf(
        items(n, () => {
          // The same questions are hard for both.
          const hard = random();
          const right = (share: number): number => Number((random() < 0.5 ? hard : random()) < share);
          return [right(p), right(q)];
        }),
      ),
    );
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });

  test("of credit by parts is 93 to 97 in 100", () => {
    const credit = (random: () => number): number => Math.floor(random() * 5) / 4;
    const covered = coverage(0, (random) => pairedOf(items(100, () => [credit(random), credit(random)])), 400);
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });

  test("of clusters that are right or wrong together is 93 to 97 in 100", () => {
    const draw = (random: () => number): PairedQuestion[] =>
      pairedOf(
        items(60, (i) => [random(), random(), `c${i}`] as const).flatMap(([p, q, cluster]) =>
          items(3, () => [Number(random() < p), Number(random() < q), cluster] as const),
        ),
      );
    const covered = coverage(0, draw, 400);
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });
});
