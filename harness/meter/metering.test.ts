import { describe, expect, test } from "vitest";
import { atChange, metering } from "./metering.ts";
import type { OpenMeter, Reading } from "./meter.ts";
import type { MeterRecord } from "../run.ts";

const MS = 1e6;
const record = (period: number): MeterRecord => ({
  id: "rapl",
  source: "fake",
  domain: "cpu",
  boundary: "cpu_package",
  grade: "A",
  period,
  quantum: 0,
  error: 0.05,
  shortest: 0,
  flags: [],
});

/** A counter of 1 W that ticks every `period`, on a clock that only sleeping moves. */
function ticking(period: number, at: (ms: number, reading: Reading) => Reading | undefined = (_, r) => r) {
  let now = 3 * MS;
  const host = {
    clock: () => now,
    sleep: (seconds: number) => {
      now += Math.round(seconds * 1e9);
      return Promise.resolve();
    },
    read(): string {
      throw new Error("no such file");
    },
    list: () => [],
  };
  const read = (): Promise<Reading | undefined> => {
    const tick = Math.floor(now / 1e9 / period) * period;
    return Promise.resolve(at(now / MS, { at: now - period * 5e8, edge: period * 1e9, joules: tick, breaks: 0 }));
  };
  const meter: OpenMeter = { record: record(period), read, close: () => Promise.resolve() };
  return { host: host as never, meter, wait: host.sleep, now: () => now };
}

describe("atChange", () => {
  test("waits for the tick and knows its moment to within one look", async () => {
    const { host, meter } = ticking(0.1);
    const reading = await atChange(meter, host);
    // From 3 ms on in looks of 2 ms: unchanged at 99 ms, changed at 101 ms.
    expect(reading).toMatchObject({ at: 100 * MS, edge: 2 * MS, joules: expect.closeTo(0.1, 9) });
  });

  test("waits until an integral of samples or a wall meter's row belongs to a later moment, and takes its word for when", async () => {
    const { host, meter, now } = ticking(0.1, (ms, reading) => ({ ...reading, at: (ms - 500) * MS }));
    const before = now();
    const integral: OpenMeter = { ...meter, record: { ...meter.record, grade: "B" } };
    const reading = await atChange(integral, host);
    expect(reading?.at).toBeGreaterThanOrEqual(before);
    expect(now() - before).toBeGreaterThanOrEqual(500 * MS);
    expect(now() - before).toBeLessThan(510 * MS);
  });

  test("does not wait for a counter slower than fifteen seconds, and leaves its whole period open", async () => {
    const { host, meter, now } = ticking(20);
    const before = now();
    expect(await atChange(meter, host)).toMatchObject({ edge: 20e9 });
    expect(now()).toBe(before);
  });

  test("field bug 7: a counter that stands still in the middle of a run gives nothing, and is not waited for for ever", async () => {
    const { host, meter, now } = ticking(0.1, (_, reading) => ({ ...reading, joules: 5 }));
    const before = now();
    expect(await atChange(meter, host)).toBeUndefined();
    expect(now() - before).toBeLessThan(500 * MS);
  });

  test("gives nothing when a read fails while it waits", async () => {
    const { host, meter } = ticking(0.1, (ms, reading) => (ms > 50 ? undefined : reading));
    expect(await atChange(meter, host)).toBeUndefined();
  });
});

describe("metering", () => {
  test("brackets the work although a wall meter's rows come eight seconds late", async () => {
    const [IDLE, BUSY, LATE] = [20, 80, 8];
    let now = 100;
    let busyFrom = Infinity;
    let busyTo = Infinity;
    const energyAt = (t: number): number => {
      const busy = Math.max(0, Math.min(t, busyTo) - Math.min(t, busyFrom));
      return IDLE * t + (BUSY - IDLE) * busy;
    };
    const host = {
      clock: () => Math.round(now * 1e9),
      sleep: (seconds: number) => Promise.resolve(void (now += seconds)),
      read(): string {
        throw new Error("no such file");
      },
      list: () => [],
    };
    const read = (): Promise<Reading> => {
      const row = Math.floor(now - LATE);
      return Promise.resolve({ at: row * 1e9, edge: 1e9, joules: energyAt(row), breaks: 0 });
    };
    const meter: OpenMeter = {
      record: { ...record(1), id: "wall", grade: "B" },
      read,
      close: () => Promise.resolve(),
    };
    const end = await metering([meter], host as never).begin();
    busyFrom = now;
    now += 60;
    busyTo = now;
    const wall = (await end(0)).energy?.["wall"];
    const idleSeconds = (wall?.wall ?? 0) / 1e9 - 60;
    expect(idleSeconds).toBeGreaterThanOrEqual(0);
    // What lies between the readings beside the work was idle: nothing of the work is lost before or after them.
    expect((wall?.joules ?? 0) - IDLE * idleSeconds).toBeCloseTo(BUSY * 60, 6);
  });

  test("gives no energy for a slow counter that did not move, never 0", async () => {
    const still = ticking(20, (_, reading) => ({ ...reading, joules: 5 }));
    const meters = metering([still.meter], still.host);
    const end = await meters.begin();
    await still.wait(60);
    expect(await end(0)).toEqual({ energy: {} });
    expect(meters.lost().map(({ id }) => id)).toEqual(["rapl"]);
  });

  test("gives the energy between two ticks and the time between them", async () => {
    const { host, meter, wait } = ticking(0.1);
    const end = await metering([meter], host).begin();
    await wait(2);
    const { energy } = await end(0);
    expect(energy?.["rapl"]?.joules).toBeCloseTo(2.1, 9);
    expect((energy?.["rapl"]?.wall ?? 0) / 1e9).toBeCloseTo(2.1, 2);
  });

  test("leaves a meter out whose count broke in between, or whose read failed: absent, never 0", async () => {
    const broken = ticking(0.1, (ms, reading) => ({ ...reading, breaks: ms > 500 ? 1 : 0 }));
    const end = await metering([broken.meter], broken.host).begin();
    await broken.wait(2);
    expect(await end(0)).toEqual({ energy: {} });
    const failing = ticking(0.1, (ms, reading) => (ms > 500 ? undefined : reading));
    const endFailing = await metering([failing.meter], failing.host).begin();
    await failing.wait(2);
    expect(await endFailing(0)).toEqual({ energy: {} });
  });

  test("has no energy where there is no meter", async () => {
    const { host } = ticking(0.1);
    const end = await metering([], host).begin();
    expect(await end(0)).toEqual({});
  });
});
