import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { difference, digits, duration, plain, quantity, share } from "./format.ts";

describe("digits", () => {
  test.each([
    [1.2345, 3, "1.23"],
    [0.0012345, 3, "0.00123"],
    [123.45, 3, "123"],
    [123_456, 2, "120000"],
    [-1.2345, 2, "-1.2"],
    [0, 3, "0"],
    [1000, 2, "1000"],
    [27.4, 2, "27"],
  ])("of %d with %i significant is %s", (value, significant, text) => {
    expect(digits(value, significant)).toBe(text);
  });

  test("is within half a unit of the last digit, without an exponent", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (value) => {
        const text = digits(value, 3);
        expect(text).toMatch(/^\d+(\.\d+)?$/);
        expect(Math.abs(Number(text) - value) / value).toBeLessThan(0.0051);
      }),
    );
  });
});

describe("quantity", () => {
  test("gives value and bounds one prefix, chosen by the value", () => {
    expect(quantity({ value: 0.00184 }, "s")).toBe("1.84 ms");
    expect(quantity({ value: 0.027, interval: { low: 0.018, high: 0.051 } }, "J", 2)).toBe("27 mJ [18, 51]");
    expect(quantity({ value: 2, interval: { low: 0.5, high: 1_500 } }, "J", 2)).toBe("2.0 J [0.50, 1500]");
    expect(quantity({ value: 4_200 }, "J")).toBe("4.20 kJ");
    expect(quantity({ value: 3e-7 }, "s")).toBe("300 ns");
    expect(quantity({ value: 0 }, "J")).toBe("0 J");
  });

  test("shows an open bound as such", () => {
    expect(quantity({ value: 2, interval: { low: 1, high: Infinity } }, "J", 2)).toBe("2.0 J [1.0, ∞]");
  });
});

describe("difference", () => {
  test.each([
    [{ value: -0.04, interval: { low: -0.091, high: 0.0074 } }, "-0.040 [-0.091, +0.007]"],
    [{ value: 0.25 }, "+0.250"],
    [{ value: 0 }, "0.000"],
    [{ value: -0.0001, interval: { low: -0.5, high: 0.0001 } }, "0.000 [-0.500, 0.000]"],
  ])("of %j is %s: a sign on all but nothing", (estimate, text) => {
    expect(difference(estimate)).toBe(text);
  });
});

describe("plain", () => {
  test("is a value and its bounds without a unit", () => {
    expect(plain({ value: 1.3456, interval: { low: 0.81, high: Infinity } }, 2)).toBe("1.3 [0.81, ∞]");
    expect(plain({ value: 1_234 })).toBe("1230");
  });
});

describe("share", () => {
  test("has three decimals", () => {
    expect(share({ value: 0.8, interval: { low: 0.669629, high: 0.887562 } })).toBe("0.800 [0.670, 0.888]");
    expect(share({ value: 1 })).toBe("1.000");
  });
});

describe("duration", () => {
  test.each([
    [0, "0 s"],
    [8.4, "8 s"],
    [59.6, "1 m 0 s"],
    [100, "1 m 40 s"],
    [3_599.7, "1 h 0 m"],
    [7_384, "2 h 3 m"],
  ])("of %d s is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
