import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readingOf, working } from "../gpu/gpu.support.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";
import type { EnergyMeter } from "../meter.ts";
import { wallMeter } from "./wall.ts";

const NOON = Date.UTC(2026, 2, 1, 12) / 1e3;

/** A machine beside which a wall meter writes a row every second, stamped by a system clock that a test may set. */
function desk(heading: string, value: (second: number) => number) {
  const host: FakeHost = fakeHost();
  const start = host.clock();
  const file = path.join(host.root, "wall.csv");
  const clock = { ahead: 0 };
  const time = (): number => NOON + (host.clock() - start) / 1e9 + clock.ahead;
  let second = 0;
  writeFileSync(file, `${heading}\n`);
  const write = (text = `${time()},${value(second)}`): void => appendFileSync(file, `${text}\n`);
  const seconds = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      host.pass(1);
      second += 1;
      write();
    }
  };
  const meter: EnergyMeter = wallMeter(file, () => time() * 1e3);
  return { host, file, clock, write, seconds, meter };
}

describe("wall file probe", () => {
  test("says what it covers: power", async () => {
    const { host, file, seconds, meter } = desk("time,watts", () => 64);
    seconds(5);
    expect(working(await meter.probe(host)).record).toEqual({
      id: "wall",
      source: `wall:${file}`,
      domain: "system",
      boundary: "wall",
      grade: "B",
      period: expect.closeTo(1, 3) as number,
      quantum: expect.closeTo(0.1, 3) as number,
      error: 0.02,
      shortest: 60,
      flags: [],
    });
  });

  test("says what it covers: energy, with the smallest step seen", async () => {
    const { host, seconds, meter } = desk("time,energy_wh", (second) => 100 + Math.floor(second / 3));
    seconds(9);
    expect(working(await meter.probe(host)).record).toMatchObject({ grade: "A", quantum: 3_600 });
  });

  test("needs longer windows of a slow meter", async () => {
    const { host, write, meter } = desk("time,watts", () => 64);
    for (let i = 0; i < 5; i += 1) {
      host.pass(10);
      write();
    }
    const { period, shortest } = working(await meter.probe(host)).record;
    expect(period).toBeCloseTo(10, 3);
    expect(shortest).toBeGreaterThanOrEqual(410);
  });

  test("names file, line and value of a row that makes no sense", async () => {
    const { host, file, seconds, write, meter } = desk("time,watts", () => 64);
    seconds(3);
    write(`${NOON},6x4`);
    seconds(1);
    expect(await meter.probe(host)).toEqual({ works: false, reason: `${file}:5: "6x4" is no number of watts` });
  });

  test("refuses a file that nobody writes any more, or of another time", async () => {
    const { host, file, seconds, clock, meter } = desk("time,watts", () => 64);
    seconds(5);
    host.pass(60);
    expect(await meter.probe(host)).toEqual({
      works: false,
      reason: `${file}: its last row is 60 s old; the meter must be writing while perjoule measures`,
    });
    clock.ahead = -3_600;
    expect(await meter.probe(host)).toEqual({
      works: false,
      reason: `${file}: its last row lies 3540 s in the future`,
    });
  });

  test("refuses figures of no machine at work", async () => {
    const reason = async (heading: string, value: number): Promise<unknown> => {
      const { host, file, seconds, meter } = desk(heading, () => value);
      seconds(5);
      const probe = await meter.probe(host);
      return probe.works ? "works" : probe.reason.replace(`${file}: `, "");
    };
    expect(await reason("time,watts", 0)).toBe("it reads 0 W: is this machine plugged into it?");
    expect(await reason("time,kw", 64)).toBe("it reads 64000 W, which no machine draws");
    expect(await reason("time,kwh", 12)).toBe("its energy does not grow");
  });

  test("refuses a file that is missing, empty, without rows or without a heading", async () => {
    const { host, file, meter, write } = desk("time,watts", () => 64);
    expect(await meter.probe(host)).toEqual({ works: false, reason: `${file}: it has fewer than two rows so far` });
    writeFileSync(file, "");
    expect(await meter.probe(host)).toEqual({ works: false, reason: `${file} is empty` });
    write();
    write();
    expect(await meter.probe(host)).toMatchObject({
      works: false,
      reason: expect.stringContaining(`${file}:1: no column`),
    });
    rmSync(file);
    expect(await meter.probe(host)).toMatchObject({
      works: false,
      reason: expect.stringMatching(/wall\.csv cannot be read: ENOENT/),
    });
  });
});

describe("wall file reading", () => {
  test("picks up rows that were added, from the opening on", async () => {
    const { host, seconds, meter } = desk("time,watts", (second) => (second <= 10 ? 1_000 : 64));
    seconds(10);
    const probe = working(await meter.probe(host));
    seconds(1);
    const open = await probe.open();
    const before = await readingOf(open);
    expect(before.joules).toBe(0);
    seconds(60);
    const after = await readingOf(open);
    expect(after.joules).toBeCloseTo(64 * 60, 3);
    expect(after.at - before.at).toBeCloseTo(60e9, -7);
    expect(host.clock() - after.at).toBeLessThan(1e6);
    await open.close();
    const again = await probe.open();
    expect((await readingOf(again)).joules).toBe(0);
    await again.close();
  });

  test("counts energy exactly", async () => {
    const { host, seconds, meter } = desk("time,energy_kwh", (second) => Number((1_000 + second * 0.001).toFixed(3)));
    seconds(5);
    const open = await working(await meter.probe(host)).open();
    const { joules } = await readingOf(open);
    seconds(60);
    expect((await readingOf(open)).joules - joules).toBe(60 * 3_600);
    await open.close();
  });

  test("leaves out rows that make no sense, and is nothing when no more come", async () => {
    const { host, seconds, write, meter } = desk("time,watts", () => 64);
    seconds(5);
    const open = await working(await meter.probe(host)).open();
    const before = await readingOf(open);
    seconds(5);
    write("what,is this");
    seconds(5);
    expect(await open.read()).toMatchObject({ joules: expect.closeTo(640, 3) as number, breaks: before.breaks });
    host.pass(30);
    expect(await open.read()).toBeUndefined();
    await open.close();
  });

  test("breaks when the system's clock was set, and goes on in its new time", async () => {
    const { host, seconds, clock, meter } = desk("time,watts", () => 64);
    seconds(5);
    const open = await working(await meter.probe(host)).open();
    const before = await readingOf(open);
    clock.ahead = 3_600;
    seconds(10);
    const after = await readingOf(open);
    expect(after.breaks).toBe(before.breaks + 1);
    expect(host.clock() - after.at).toBeLessThan(1e6);
    seconds(10);
    const later = await readingOf(open);
    expect(later.joules - after.joules).toBeCloseTo(640, 3);
    expect(later.breaks).toBe(after.breaks);
    await open.close();
  });

  test("breaks when the file was begun anew", async () => {
    const { host, file, seconds, meter } = desk("time,watts", () => 64);
    seconds(5);
    const open = await working(await meter.probe(host)).open();
    const { breaks } = await readingOf(open);
    writeFileSync(file, "time,watts\n");
    seconds(2);
    expect((await readingOf(open)).breaks).toBe(breaks + 1);
    rmSync(file);
    expect(await open.read()).toBeUndefined();
    await open.close();
  });
});
