import { expect, test } from "vitest";
import { monotonic, stopwatch } from "./stopwatch.ts";

test("stopwatch gives its start and the time until it is stopped, on its clock", () => {
  const times = [1_000, 1_750];
  expect(stopwatch(() => times.shift() as number)()).toMatchObject({ start: 1_000, wall: 750 });
});

test("stopwatch counts processor time in nanoseconds", () => {
  const stop = stopwatch();
  const start = process.cpuUsage();
  let used = 0;
  while (used < 30_000) {
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  const { cpu } = stop();
  // At least the 30 ms just burnt; a unit wrong by a thousand fails either way.
  expect(cpu).toBeGreaterThanOrEqual(30e6);
  expect(cpu).toBeLessThan(30e9);
});

test("monotonic gives whole nanoseconds that never go back", () => {
  const readings = Array.from({ length: 100 }, monotonic);
  expect(readings.every(Number.isSafeInteger)).toBe(true);
  expect(readings).toEqual([...readings].sort((a, b) => a - b));
});
