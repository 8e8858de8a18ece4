import { describe, expect, test } from "vitest";
import { type FakeHost, fakeHost } from "./host.support.ts";
import type { MeterRecord } from "../run.ts";
import { openPowerProgram, type PowerProgram, tryPowerProgram } from "./powerprogram.ts";

/** Prints `part watts` lines, `-` where it cannot tell. */
const PROGRAM: PowerProgram = {
  program: "power",
  args: ["--watts"],
  parts: ["a", "b"],
  every: 0.1,
  lag: 0,
  settling: 0,
  parser: () => (line) => {
    const [part = "", figure = "-"] = line.split(" ");
    return { part, watts: figure === "-" ? undefined : Number(figure) };
  },
};

const RECORD: MeterRecord = {
  id: "nvidia-smi",
  source: "test",
  domain: "gpu",
  boundary: "gpu_board",
  grade: "B",
  period: 0.1,
  quantum: 0,
  error: 0.1,
  shortest: 1,
  flags: [],
};

/** A machine with that program, which prints these lines every 0.05 s. */
function machine(lines: readonly string[]): FakeHost {
  const host: FakeHost = fakeHost({
    fakePrograms: ["power"],
    whilePassing: () => {
      for (const line of lines) host.streams.at(-1)?.line(line);
    },
  });
  return host;
}

describe("tryPowerProgram", () => {
  test("gives the mean power of the parts that tell one, and stops the program", async () => {
    const host = machine(["a 10", "b -", "c 99"]);
    const tried = await tryPowerProgram(host, PROGRAM);
    expect(tried).toEqual({ watts: new Map([["a", 10]]), period: 0.1 });
    expect(host.streams).toHaveLength(1);
    expect(host.streams[0]?.isStopped).toBe(true);
  });

  test("refuses 0 W, negative and absurd power", async () => {
    for (const lines of [
      ["a 0", "b 0"],
      ["a -5", "b -5"],
      ["a 90000", "b 90000"],
    ]) {
      expect(await tryPowerProgram(machine(lines), PROGRAM)).toEqual({ reason: "power tells no power within 10 s" });
    }
  });

  test("gives up on a program that says nothing", async () => {
    const host = machine([]);
    const start = host.clock();
    expect(await tryPowerProgram(host, PROGRAM)).toHaveProperty("reason");
    expect(host.clock() - start).toBeLessThan(11e9);
  });
});

describe("openPowerProgram", () => {
  test("is nothing as long as one of its parts tells nothing", async () => {
    const meter = await openPowerProgram(machine(["a 10"]), RECORD, PROGRAM);
    expect(await meter.read()).toBeUndefined();
    await meter.close();
  });

  test("puts a mean over a span into its middle", async () => {
    const host = machine(["a 10", "b 20"]);
    const meter = await openPowerProgram(host, RECORD, { ...PROGRAM, lag: 0.1 });
    expect((await meter.read())?.at).toBe(host.clock() - 0.1e9);
    await meter.close();
  });

  test("breaks when the machine slept", async () => {
    const host = machine(["a 10", "b 20"]);
    const meter = await openPowerProgram(host, RECORD, PROGRAM);
    host.pass(0.1);
    const before = await meter.read();
    host.suspend(60);
    host.pass(0.1);
    const after = await meter.read();
    expect(after?.breaks).toBeGreaterThan(before?.breaks ?? NaN);
    expect(after?.joules).toBe(before?.joules);
    await meter.close();
  });
});
