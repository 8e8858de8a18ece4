import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { thisHost } from "./host.ts";
import { watchSurroundings } from "./surroundings.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "perjoule-root-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}
const stat = (line: string): void => write("proc/stat", `${line}\ncpu0 1 2 3\nintr 12345\n`);
const THROTTLES = "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count";

describe("watchSurroundings", () => {
  test("tells stolen time and the time of all others, in nanoseconds", () => {
    // user nice system idle iowait irq softirq steal
    stat("cpu  100 10 50 9000 7 1 2 5");
    const stop = watchSurroundings(thisHost(root));
    stat("cpu  180 10 70 9900 7 1 2 9");
    // 100 ticks of 10 ms in use, of which the measured process had 0.7 s; 4 ticks were stolen.
    expect(stop(7e8)).toEqual({ stolen: 4e7, others: 3e8 });
  });

  test("counts neither idle nor waiting nor stolen time as others' work", () => {
    stat("cpu  0 0 0 0 0 0 0 0");
    const stop = watchSurroundings(thisHost(root));
    stat("cpu  0 0 0 500 300 0 0 200");
    expect(stop(0)).toEqual({ stolen: 2e9, others: 0 });
  });

  test("does not go below zero where the own time was counted more finely", () => {
    stat("cpu  0 0 0 0 0 0 0 0");
    const stop = watchSurroundings(thisHost(root));
    stat("cpu  10 0 0 0 0 0 0 0");
    expect(stop(1.09e8).others).toBe(0);
  });

  test("tells throttling where the kernel counts it", () => {
    stat("cpu  0 0 0 0 0 0 0 0");
    write(THROTTLES, "3\n");
    const calm = watchSurroundings(thisHost(root));
    expect(calm(0).throttled).toBe(false);
    const hot = watchSurroundings(thisHost(root));
    write(THROTTLES, "4\n");
    expect(hot(0).throttled).toBe(true);
  });

  test("tells nothing where the system does not, and nothing of others without the own time", () => {
    expect(watchSurroundings(thisHost(root))(0)).toEqual({});
    stat("cpu  garbage");
    expect(watchSurroundings(thisHost(root))(0)).toEqual({});
    stat("cpu  0 0 0 0 0 0 0 0");
    expect(watchSurroundings(thisHost(root))(undefined)).toEqual({ stolen: 0 });
  });
});
