import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accumulator, type CounterKind, readEvery, sleepWatch, together } from "./counter.ts";
import { fakeHost } from "./host.support.ts";
import type { Reading } from "./meter.ts";

const S = 1e9;
/** 2^32 steps of 15.3 uJ, told in microjoules: goes round after 65.5 kJ. */
const RAPL: CounterKind = { unit: 1e-6, range: 65_532_610_987n, most: 1_000, period: 0.001 };
/** A graphics driver's millijoules since it was loaded. */
const NVML: CounterKind = { unit: 1e-3, most: 1_500, period: 0.1 };

describe("accumulator", () => {
  test("counts from its first value, whatever that is", () => {
    const sum = accumulator(RAPL);
    expect(sum.add(40_000_000n, 0)).toMatchObject({ joules: 0, breaks: 0 });
    expect(sum.add(90_000_000n, 1 * S)?.joules).toBeCloseTo(50, 9);
  });

  test("says that a value was true somewhere in the period before it was read", () => {
    expect(accumulator(NVML).add(0n, 5 * S)).toMatchObject({ at: 4.95 * S, edge: 0.1 * S });
  });

  test("gives nothing for a failed read, and counts on as if it had not been", () => {
    const sum = accumulator(RAPL);
    sum.add(100_000_000n, 0);
    expect(sum.add(undefined, 1 * S)).toBeUndefined();
    expect(sum.add(160_000_000n, 2 * S)).toMatchObject({ joules: 60, breaks: 0 });
  });

  test("gives nothing before the first good read", () => {
    const sum = accumulator(RAPL);
    expect(sum.add(undefined, 0)).toBeUndefined();
    expect(sum.add(7n, 1 * S)).toMatchObject({ joules: 0, breaks: 0 });
  });

  test("adds the range once where the counter went round once", () => {
    const sum = accumulator(RAPL);
    sum.add(65_532_000_000n, 0);
    const reading = sum.add(99_389_013n, 1 * S);
    expect(reading?.joules).toBeCloseTo(100, 6);
    expect(reading?.breaks).toBe(0);
  });

  test.each([
    ["a lower value", 10_000_000n],
    ["a higher value", 50_000_000n],
  ])("breaks on %s after a gap in which it may have gone round twice", (_, after) => {
    const sum = accumulator(RAPL);
    sum.add(30_000_000n, 0);
    expect(sum.add(after, 140 * S)).toMatchObject({ joules: 0, breaks: 1 });
  });

  test("breaks on a step that implies more power than there can be: a reset", () => {
    const sum = accumulator(RAPL);
    sum.add(20_000_000_000n, 0);
    expect(sum.add(0n, 1 * S)).toMatchObject({ joules: 0, breaks: 1 });
  });

  test("breaks on a decrease of a counter that never goes round, and counts on from there", () => {
    const sum = accumulator(NVML);
    sum.add(5_000_000n, 0);
    expect(sum.add(100n, 1 * S)).toMatchObject({ joules: 0, breaks: 1 });
    expect(sum.add(300_100n, 2 * S)).toMatchObject({ joules: 300, breaks: 1 });
  });

  test("breaks on a jump that no board can draw, and counts on from there", () => {
    const sum = accumulator(NVML);
    sum.add(0n, 0);
    expect(sum.add(9_000_000n, 1 * S)).toMatchObject({ joules: 0, breaks: 1 });
    expect(sum.add(9_100_000n, 2 * S)).toMatchObject({ joules: 100, breaks: 1 });
  });

  test("takes a counter that stands still for no energy", () => {
    const sum = accumulator(RAPL);
    sum.add(500n, 0);
    expect(sum.add(500n, 10 * S)).toMatchObject({ joules: 0, breaks: 0 });
  });

  test("breaks once for a time that cannot be accounted for, whatever was counted in it", () => {
    const sum = accumulator(RAPL);
    sum.add(0n, 0);
    sum.add(10_000_000n, 1 * S);
    sum.break();
    expect(sum.add(undefined, 2 * S)).toBeUndefined();
    expect(sum.add(30_000_000n, 2 * S)).toMatchObject({ joules: 10, breaks: 1 });
    expect(sum.add(35_000_000n, 3 * S)).toMatchObject({ joules: 15, breaks: 1 });
  });

  test("stays exact where picowatt-hours pass 2^53, at 9 kWh (Windows' Energy Meter Interface)", () => {
    const sum = accumulator({ unit: 3.6e-9, most: 1_000, period: 0.1 });
    const start = 2n ** 53n + 1n;
    sum.add(start, 0);
    // As doubles both values are 2^53 + 2.
    const reading = sum.add(start + 1n, 1 * S);
    expect(reading?.joules).toBeCloseTo(3.6e-9, 18);
    expect(sum.add(start + 1n + 27_777_777_778n, 2 * S)?.joules).toBeCloseTo(100, 6);
  });

  test("gives the energy that was drawn, wherever the counter starts and however often it goes round", () => {
    const milliwatts = fc.array(fc.integer({ min: 0, max: 900_000 }), { minLength: 1, maxLength: 50 });
    const range = 65_532_610_987n;
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: range - 1n }), milliwatts, (start, powers) => {
        const sum = accumulator(RAPL);
        let count = start;
        let joules = 0;
        let reading = sum.add(count, 0);
        for (const [second, power] of powers.entries()) {
          count = (count + BigInt(power) * 10_000n) % range;
          joules += power / 100;
          reading = sum.add(count, (second + 1) * 10 * S);
        }
        expect(reading?.joules).toBeCloseTo(joules, 3);
        expect(reading?.breaks).toBe(0);
      }),
    );
  });
});

describe("readEvery", () => {
  test("reads four times while the counter goes round at full power", () => {
    expect(readEvery({ ...RAPL, range: 8_000_000_000n })).toBe(2);
  });

  test("reads every ten seconds at most where it goes round slowly or never", () => {
    expect([readEvery(RAPL), readEvery(NVML)]).toEqual([10, 10]);
  });
});

describe("sleepWatch", () => {
  test("tells a suspended machine from one that was awake, once", () => {
    const host = fakeHost();
    const slept = sleepWatch(host);
    host.pass(3_600);
    expect(slept()).toBe(false);
    host.suspend(60);
    host.pass(1);
    expect(slept()).toBe(true);
    expect(slept()).toBe(false);
  });

  test("does not take the hundredths that uptime is rounded to for sleep", () => {
    let now = 0;
    const slept = sleepWatch({ clock: () => now * S, uptime: () => Math.ceil(now * 100) / 100 });
    const told = Array.from({ length: 100 }, () => {
      now += 0.0137;
      return slept();
    });
    expect(told).not.toContain(true);
  });
});

describe("together", () => {
  const one: Reading = { at: 10, edge: 2, joules: 5, breaks: 1 };
  const other: Reading = { at: 20, edge: 6, joules: 7, breaks: 2 };

  test("adds energy and breaks, in the middle of the moments, as wide as the widest", () => {
    expect(together([one, other])).toEqual({ at: 15, edge: 6, joules: 12, breaks: 3 });
  });

  test("is never a sum of some: nothing as soon as one failed", () => {
    expect(together([one, undefined])).toBeUndefined();
    expect(together([])).toBeUndefined();
  });
});
