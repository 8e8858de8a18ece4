import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MeterRecord } from "../../run.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";
import { hwmon } from "./hwmon.ts";
import type { OpenMeter } from "../meter.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** A chip's inputs: label to watts. They are numbered in this order. */
type Chip = { readonly name: string; readonly watts: Readonly<Record<string, number>> };

const SOCKETS: Chip = { name: "amd_energy", watts: { Ecore000: 4, Ecore001: 5, Esocket0: 60, Esocket1: 40 } };

function fakeChips(chips: readonly Chip[]): FakeHost {
  let elapsed = 1_000;
  const host = fakeHost({
    whilePassing(seconds) {
      elapsed += seconds;
      show();
    },
  });
  const show = (): void => {
    for (const [n, { watts }] of chips.entries()) {
      for (const [index, power] of Object.values(watts).entries()) {
        host.write(`/sys/class/hwmon/hwmon${n}/energy${index + 1}_input`, Math.round(power * elapsed * 1e6));
      }
    }
  };
  for (const [n, { name, watts }] of chips.entries()) {
    host.write(`/sys/class/hwmon/hwmon${n}/name`, name);
    for (const [index, label] of Object.keys(watts).entries()) {
      host.write(`/sys/class/hwmon/hwmon${n}/energy${index + 1}_label`, label);
    }
  }
  show();
  return host;
}

const METER = "/sys/class/hwmon/hwmon7";
function powerMeter(host: FakeHost, watts: number): FakeHost {
  host.write(`${METER}/name`, "acpi_power_meter");
  host.write(`${METER}/power1_average_interval`, 1_000);
  setPower(host, watts);
  return host;
}
const setPower = (host: FakeHost, watts: number): void => host.write(`${METER}/power1_average`, watts * 1e6);

async function opened(host: FakeHost): Promise<OpenMeter> {
  const probe = await hwmon.probe(host);
  if (!probe.works) throw new Error(probe.reason);
  return probe.open();
}

describe("hwmon counters", () => {
  test.each(["amd_energy", "zenergy"])("of %s are read by socket, never with the cores inside them", async (name) => {
    const host = fakeChips([
      { name: "k10temp", watts: {} },
      { ...SOCKETS, name },
    ]);
    const meter = await opened(host);
    expect(meter.record).toMatchObject({
      source: "hwmon:Esocket0+Esocket1",
      domain: "cpu",
      boundary: "cpu_package",
      grade: "A",
    });
    expect(MeterRecord.parse(meter.record)).toEqual(meter.record);
    host.pass(10);
    expect((await meter.read())?.joules).toBeCloseTo(1_000, 6);
  });

  test("that two drivers show are counted once", async () => {
    const host = fakeChips([SOCKETS, { ...SOCKETS, name: "zenergy" }]);
    expect((await opened(host)).record.source).toBe("hwmon:Esocket0+Esocket1");
  });

  test("break when they start again: the driver was loaded anew", async () => {
    const host = fakeChips([SOCKETS]);
    const meter = await opened(host);
    host.write("/sys/class/hwmon/hwmon0/energy3_input", 10);
    expect(await meter.read()).toMatchObject({ joules: 0, breaks: 1 });
  });

  test("that root alone may read come with the command that opens them", async () => {
    const host = fakeChips([SOCKETS]);
    host.fail("/sys/class/hwmon/hwmon0/energy3_input", "EACCES");
    expect(await hwmon.probe(host)).toEqual({
      works: false,
      reason: "'/sys/class/hwmon/hwmon0/energy3_input' may be read by root only",
      remedy: "sudo chmod a+r /sys/class/hwmon/hwmon0/energy3_input /sys/class/hwmon/hwmon0/energy4_input",
    });
  });

  test("that stand still are no meter", async () => {
    const host = fakeChips([{ name: "amd_energy", watts: { Esocket0: 0 } }]);
    expect(await hwmon.probe(host)).toMatchObject({
      works: false,
      reason: expect.stringMatching(/Esocket0: its figure does not move/) as string,
    });
  });

  test("of graphics boards are left to their own meters", async () => {
    const host = fakeChips(["amdgpu", "i915", "xe"].map((name) => ({ name, watts: { Esocket0: 200 } })));
    expect(await hwmon.probe(host)).toMatchObject({
      works: false,
      reason: expect.stringMatching(/no amd_energy/) as string,
    });
  });
});

describe("hwmon power meter", () => {
  test("is integrated: grade B, of the whole machine", async () => {
    const { record } = await opened(powerMeter(fakeHost(), 200));
    expect(record).toMatchObject({
      source: "hwmon:acpi_power_meter",
      domain: "system",
      boundary: "system_dc",
      grade: "B",
      period: 1,
    });
    expect(MeterRecord.parse(record)).toEqual(record);
  });

  test("is looked at in the background: the energy is that of the mean power, not of the last", async () => {
    const host = powerMeter(fakeHost(), 200);
    const meter = await opened(host);
    await meter.read();
    for (let second = 1; second <= 60; second += 1) {
      host.pass(1);
      setPower(host, second < 60 ? 200 : 900);
      vi.advanceTimersByTime(1_000);
    }
    const reading = await meter.read();
    expect(reading?.breaks).toBe(0);
    expect(reading?.joules).toBeCloseTo(59 * 200 + 550, 6);
  });

  test("shows what was true half an interval ago", async () => {
    const host = powerMeter(fakeHost(), 200);
    const reading = await (await opened(host)).read();
    expect(reading?.at).toBe(host.clock() - 0.5e9);
  });

  test("gives nothing for a look that fails", async () => {
    const host = powerMeter(fakeHost(), 200);
    const meter = await opened(host);
    host.fail(`${METER}/power1_average`, "EIO");
    expect(await meter.read()).toBeUndefined();
  });

  test("breaks over a gap and over sleep", async () => {
    const host = powerMeter(fakeHost(), 200);
    const meter = await opened(host);
    await meter.read();
    host.pass(20);
    expect(await meter.read()).toMatchObject({ joules: 0, breaks: 1 });
    host.suspend(5);
    host.pass(1);
    expect(await meter.read()).toMatchObject({ joules: 0, breaks: 2 });
  });

  test("steps in where the processor's counters may not be read, not where they may", async () => {
    const host = powerMeter(fakeChips([SOCKETS]), 300);
    expect((await opened(host)).record.grade).toBe("A");
    host.fail("/sys/class/hwmon/hwmon0/energy3_input", "EACCES");
    expect((await opened(host)).record.grade).toBe("B");
  });

  test("stops looking when it is closed", async () => {
    const meter = await opened(powerMeter(fakeHost(), 200));
    expect(vi.getTimerCount()).toBe(1);
    await meter.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("hwmon is a part of Linux", async () => {
  expect(await hwmon.probe(fakeHost({ platform: "win32" }))).toMatchObject({ works: false });
});
