import { describe, expect, test } from "vitest";
import { pairedRatioInterval } from "../stats/bootstrap.ts";
import type { Estimate, Interval } from "../stats/interval.ts";
import { normal } from "../stats/normal.ts";
import { seeded } from "../stats/random.ts";
import { type AnswerFacts, answered } from "./run.support.ts";
import { type Timed, type TimedPair, timedPairs, timeRatio, windowFactor } from "./times.ts";

const OPTIONS = { seed: 42 };

/** Answers to q0, q1, ...; by default all in one window and of no cluster. */
function timed(facts: readonly (AnswerFacts & { question?: number; cluster?: string })[]): Timed {
  const answers = facts.map(({ question = 0, cluster, ...one }) => ({
    question: { id: `q${question}`, prompt: "?", target: "yes", ...(cluster === undefined ? {} : { cluster }) },
    trial: one.trial ?? 0,
    answer: answered(`q${question}`, one),
  }));
  return { order: [...new Set(answers.map(({ question }) => question.id))], answers };
}

/** Latencies of one pass in so many windows of equal length. */
const pass = (latencies: readonly number[], windows = 1, more: AnswerFacts = {}): Timed =>
  timed(
    latencies.map((latencyMs, question) => {
      const window = Math.floor((question * windows) / latencies.length);
      return Object.assign({ question, latencyMs, window }, more);
    }),
  );

const latency = (a: Timed, b: Timed, options: object = {}): Estimate | undefined =>
  timeRatio(timedPairs(a, b), "latency", "answers", { ...OPTIONS, ...options });
const intervalOf = (a: Timed, b: Timed, options: object = {}): Interval => latency(a, b, options)?.interval as Interval;
const width = ({ low, high }: Interval): number => Math.log(high / low);

describe("timedPairs", () => {
  test("pairs answers to one question in one pass, in the first's order", () => {
    const a = timed([{ question: 1, trial: 1, latencyMs: 8 }, { question: 0 }, { question: 1, latencyMs: 6 }]);
    const b = timed([{ question: 0, latencyMs: 5 }, { question: 1, trial: 1, latencyMs: 2 }, { question: 2 }]);
    const pairs = timedPairs(a, b).map(({ question, ours, theirs }) => [question, ours.latency, theirs.latency]);
    expect(pairs).toEqual([
      ["q1", 0.008, 0.002],
      ["q0", 0.004, 0.005],
    ]);
  });

  test("has one block for each window of either side, pass by pass and task by task", () => {
    const a = pass([1, 1, 1, 1], 2);
    const blocks = (b: Timed): number => new Set(timedPairs(a, b).map(({ block }) => block)).size;
    expect(blocks(pass([1, 1, 1, 1], 2))).toBe(2);
    expect(blocks(pass([1, 1, 1, 1], 4))).toBe(4);
    expect(blocks(pass([1, 1, 1, 1], 1))).toBe(2);
    const [twice, others] = [0, 1].map((side) =>
      timed([0, 1].map((trial) => ({ trial, model: side === 0 ? "a" : "b" }))),
    ) as [Timed, Timed];
    expect(new Set(timedPairs(twice, others).map(({ block }) => block)).size).toBe(2);
  });

  test("takes from each answer what was timed of it", () => {
    const [one] = timedPairs(timed([{ at: [2, 5, 9], latencyMs: 10 }]), timed([{}]));
    expect(one?.ours).toEqual({
      answers: 1,
      first: 0.002,
      decode: expect.closeTo(0.007, 12),
      decoded: 2,
      latency: 0.01,
    });
  });
});

describe("timeRatio", () => {
  test("is sum over sum of the answers that both gave", () => {
    const [a, b] = [
      timed([
        { at: [6, 12], latencyMs: 20 },
        { question: 1, at: [2, 3, 4], latencyMs: 4 },
      ]),
      timed([
        { at: [3, 4], latencyMs: 5 },
        { question: 1, at: [1, 2, 3], latencyMs: 3 },
      ]),
    ];
    const pairs = timedPairs(a, b);
    const value = (top: "latency" | "first" | "decode", bottom: "answers" | "decoded"): number | undefined =>
      timeRatio(pairs, top, bottom, OPTIONS)?.value;
    expect(value("latency", "answers")).toBeCloseTo(24 / 8, 12);
    expect(value("first", "answers")).toBeCloseTo(8 / 4, 12);
    // 8 ms for 3 tokens after the first beside 3 ms for 3.
    expect(value("decode", "decoded")).toBeCloseTo(8 / 3, 12);
  });

  test("is absent where nothing was written after the first token, or no question was put to both", () => {
    const short = timed([{ at: [2] }, { question: 1, at: [2] }]);
    expect(timeRatio(timedPairs(short, short), "decode", "decoded", OPTIONS)).toBeUndefined();
    expect(latency(timed([{ question: 0 }]), timed([{ question: 1 }]))).toBeUndefined();
  });

  test("has no interval of one question, however often it was put, nor of one cluster", () => {
    const often = timed([0, 1, 2, 3].map((trial) => ({ trial, latencyMs: 4 + trial })));
    const steady = timed([0, 1, 2, 3].map((trial) => ({ trial })));
    expect(latency(often, steady)).toEqual({ value: expect.closeTo(22 / 16, 12) });
    const together = timed([0, 1].map((question) => ({ question, cluster: "c", latencyMs: 4 + question })));
    expect(latency(together, pass([4, 4]))).not.toHaveProperty("interval");
  });

  test("does not tell two copies apart whose windows were disturbed unlike, though questions alone would", () => {
    const random = seeded(3);
    const difficulty = Array.from({ length: 100 }, () => 10 * Math.exp(0.5 * normal(random)));
    const disturbed = [1, 1.3, 1, 1, 1.3];
    const slowed = difficulty.map((ms, i) => ms * (disturbed[Math.floor(i / 20)] as number));
    const [a, b] = [pass(slowed, 5), pass(difficulty, 5)];
    const [ours, theirs] = [a, b].map(({ answers }) => answers.map(({ answer }) => answer.timing.latency));
    const none = difficulty.map(() => 1);
    const alone = pairedRatioInterval([ours ?? [], none], [theirs ?? [], none], OPTIONS) as Interval;
    expect(alone.low).toBeGreaterThan(1.05);
    const { low, high } = intervalOf(a, b);
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(1.2);
  });

  test("still tells apart what differs in every window", () => {
    const base = Array.from({ length: 50 }, (_, i) => 4 + (i % 7));
    const { low, high } = intervalOf(
      pass(
        base.map((ms) => 1.3 * ms),
        5,
      ),
      pass(base, 5),
    );
    expect([low, high]).toEqual([expect.closeTo(1.3, 9), expect.closeTo(1.3, 9)]);
  });

  test("does not narrow with passes that say the same again", () => {
    const [slow, fast] = [
      [4, 9, 5, 30, 6],
      [4, 4, 6, 9, 9],
    ] as const;
    const passes = (latencies: readonly number[], trials: number): Timed =>
      timed(
        Array.from({ length: trials }, (_, trial) =>
          latencies.map((latencyMs, question) => ({ question, latencyMs, trial })),
        ).flat(),
      );
    const once = intervalOf(passes(slow, 1), passes(fast, 1));
    const four = intervalOf(passes(slow, 4), passes(fast, 4));
    expect(four.low).toBeCloseTo(once.low, 12);
    expect(four.high).toBeCloseTo(once.high, 12);
  });

  test("draws the questions of a cluster together", () => {
    const facts = (clustered: boolean, slow: number): Timed =>
      timed(
        Array.from({ length: 40 }, (_, question) => {
          const latencyMs = question < 10 ? slow : 4;
          return clustered
            ? { question, latencyMs, cluster: `c${Math.floor(question / 10)}` }
            : { question, latencyMs };
        }),
      );
    const [together, alone] = [true, false].map((clustered) => intervalOf(facts(clustered, 40), facts(clustered, 4)));
    expect(width(together as Interval)).toBeGreaterThan(1.8 * width(alone as Interval));
  });

  test("is wider at a higher confidence, by questions and by windows", () => {
    const [byQuestions, byWindows] = [1, 5].map((windows) => {
      const a = pass([4, 9, 5, 30, 6, 8, 7, 5, 4, 6], windows);
      const b = pass([4, 4, 4, 4, 4, 4, 4, 4, 4, 4], windows);
      return width(intervalOf(a, b, { confidence: 0.99 })) / width(intervalOf(a, b, { confidence: 0.9 }));
    });
    expect(byQuestions).toBeGreaterThan(1.2);
    // Student's t: the second of five windows takes so much of the whole that they tell no more than four would, 5.841 / 2.353.
    expect(byWindows).toBeCloseTo(5.841 / 2.353, 2);
  });
});

describe("windowFactor", () => {
  const pairs = (windows: number): TimedPair[] => timedPairs(pass([4, 9, 5, 8], windows), pass([4, 4, 4, 4], windows));

  test("lies around 1, and holds what two windows differ by", () => {
    // Two windows of 13 ms each; four of 4, 9, 5 and 8 ms.
    expect(windowFactor(pairs(2))).toEqual({ low: expect.closeTo(1, 12), high: expect.closeTo(1, 12) });
    const { low, high } = windowFactor(pairs(4)) as Interval;
    expect(low * high).toBeCloseTo(1, 12);
    const times = [4, 9, 5, 8];
    const shares = times.map((ms) => (ms / 26 + 0.25) / 2);
    const squares = shares.reduce((sum, share) => sum + share ** 2, 0);
    const variance = times.reduce(
      (sum, ms, i) => sum + (ms / 26 - 0.25) ** 2 / (1 - 2 * (shares[i] as number) + squares),
      0,
    );
    expect(Math.log(high)).toBeCloseTo(1.05 * 3.182446 * Math.sqrt(variance), 5);
  });

  test("is absent of one window", () => {
    expect(windowFactor(pairs(1))).toBeUndefined();
  });
});
