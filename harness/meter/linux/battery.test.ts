import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MeterRecord } from "../../run.ts";
import { battery } from "./battery.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";
import type { OpenMeter } from "../meter.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const SUPPLY = "/sys/class/power_supply";
type Files = Readonly<Record<string, string | number>>;

const DISCHARGING: Files = { type: "Battery", status: "Discharging", power_now: 12_000_000, energy_now: 40_000_000 };

function laptop(supplies: Readonly<Record<string, Files>>): FakeHost {
  const host = fakeHost();
  for (const [supply, files] of Object.entries(supplies)) {
    for (const [file, content] of Object.entries(files)) host.write(`${SUPPLY}/${supply}/${file}`, content);
  }
  return host;
}

async function opened(host: FakeHost): Promise<OpenMeter> {
  const probe = await battery.probe(host);
  if (!probe.works) throw new Error(probe.reason);
  return probe.open();
}

/** Energy of ten minutes, the battery looked at all the while. */
async function tenMinutes(host: FakeHost): Promise<number | undefined> {
  const meter = await opened(host);
  const before = await meter.read();
  for (let second = 0; second < 600; second += 5) {
    host.pass(5);
    vi.advanceTimersByTime(5_000);
  }
  const after = await meter.read();
  await meter.close();
  return after?.breaks === before?.breaks ? after?.joules : undefined;
}

describe("battery", () => {
  test("gives what the whole machine draws: grade B, for long windows", async () => {
    const host = laptop({ AC: { type: "Mains", online: 0 }, BAT0: DISCHARGING });
    const { record } = await opened(host);
    expect(record).toMatchObject({ source: "battery:BAT0", domain: "system", boundary: "system_dc", grade: "B" });
    expect(record).toMatchObject({ period: 60, shortest: 300 });
    expect(MeterRecord.parse(record)).toEqual(record);
    expect(await tenMinutes(host)).toBeCloseTo(7_200, 6);
  });

  test("multiplies current and voltage where the gauge tells no power", async () => {
    const host = laptop({ BAT0: { status: "Discharging", current_now: 800_000, voltage_now: 15_000_000 } });
    expect(await tenMinutes(host)).toBeCloseTo(7_200, 6);
  });

  test("takes a discharge of negative sign for a discharge", async () => {
    expect(await tenMinutes(laptop({ BAT0: { ...DISCHARGING, power_now: -12_000_000 } }))).toBeCloseTo(7_200, 6);
  });

  test("adds up two batteries, of which one may rest", async () => {
    const second = { ...DISCHARGING, power_now: 3_000_000 };
    expect(await tenMinutes(laptop({ BAT0: DISCHARGING, BAT1: second }))).toBeCloseTo(9_000, 6);
    const resting = { ...second, status: "Not charging" };
    expect(await tenMinutes(laptop({ BAT0: DISCHARGING, BAT1: resting }))).toBeCloseTo(7_200, 6);
  });

  test("breaks when the machine was plugged in meanwhile", async () => {
    const host = laptop({ BAT0: DISCHARGING });
    const meter = await opened(host);
    expect(await meter.read()).toMatchObject({ breaks: 0 });
    host.pass(5);
    host.write(`${SUPPLY}/BAT0/status`, "Charging");
    expect(await meter.read()).toBeUndefined();
    host.pass(5);
    host.write(`${SUPPLY}/BAT0/status`, "Discharging");
    expect(await meter.read()).toMatchObject({ joules: 0, breaks: 1 });
  });

  test("spans a look that failed", async () => {
    const host = laptop({ BAT0: DISCHARGING });
    const meter = await opened(host);
    await meter.read();
    host.pass(5);
    host.fail(`${SUPPLY}/BAT0/power_now`, "ENODATA");
    expect(await meter.read()).toBeUndefined();
    host.fail(`${SUPPLY}/BAT0/power_now`, undefined);
    host.pass(5);
    expect(await meter.read()).toMatchObject({ joules: 120, breaks: 0 });
  });

  test.each<[string, Record<string, Files>]>([
    ["charges", { BAT0: { ...DISCHARGING, status: "Charging" } }],
    ["is full", { BAT0: { ...DISCHARGING, status: "Full" } }],
    ["helps a weak charger", { AC: { type: "Mains", online: 1 }, BAT0: DISCHARGING }],
    ["feeds while another charges", { BAT0: DISCHARGING, BAT1: { ...DISCHARGING, status: "Charging" } }],
  ])("refuses a battery that %s, and says what to do", async (_, supplies) => {
    expect(await battery.probe(laptop(supplies))).toEqual({
      works: false,
      reason: expect.stringMatching(/does not run on its battery: BAT0 is '\w+'/) as string,
      remedy: expect.stringMatching(/^unplug it/) as string,
    });
  });

  test.each<[string, Record<string, Files>, RegExp]>([
    ["a machine without one", { AC: { type: "Mains", online: 1 } }, /no battery/],
    ["a mouse's", { hidpp_battery_0: DISCHARGING }, /no battery/],
    ["a gauge without power", { BAT0: { status: "Discharging", energy_now: 5 } }, /neither power_now nor current_now/],
    ["a gauge that shows zero", { BAT0: { ...DISCHARGING, power_now: 0 } }, /does not move/],
  ])("refuses %s", async (_, supplies, reason) => {
    expect(await battery.probe(laptop(supplies))).toEqual({
      works: false,
      reason: expect.stringMatching(reason) as string,
    });
  });

  test("is read on Linux", async () => {
    expect(await battery.probe(fakeHost({ platform: "darwin" }))).toMatchObject({ works: false });
  });
});
