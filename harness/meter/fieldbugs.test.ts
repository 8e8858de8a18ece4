import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openCounters } from "./counters.ts";
import { thisHost } from "./host.ts";
import type { OpenMeter } from "./meter.ts";
import { type FakeRapl, fakeRapl, type FakeZone, RANGE } from "./linux/rapl.support.ts";
import { rapl } from "./linux/rapl.ts";

// Each of these went wrong in a published energy meter: see the projects named with the tests.

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const PACKAGE: FakeZone = { entry: "intel-rapl:0", name: "package-0", idle: 50, busy: 80 };

async function opened(host: FakeRapl): Promise<OpenMeter> {
  const probe = await rapl.probe(host);
  if (!probe.works) throw new Error(probe.reason);
  return probe.open();
}

test("field bug 1: a read error is neither zero nor a wrap (codecarbon's rapl.py)", async () => {
  const host = fakeRapl([PACKAGE]);
  const meter = await opened(host);
  for (const code of ["EACCES", "EIO"] as const) {
    host.pass(1);
    host.fail(host.energyFile("intel-rapl:0"), code);
    expect(await meter.read()).toBeUndefined();
  }
  host.fail(host.energyFile("intel-rapl:0"), undefined);
  expect(await meter.read()).toMatchObject({ joules: 100, breaks: 0 });
});

test("field bug 2: a counter that goes round, once", async () => {
  const host = fakeRapl([{ ...PACKAGE, start: RANGE - 100_000_000n }]);
  const meter = await opened(host);
  host.pass(10);
  const reading = await meter.read();
  expect(reading?.breaks).toBe(0);
  expect(reading?.joules).toBeCloseTo(500, 6);
});

test("field bug 2: a counter that goes round twice between two readings is read in the background", async () => {
  const host = fakeRapl([PACKAGE]);
  const meter = await opened(host);
  // 150 kJ of a range of 65.5 kJ.
  for (let second = 0; second < 3_000; second += 5) {
    host.pass(5);
    vi.advanceTimersByTime(5_000);
  }
  const reading = await meter.read();
  expect(reading?.breaks).toBe(0);
  expect(reading?.joules).toBeCloseTo(150_000, 3);
});

test("field bug 2: a counter that may have gone round twice, unread, gives a break and no guess", async () => {
  const host = fakeRapl([PACKAGE]);
  const meter = await opened(host);
  const before = await meter.read();
  // The harness was stopped: time passed and no timer ran.
  host.pass(3_000);
  const after = await meter.read();
  expect(after?.breaks).toBe((before?.breaks ?? 0) + 1);
  expect(after?.joules).toBe(before?.joules);
});

test("field bug 3: after a failed read the counter is read again (CarbonTracker's retries gave the old value)", async () => {
  const host = fakeRapl([PACKAGE]);
  const meter = await opened(host);
  host.pass(1);
  host.fail(host.energyFile("intel-rapl:0"), "EIO");
  expect(await meter.read()).toBeUndefined();
  host.fail(host.energyFile("intel-rapl:0"), undefined);
  const first = await meter.read();
  host.pass(1);
  const second = await meter.read();
  expect(first).toMatchObject({ joules: 50, breaks: 0 });
  expect(second).toMatchObject({ joules: 100, breaks: 0 });
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(1e9);
});

test("field bug 4: package, core, uncore, memory, their memory-mapped twins and psys are not all added up", async () => {
  const host = fakeRapl([
    { entry: "intel-rapl:0", name: "psys", idle: 31, busy: 61 },
    { entry: "intel-rapl:1", name: "package-0", idle: 20, busy: 40 },
    { entry: "intel-rapl:1:0", name: "core", idle: 12, busy: 30 },
    { entry: "intel-rapl:1:1", name: "uncore", idle: 2 },
    { entry: "intel-rapl:1:2", name: "dram", idle: 3 },
    { entry: "intel-rapl-mmio:0", name: "package-0", idle: 20, busy: 40 },
    { entry: "intel-rapl-mmio:0:0", name: "dram", idle: 3 },
  ]);
  const meter = await opened(host);
  expect(meter.record).toMatchObject({ source: "rapl:package-0+dram", boundary: "cpu_package+dram", flags: [] });
  host.pass(10);
  expect((await meter.read())?.joules).toBeCloseTo(230, 6);
});

test("field bug 5: two dies that show one counter are counted once, and said to be (Threadripper 1950X)", async () => {
  const host = fakeRapl([
    { entry: "intel-rapl:0", name: "package-0", idle: 68, busy: 90 },
    { entry: "intel-rapl:1", name: "package-1", idle: 68, busy: 90 },
  ]);
  const meter = await opened(host);
  expect(meter.record.source).toBe("rapl:package-0");
  expect(meter.record.flags).toEqual(["mirrored: package-1 shows the counter of package-0, counted once"]);
  host.pass(10);
  expect((await meter.read())?.joules).toBeCloseTo(680, 6);
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  "field bug 5: mirrored dies are known though the counter moves on between two reads (phase %d)",
  async (phase) => {
    const dies = fakeRapl([
      { entry: "intel-rapl:0", name: "package-0", idle: 68, busy: 90 },
      { entry: "intel-rapl:1", name: "package-1", idle: 68, busy: 90 },
    ]);
    let reads = phase;
    const read = (file: string): string => {
      if (file.endsWith("/energy_uj")) {
        reads += 1;
        if (reads % 7 === 0) dies.pass(0.02);
      }
      return dies.read(file);
    };
    expect(await rapl.probe({ ...dies, read })).toMatchObject({ works: true, record: { source: "rapl:package-0" } });
  },
);

test("field bug 5: two sockets that draw alike but not the same are both counted", async () => {
  const host = fakeRapl([
    { entry: "intel-rapl:0", name: "package-0", idle: 68, busy: 90 },
    { entry: "intel-rapl:1", name: "package-1", idle: 68, busy: 68.5 },
  ]);
  const meter = await opened(host);
  expect(meter.record).toMatchObject({ source: "rapl:package-0+package-1", flags: [] });
  host.pass(10);
  expect((await meter.read())?.joules).toBeCloseTo(1_360, 6);
});

test.each([
  ["at zero (KVM)", 0n],
  ["at a value (frozen)", 123_456_789n],
])("field bug 7: a counter that stands %s is no meter", async (_, start) => {
  const host = fakeRapl([{ ...PACKAGE, idle: 0, busy: 0, start }]);
  expect(await rapl.probe(host)).toEqual({
    works: false,
    reason: expect.stringMatching(/package-0 does not move/) as string,
  });
});

test("field bug 7: one socket of two that stands is left out, and said to be", async () => {
  const host = fakeRapl([PACKAGE, { entry: "intel-rapl:1", name: "package-1", idle: 0 }]);
  expect((await opened(host)).record).toMatchObject({
    source: "rapl:package-0",
    flags: ["package-1 does not count and is left out"],
  });
});

test("field bug 8: ten sockets and more, each found by its name and counted once", async () => {
  // Numbered as they were found, not as they are named; memory first in one of them.
  const sockets = Array.from({ length: 12 }, (_, n) => (n * 5) % 12);
  const host = fakeRapl(
    sockets.flatMap((name, entry) => [
      { entry: `intel-rapl:${entry}`, name: `package-${name}`, idle: 20 + name },
      { entry: `intel-rapl:${entry}:${entry === 3 ? 1 : 0}`, name: "core", idle: 5 },
      { entry: `intel-rapl:${entry}:${entry === 3 ? 0 : 1}`, name: "dram", idle: 2 },
    ]),
  );
  const meter = await opened(host);
  const names = Array.from({ length: 12 }, (_, n) => `package-${n}`).join("+");
  expect(meter.record).toMatchObject({ source: `rapl:${names}+dram`, boundary: "cpu_package+dram", flags: [] });
  host.pass(10);
  // 12 x 20 W + (0 + 1 + ... + 11) W + 12 x 2 W.
  expect((await meter.read())?.joules).toBeCloseTo(10 * (240 + 66 + 24), 6);
});

test("field bug 11: processes that measure at once each read the machine, and their records say so", async () => {
  const host = fakeRapl([PACKAGE]);
  const ranks = await Promise.all([opened(host), opened(host)]);
  host.pass(10);
  const readings = await Promise.all(ranks.map((rank) => rank.read()));
  // Neither gets a part that could be added to the other's: both get all of it.
  expect(readings.map((reading) => reading?.joules)).toEqual([500, 500]);
  for (const { record } of ranks) {
    expect(record).toMatchObject({ source: "rapl:package-0", domain: "cpu", boundary: "cpu_package" });
  }
});

test("field bug 18: the time in which the machine slept is a gap", async () => {
  const host = fakeRapl([PACKAGE]);
  const meter = await opened(host);
  host.pass(5);
  host.suspend(600);
  // What the counter shows after resuming: most processors start again, some count on.
  host.set("intel-rapl:0", 70_000_000n);
  host.pass(5);
  const resumed = await meter.read();
  expect(resumed?.breaks).toBe(1);
  host.pass(5);
  const later = await meter.read();
  expect(later?.breaks).toBe(1);
  expect((later?.joules ?? 0) - (resumed?.joules ?? 0)).toBeCloseTo(250, 6);
});

test.each([-86_400_000, 86_400_000])(
  "field bug 19: the system clock jumps by %d ms and nothing happens",
  async (jump) => {
    vi.useRealTimers();
    const { record } = await opened(fakeRapl([PACKAGE]));
    vi.useFakeTimers({ toFake: ["Date"] });
    const values = [5_000_000n, 6_000_000n, 7_000_000n];
    const kind = { unit: 1e-6, range: RANGE, most: 1_500, period: 0.001 };
    const meter = openCounters(thisHost(), record, [{ kind, raw: () => values.shift() }]);
    const before = await meter.read();
    vi.setSystemTime(Date.now() + jump);
    const after = await meter.read();
    await meter.close();
    expect(before).toMatchObject({ joules: 1, breaks: 0 });
    expect(after).toMatchObject({ joules: 2, breaks: 0 });
    const nanoseconds = (after?.at ?? 0) - (before?.at ?? 0);
    expect(nanoseconds).toBeGreaterThan(0);
    expect(nanoseconds).toBeLessThan(Math.abs(jump) * 1e6);
  },
);
