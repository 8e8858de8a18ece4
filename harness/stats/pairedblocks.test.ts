import { describe, expect, test } from "vitest";
import { type Columns, percentileInterval, ratios, resampledSums } from "./bootstrap.ts";
import type { Interval } from "./interval.ts";
import { normal } from "./normal.ts";
import { blockRatioInterval } from "./pairedblocks.ts";
import { seeded } from "./random.ts";
import { t95 } from "./student.ts";

const ones = (values: readonly number[]): number[] => values.map(() => 1);

describe("blockRatioInterval", () => {
  test("of two blocks by hand: a tenth above and below a share of a half, one degree of freedom", () => {
    // Shares of a are 0.6 and 0.4, of the rest 0.5: moves of +0.1 and -0.1. Of the whole they are 0.55 and 0.45, whose squares add up
    // to 0.505: an error of sqrt(0.01 / 0.405 + 0.01 / 0.605) = 0.203028; 5 % are added.
    const interval = blockRatioInterval(
      [
        [6, 4],
        [1, 1],
      ],
      [
        [5, 5],
        [1, 1],
      ],
    ) as Interval;
    expect(interval.low).toBeCloseTo(Math.exp(-1.05 * 12.7062 * 0.203028), 5);
    expect(interval.high).toBeCloseTo(Math.exp(1.05 * 12.7062 * 0.203028), 3);
  });

  test("of four blocks by hand, at another confidence", () => {
    // 40 s against 20 s. Shares 0.3, 0.3, 0.2, 0.2 beside quarters: moves of 0.05. Of the whole 0.275 and 0.225, squares
    // 0.2525: error sqrt(0.005 / 0.7025 + 0.005 / 0.8025) = 0.115533; 2.85 degrees of freedom, so 3.
    const [a, b] = [
      [12, 12, 8, 8],
      [5, 5, 5, 5],
    ];
    const interval = blockRatioInterval([a, ones(a)], [b, ones(b)], 0.9) as Interval;
    // t at 95 %, 3 degrees of freedom.
    const half = 1.05 * 2.353363 * 0.115533;
    expect(interval.low).toBeCloseTo(2 * Math.exp(-half), 4);
    expect(interval.high).toBeCloseTo(2 * Math.exp(half), 4);
  });

  test("is a point where every block has the same ratio, however unlike they are in size", () => {
    const a = [1, 20, 300];
    const interval = blockRatioInterval([a, ones(a)], [a.map((one) => one / 4), ones(a)]) as Interval;
    expect(interval.low).toBeCloseTo(4, 12);
    expect(interval.high).toBeCloseTo(4, 12);
  });

  test("of two sides that change places is the inverse", () => {
    const [a, b]: [Columns, Columns] = [
      [
        [3, 5, 9],
        [2, 2, 3],
      ],
      [
        [4, 4, 4],
        [1, 2, 3],
      ],
    ];
    const [one, other] = [blockRatioInterval(a, b) as Interval, blockRatioInterval(b, a) as Interval];
    expect(one.low * other.high).toBeCloseTo(1, 12);
    expect(one.high * other.low).toBeCloseTo(1, 12);
  });

  test.each<[string, Columns, Columns]>([
    ["no block", [[], []], [[], []]],
    ["one block", [[3], [1]], [[2], [1]]],
    [
      "nothing above",
      [
        [0, 0],
        [1, 1],
      ],
      [
        [2, 2],
        [1, 1],
      ],
    ],
    [
      "nothing below",
      [
        [1, 1],
        [0, 0],
      ],
      [
        [2, 2],
        [1, 1],
      ],
    ],
    [
      "nothing to compare with",
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [1, 1],
      ],
    ],
  ])("is absent of %s", (_, a, b) => {
    expect(blockRatioInterval(a, b)).toBeUndefined();
  });

  test("refuses columns of unlike length", () => {
    expect(() =>
      blockRatioInterval(
        [
          [1, 2],
          [1, 1],
        ],
        [
          [1, 2, 3],
          [1, 1, 1],
        ],
      ),
    ).toThrow(RangeError);
  });

  /** How often an interval of two copies misses 1, where each block of either side has a speed of its own. */
  function missed(blocks: number, noise: number, interval: (a: Columns, b: Columns) => Interval | undefined): number {
    const random = seeded(7);
    const runs = 2000;
    let misses = 0;
    for (let run = 0; run < runs; run++) {
      const side = (): Columns => {
        const seconds = Array.from({ length: blocks }, () => 20 * Math.exp(noise * normal(random)));
        return [seconds, seconds.map(() => 20)];
      };
      const found = interval(side(), side());
      if (found === undefined || found.low > 1 || found.high < 1) misses++;
    }
    return misses / runs;
  }

  test.each([
    [5, 0.02],
    [5, 0.2],
    [10, 0.2],
    [30, 0.1],
  ])("of two copies in %i blocks with a noise of %d misses about as often as it says", (blocks, noise) => {
    // 2,000 runs leave 0.5 % of standard deviation around 5 %.
    const rate = missed(blocks, noise, blockRatioInterval);
    expect(rate).toBeGreaterThan(0.03);
    expect(rate).toBeLessThan(0.065);
  });

  test("keeps its word where resampling so few blocks does not", () => {
    const resampled = (a: Columns, b: Columns): Interval | undefined =>
      percentileInterval(
        ratios(...(resampledSums([a[0], b[0]], { seed: 1, resamples: 400 }) as [Float64Array, Float64Array])),
      );
    expect(missed(5, 0.2, resampled)).toBeGreaterThan(1.4 * missed(5, 0.2, blockRatioInterval));
  });

  test("is Student's t on the logarithms where blocks are alike in size and close together", () => {
    const logs = [0.01, -0.02, 0.015, 0.005, -0.01];
    const a = logs.map((log) => 7 * Math.exp(log));
    const interval = blockRatioInterval([a, ones(a)], [a.map(() => 7), ones(a)]) as Interval;
    const sd = Math.sqrt(logs.reduce((sum, log) => sum + log ** 2, 0) / 4);
    expect(Math.log(interval.high / interval.low) / 2).toBeCloseTo((1.05 * t95(4) * sd) / Math.sqrt(5), 3);
  });
});
