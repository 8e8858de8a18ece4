import { expect, test } from "vitest";
import { monotonic, stopwatch } from "./stopwatch.ts";

test("stopwatch gives the time between opening and closing on its clock", async () => {
  const times = [1_000, 1_750];
  const window = await stopwatch(() => times.shift() as number).open();
  expect((await window.close()).wall).toBe(750);
});

test("stopwatch counts processor time in nanoseconds", async () => {
  const window = await stopwatch().open();
  const start = process.cpuUsage();
  let used = 0;
  while (used < 30_000) {
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  const { cpu } = await window.close();
  // At least the 30 ms just burnt; a unit wrong by a thousand fails either way.
  expect(cpu).toBeGreaterThanOrEqual(30e6);
  expect(cpu).toBeLessThan(30e9);
});

test("monotonic gives whole nanoseconds that never go back", () => {
  const readings = Array.from({ length: 100 }, monotonic);
  expect(readings.every(Number.isSafeInteger)).toBe(true);
  expect(readings).toEqual([...readings].sort((a, b) => a - b));
});
