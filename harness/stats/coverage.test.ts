import { describe, expect, test } from "vitest";
import { pairedRatioInterval, ratioInterval } from "./bootstrap.ts";
import { agreementOf, drawAnswers, meanCost, shareHeld, SIMULATIONS, type Workload } from "./coverage.support.ts";
import { mcnemar, tango } from "./pairedproportions.ts";
import { type Agreement, proportionRatio } from "./proportionratio.ts";
import { seeded } from "./random.ts";

/**
 * Of one simulation. The k-th of R replicates is taken for their k / (R + 1) quantile, so that the interval of few is no narrower on
 * average than that of 10,000: it is as likely to hold the truth, and only less repeatable.
 */
const resamplesFor = (items: number): number => (items > 100 ? 99 : 199);

type Pair = readonly [number, number];

/** A list of cases: the seed of each is its place in it. */
const seededBy = (workloads: readonly Workload[]): (readonly [Workload, number])[] =>
  workloads.map((of, seed) => [of, seed] as const);

const workload = (items: number, accuracy: Pair, spread: Pair = [0.3, 0.3]): Workload => ({ items, accuracy, spread });

const isNominal = (share: number): boolean => share >= 0.94 && share <= 0.96;

/** How often the interval of the ratio of costs per correct answer holds it. */
function perCorrectHeld(of: Workload, seed: number): number {
  const random = seeded(seed);
  const [a, b] = [0, 1].map((i) => meanCost(of.spread[i] as number) / (of.accuracy[i] as number)) as [number, number];
  return shareHeld(a / b, (simulation) => {
    const { cost, credit } = drawAnswers(of, random);
    const options = { seed: simulation, resamples: resamplesFor(of.items) };
    return pairedRatioInterval([cost[0], credit[0]], [cost[1], credit[1]], options);
  });
}

/** How often that of the ratio of mean costs does: latencies, or costs per answer. */
function perAnswerHeld(of: Workload, seed: number): number {
  const random = seeded(seed);
  return shareHeld(meanCost(of.spread[0]) / meanCost(of.spread[1]), (simulation) => {
    const { cost } = drawAnswers(of, random);
    return ratioInterval(cost[0], cost[1], { seed: simulation, resamples: resamplesFor(of.items) });
  });
}

describe("intervals hold the truth in 94 to 96 % of the simulations:", () => {
  test.each(
    seededBy([
      workload(50, [0.5, 0.5], [0.3, 0.3]),
      workload(50, [0.2, 0.3], [0.8, 0.8]),
      workload(50, [0.9, 0.85], [0.3, 0.3]),
      workload(100, [0.5, 0.5], [0.8, 0.8]),
      workload(100, [0.2, 0.3], [0.3, 0.3]),
      workload(100, [0.9, 0.85], [0.8, 0.8]),
      workload(400, [0.2, 0.3], [0.8, 0.8]),
    ]),
  )("the ratio of costs per correct answer, %j", (of, seed) => {
    expect(perCorrectHeld(of, seed)).toSatisfy(isNominal);
  });

  test.each(
    seededBy([
      workload(50, [0.5, 0.5], [0.8, 0.8]),
      workload(100, [0.5, 0.5], [0.3, 0.3]),
      workload(400, [0.5, 0.5], [0.8, 0.3]),
    ]),
  )("the ratio of mean costs, %j", (of, seed) => {
    expect(perAnswerHeld(of, seed)).toSatisfy(isNominal);
  });

  test.each(
    seededBy([
      workload(50, [0.2, 0.2], [0.8, 0.8]),
      workload(100, [0.5, 0.5], [0.3, 0.3]),
      workload(400, [0.9, 0.9], [0.8, 0.8]),
    ]),
  )("what one correct answer costs, %j", (of, seed) => {
    const random = seeded(seed);
    const share = shareHeld(meanCost(of.spread[0]) / of.accuracy[0], (simulation) => {
      const { cost, credit } = drawAnswers(of, random);
      return ratioInterval(cost[0], credit[0], { seed: simulation, resamples: resamplesFor(of.items) });
    });
    expect(share).toSatisfy(isNominal);
  });

  const pairs = [50, 100, 400].flatMap((items) =>
    (
      [
        [0.9, 0.85],
        [0.5, 0.5],
        [0.2, 0.3],
      ] as const
    ).map((accuracy) => workload(items, accuracy)),
  );

  test.each(seededBy(pairs))("the difference of accuracies (Tango) and their ratio (score), %j", (of, seed) => {
    const random = seeded(seed);
    const [first, second] = of.accuracy;
    const drawn = Array.from({ length: SIMULATIONS }, () => agreementOf(drawAnswers(of, random)));
    const drawnBy = (simulation: number): Agreement => drawn[simulation] as Agreement;
    expect(shareHeld(first - second, (simulation) => tango(drawnBy(simulation)))).toSatisfy(isNominal);
    expect(shareHeld(first / second, (simulation) => proportionRatio(drawnBy(simulation)))).toSatisfy(isNominal);
  });
});

test("intervals hold the truth in 91 to 94.5 % where few are right, and where one side's few dear answers make most of a mean", () => {
  for (const share of [
    perCorrectHeld(workload(50, [0.1, 0.1]), 0),
    perAnswerHeld(workload(50, [0.5, 0.5], [0.8, 0.3]), 1),
  ]) {
    expect(share).toBeGreaterThan(0.91);
    expect(share).toBeLessThan(0.945);
  }
});

describe("a model beside itself is told apart in at most 5 % of the simulations:", () => {
  const itself = seededBy([
    workload(50, [0.2, 0.2], [0.8, 0.8]),
    workload(100, [0.5, 0.5], [0.3, 0.3]),
    workload(100, [0.9, 0.9], [0.3, 0.3]),
    workload(400, [0.5, 0.5], [0.8, 0.8]),
  ]);

  test.each(itself)("by cost per correct answer, %j", (of, seed) => {
    expect(1 - perCorrectHeld(of, seed)).toBeLessThanOrEqual(0.05);
  });

  // Costs of 50 or 100 answers that spread by 0.8 are the exception: 5 to 5.5 % (`percentileInterval`).
  test.each(
    seededBy([
      workload(50, [0.5, 0.5], [0.3, 0.3]),
      workload(100, [0.5, 0.5], [0.3, 0.3]),
      workload(400, [0.5, 0.5], [0.8, 0.8]),
    ]),
  )("by cost per answer, %j", (of, seed) => {
    expect(1 - perAnswerHeld(of, seed)).toBeLessThanOrEqual(0.05);
  });

  test.each(itself)("by accuracy (McNemar's exact test), %j", (of, seed) => {
    const random = seeded(seed);
    const alike = { low: 0, high: 0 };
    const share = shareHeld(0, () => {
      const { first, second } = agreementOf(drawAnswers(of, random));
      return mcnemar(first, second) < 0.05 ? undefined : alike;
    });
    expect(1 - share).toBeLessThanOrEqual(0.05);
  });
});
