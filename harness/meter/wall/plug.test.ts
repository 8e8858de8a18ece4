import { describe, expect, test } from "vitest";
import { readingOf, working } from "../gpu/gpu.support.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";
import type { OpenMeter } from "../meter.ts";
import { fakePlug } from "./plug.support.ts";
import { wallMeter } from "./wall.ts";

/** A machine that draws so many watts, and what has gone through its plug. */
function machine(
  watts: number,
  env: Record<string, string> = {},
): { host: FakeHost; load: { watts: number; joules: number } } {
  const load = { watts, joules: 5e6 };
  const host = fakeHost({ env, whilePassing: (span) => void (load.joules += load.watts * span) });
  return { host, load };
}

/** Lets a second pass and asks, so many times. */
async function seconds(host: FakeHost, meter: OpenMeter, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    host.pass(1);
    await meter.read();
  }
}

describe("wall plug probe", () => {
  test("integrates the power of a plug whose counter is coarse", async () => {
    const { host, load } = machine(64);
    const tasmota = () => ({
      StatusSNS: { ENERGY: { Power: load.watts, Total: Math.floor(load.joules / 3_600) / 1e3 } },
    });
    const plug = await fakePlug(tasmota);
    expect(working(await wallMeter(`${plug.address}/cm?cmnd=Status%208&password=secret`).probe(host)).record).toEqual({
      id: "wall",
      source: `wall:${plug.address}/cm`,
      domain: "system",
      boundary: "wall",
      grade: "B",
      period: 1,
      quantum: 0.1,
      error: 0.02,
      shortest: 60,
      flags: [],
    });
    expect(plug.asked.path).toBe("/cm?cmnd=Status%208&password=secret");
  });

  test("takes the counter of a plug whose counter is fine", async () => {
    const { host, load } = machine(64);
    const plug = await fakePlug(() => ({
      apower: load.watts,
      aenergy: { total: Math.round(load.joules / 3.6) / 1e3 },
    }));
    expect(working(await wallMeter(plug.address).probe(host)).record).toMatchObject({
      grade: "A",
      period: 1,
      shortest: 60,
    });
  });

  test("takes a counter only if its steps are small beside what is drawn", async () => {
    for (const [watts, grade] of [
      [64, "B"],
      [300, "A"],
    ] as const) {
      const { host, load } = machine(watts);
      const plug = await fakePlug(() => ({ power: load.watts, is_valid: true, total: Math.floor(load.joules / 60) }));
      expect(working(await wallMeter(plug.address).probe(host)).record.grade).toBe(grade);
    }
  });

  test("takes the power of a plug whose fine counter stands still meanwhile", async () => {
    const { host, load } = machine(64);
    const plug = await fakePlug(() => ({ apower: load.watts, aenergy: { total: 1_234.567 } }));
    expect(working(await wallMeter(plug.address).probe(host)).record).toMatchObject({ grade: "B" });
  });

  test("does not believe a counter that steps once while it is looked at, nor one that contradicts the power beside it", async () => {
    const { host, load } = machine(60);
    // Once in 240 J: the four looks see one step, which alone would be 80 W or nothing.
    const slow = await fakePlug(() => ({
      apower: load.watts,
      aenergy: { total: (240 * Math.floor(load.joules / 240 + 0.5)) / 3_600 },
    }));
    expect(working(await wallMeter(slow.address).probe(host)).record).toMatchObject({ grade: "B", period: 1 });
    const wrong = machine(60);
    const twenty = await fakePlug(() => ({ apower: 60, aenergy: { total: (20 * wrong.load.joules) / 3_600 } }));
    expect(working(await wallMeter(twenty.address).probe(wrong.host)).record).toMatchObject({ grade: "B" });
  });

  test("refuses a lone counter that does not move", async () => {
    const { host } = machine(64);
    const plug = await fakePlug(() => ({
      entity_id: "sensor.e",
      state: "12.3",
      attributes: { unit_of_measurement: "kWh" },
    }));
    expect(await wallMeter(plug.address).probe(host)).toEqual({
      works: false,
      reason: "its counter hardly moves: 0 J in 0 steps in 3 s; give the address of its power instead",
    });
  });

  test("refuses nothing drawn, and power that is negative or absurd", async () => {
    for (const [watts, reason] of [
      [0, "it reads 0 W: is this machine plugged into it?"],
      [-12, "it reads -12 W, which no machine draws"],
      [64_000, "it reads 64000 W, which no machine draws"],
    ] as const) {
      const plug = await fakePlug(() => ({ apower: watts }));
      expect(await wallMeter(plug.address).probe(fakeHost())).toEqual({ works: false, reason });
    }
  });

  test("says why there is no answer", async () => {
    const reply = { now: 500 as unknown };
    const plug = await fakePlug(() => reply.now);
    const reason = (): Promise<unknown> => wallMeter(plug.address).probe(fakeHost());
    expect(await reason()).toMatchObject({
      works: false,
      reason: `${plug.address}/ answers 500 Internal Server Error`,
    });
    reply.now = "<html>";
    expect(await reason()).toEqual({ works: false, reason: `${plug.address}/ gives no answer: not JSON` });
    reply.now = { error: "no" };
    expect(await reason()).toEqual({
      works: false,
      reason: `${plug.address}/: its reply is none of Shelly, Tasmota or a Home Assistant sensor`,
    });
    expect(await wallMeter("http://127.0.0.1:1/").probe(fakeHost())).toMatchObject({ works: false });
    expect(await wallMeter("http://").probe(fakeHost())).toEqual({ works: false, reason: '"http://" is no URL' });
  });

  test("signs in by a token or a password, and tells neither", async () => {
    const plug = await fakePlug(() => (plug.asked.authorization === undefined ? 401 : { apower: 64 }));
    expect(await wallMeter(plug.address).probe(fakeHost())).toEqual({
      works: false,
      reason: `${plug.address}/ wants a password or token`,
      remedy: "put the token into PERJOULE_WALL_TOKEN, or user:password@ before the host",
    });
    const host = fakeHost({ env: { PERJOULE_WALL_TOKEN: "abc" } });
    expect(working(await wallMeter(plug.address).probe(host)).record.source).toBe(`wall:${plug.address}/`);
    expect(plug.asked.authorization).toBe("Bearer abc");
    const address = plug.address.replace("//", "//ann:s%20cret@");
    expect(working(await wallMeter(address).probe(fakeHost())).record.source).toBe(`wall:${plug.address}/`);
    expect(plug.asked.authorization).toBe(`Basic ${btoa("ann:s cret")}`);
  });
});

describe("wall plug reading", () => {
  test("is the integral of power, or what the counter counted", async () => {
    for (const isFine of [false, true]) {
      const { host, load } = machine(64);
      const counter = () => ({ total: Math.round(load.joules / 3.6) / 1e3 });
      const plug = await fakePlug(() => ({ apower: load.watts, ...(isFine ? { aenergy: counter() } : {}) }));
      const meter = await working(await wallMeter(plug.address).probe(host)).open();
      expect(meter.record.grade).toBe(isFine ? "A" : "B");
      const before = await readingOf(meter);
      await seconds(host, meter, 60);
      const after = await readingOf(meter);
      expect(before.joules).toBe(0);
      expect(after.joules).toBeCloseTo(64 * 60, -1);
      expect(after.at - before.at).toBe(60e9);
      expect(after.breaks).toBe(0);
      await meter.close();
    }
  });

  test("asks no more than once a second", async () => {
    const { host } = machine(64);
    const plug = await fakePlug(() => ({ apower: 64 }));
    const meter = await working(await wallMeter(plug.address).probe(host)).open();
    const { times } = plug.asked;
    for (let i = 0; i < 50; i += 1) {
      host.pass(0.02);
      await meter.read();
    }
    expect(plug.asked.times - times).toBe(1);
    await meter.close();
  });

  test("is nothing while replies are malformed, and goes on after", async () => {
    const { host } = machine(64);
    const reply = { now: { apower: 64 } as unknown };
    const plug = await fakePlug(() => reply.now);
    const meter = await working(await wallMeter(plug.address).probe(host)).open();
    const { breaks } = await readingOf(meter);
    for (const broken of ["{", 503, {}, { apower: -5 }, { apower: 1e9 }]) {
      reply.now = broken;
      host.pass(1);
      expect(await meter.read()).toBeUndefined();
    }
    reply.now = { apower: 64 };
    host.pass(1);
    expect((await readingOf(meter)).breaks).toBe(breaks + 1);
    await meter.close();
  });

  test("breaks when the counter was reset", async () => {
    const { host, load } = machine(64);
    const plug = await fakePlug(() => ({ apower: load.watts, aenergy: { total: load.joules / 3_600 } }));
    const meter = await working(await wallMeter(plug.address).probe(host)).open();
    await seconds(host, meter, 10);
    const before = await readingOf(meter);
    load.joules = 0;
    host.pass(1);
    const after = await readingOf(meter);
    expect([after.breaks, after.joules]).toEqual([before.breaks + 1, before.joules]);
    await meter.close();
  });
});
