import { describe, expect, test } from "vitest";
import { amd } from "./amd.ts";
import { readingOf, working } from "./gpu.support.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";

/** Cards by their files, with the power that moves their energy. */
interface FakeCard {
  readonly driver: string;
  readonly watts?: number;
  readonly energy?: "counts" | "frozen";
  readonly power?: "power1_average" | "power1_input";
  readonly isInsideProcessor?: boolean;
}

function machine(cards: readonly FakeCard[], platform: NodeJS.Platform = "linux"): FakeHost {
  let now = 1;
  const folder = (n: number): string => `/sys/class/drm/card${n}/device/hwmon/hwmon${n + 3}`;
  const show = (host: FakeHost): void => {
    for (const [n, { watts = 0, energy, power }] of cards.entries()) {
      if (energy !== undefined) {
        host.write(`${folder(n)}/energy1_input`, Math.round(energy === "frozen" ? 7e6 : watts * now * 1e6));
      }
      if (power !== undefined) host.write(`${folder(n)}/${power}`, Math.round(watts * 1e6));
    }
  };
  const host: FakeHost = fakeHost({
    platform,
    whilePassing(seconds) {
      now += seconds;
      show(host);
    },
  });
  for (const [n, card] of cards.entries()) {
    host.write(`${folder(n)}/name`, card.driver);
    if (card.isInsideProcessor === true) host.write(`${folder(n)}/in1_label`, "vddnb");
  }
  host.write("/sys/class/drm/card0-DP-1/status", "connected");
  show(host);
  return host;
}

/** Ten seconds of a meter on this machine, in steps that its sampling would take. */
async function tenSeconds(host: FakeHost): Promise<number> {
  const meter = await working(await amd.probe(host)).open();
  const before = await readingOf(meter);
  for (let i = 0; i < 100; i += 1) {
    host.pass(0.1);
    await meter.read();
  }
  const after = await readingOf(meter);
  await meter.close();
  expect(after.breaks).toBe(before.breaks);
  return after.joules - before.joules;
}

describe("amd probe", () => {
  test("says what it covers: power of AMD boards", async () => {
    const host = machine([{ driver: "amdgpu", watts: 90, power: "power1_average" }]);
    expect(working(await amd.probe(host)).record).toEqual({
      id: "amd",
      source: "amdgpu:card0",
      domain: "gpu",
      boundary: "gpu_board",
      grade: "B",
      period: 0.1,
      quantum: expect.closeTo(1e-7, 12) as number,
      error: 0.1,
      shortest: 30,
      flags: [],
    });
  });

  test("says what it covers: energy of Intel boards", async () => {
    const host = machine([{ driver: "xe", watts: 40, energy: "counts" }]);
    expect(working(await amd.probe(host)).record).toMatchObject({ source: "xe:card0", grade: "A", shortest: 5 });
  });

  test("skips the second die of a board, which shows 0, and says so", async () => {
    const host = machine([
      { driver: "amdgpu", watts: 300, power: "power1_average" },
      { driver: "amdgpu", watts: 0, power: "power1_average" },
    ]);
    const { source, flags } = working(await amd.probe(host)).record;
    expect(source).toBe("amdgpu:card0");
    expect(flags).toEqual([expect.stringMatching(/^not counted: power of card1 \(amdgpu\): its figure does not move/)]);
  });

  test("leaves graphics inside a processor to the processor's meter", async () => {
    const host = machine([{ driver: "amdgpu", watts: 30, power: "power1_input", isInsideProcessor: true }]);
    expect(await amd.probe(host)).toEqual({
      works: false,
      reason: "no AMD or Intel board in /sys/class/drm meters itself",
    });
  });

  test("does not work outside Linux or without such a board", async () => {
    const card: FakeCard = { driver: "amdgpu", watts: 90, power: "power1_average" };
    expect(await amd.probe(machine([card], "win32"))).toMatchObject({ works: false });
    expect(await amd.probe(machine([{ ...card, driver: "nouveau" }]))).toMatchObject({ works: false });
    expect(await amd.probe(machine([{ driver: "i915" }]))).toMatchObject({ works: false });
  });
});

describe("amd reading", () => {
  test("integrates power, average or instant", async () => {
    for (const power of ["power1_average", "power1_input"] as const) {
      expect(await tenSeconds(machine([{ driver: "amdgpu", watts: 90, power }]))).toBeCloseTo(900, 3);
    }
  });

  test("sums several boards' counters", async () => {
    const host = machine([
      { driver: "i915", watts: 40, energy: "counts" },
      { driver: "xe", watts: 60, energy: "counts" },
    ]);
    expect(await tenSeconds(host)).toBeCloseTo(1_000, 3);
  });

  test("takes power where a counter is frozen", async () => {
    const host = machine([{ driver: "amdgpu", watts: 90, energy: "frozen", power: "power1_average" }]);
    expect(working(await amd.probe(host)).record.grade).toBe("B");
    expect(await tenSeconds(host)).toBeCloseTo(900, 3);
  });

  test("takes power of all boards rather than the counter of one", async () => {
    const host = machine([
      { driver: "amdgpu", watts: 90, energy: "counts", power: "power1_average" },
      { driver: "amdgpu", watts: 10, power: "power1_average" },
    ]);
    expect(working(await amd.probe(host)).record).toMatchObject({ grade: "B", source: "amdgpu:card0+amdgpu:card1" });
    expect(await tenSeconds(host)).toBeCloseTo(1_000, 3);
  });

  test("is nothing when a board is asleep and cannot be read", async () => {
    const host = machine([{ driver: "amdgpu", watts: 90, power: "power1_average" }]);
    const meter = await working(await amd.probe(host)).open();
    host.fail("/sys/class/drm/card0/device/hwmon/hwmon3/power1_average", "EACCES");
    expect(await meter.read()).toBeUndefined();
    await meter.close();
  });
});
