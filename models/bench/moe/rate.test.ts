import { describe, expect, test } from "vitest";
import { rateOf } from "./rate.ts";

/** A clock in milliseconds that moves by so much at every pass. */
function timed(milliseconds: number) {
  let now = 1_000;
  let passes = 0;
  return {
    passes: () => passes,
    now: () => now,
    begin: async () => {
      now += 7_000;
      return async () => {
        passes++;
        now += milliseconds;
      };
    },
  };
}

describe("rateOf", () => {
  test("repeats a short pass until the time is over, and counts the tokens of all but no preparation", async () => {
    const { begin, now, passes } = timed(40);
    expect(await rateOf(begin, { tokens: 4, seconds: 0.1, now })).toBeCloseTo(100, 9);
    expect(passes()).toBe(3);
  });

  test("makes a long pass once", async () => {
    const { begin, now, passes } = timed(2_000);
    expect(await rateOf(begin, { tokens: 4, seconds: 0.1, now })).toBeCloseTo(2, 9);
    expect(passes()).toBe(1);
  });
});
