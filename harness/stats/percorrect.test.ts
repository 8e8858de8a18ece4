import { describe, expect, test } from "vitest";
import { atLeastWilson, mostCorrectWhenNone } from "./percorrect.ts";

describe("atLeastWilson", () => {
  const allRight = Array.from({ length: 50 }, () => 1);

  test("widens an interval that saw no wrong answer to the accuracy's own", () => {
    // Wilson's interval of 50 in 50 is [0.928652, 1].
    const { interval } = atLeastWilson({ value: 2, interval: { low: 2, high: 2 } }, 2, allRight);
    expect(interval?.low).toBe(2);
    expect(interval?.high).toBeCloseTo(2 / 0.928652, 5);
  });

  test("never narrows one", () => {
    const wide = { value: 2, interval: { low: 0.1, high: 90 } };
    expect(atLeastWilson(wide, 2, allRight)).toEqual(wide);
  });

  test("leaves alone what has no interval, and questions worth a part", () => {
    expect(atLeastWilson({ value: 2 }, 2, allRight)).toEqual({ value: 2 });
    const narrow = { value: 2, interval: { low: 2, high: 2 } };
    expect(atLeastWilson(narrow, 2, [1, 0.5])).toEqual(narrow);
  });
});

describe("mostCorrectWhenNone", () => {
  test("is about 3 in n, and never more than one", () => {
    // The rule of three: -ln 0.05 = 2.995732.
    expect(mostCorrectWhenNone(1_000) * 1_000).toBeCloseTo(2.9957, 1);
    expect(mostCorrectWhenNone(1)).toBeCloseTo(0.95, 12);
  });
});
