import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MeterRecord } from "../../run.ts";
import { fakeHost } from "../host.support.ts";
import type { OpenMeter, Probe } from "../meter.ts";
import { type FakeRapl, fakeRapl, type FakeZone, ONE_SOCKET } from "./rapl.support.ts";
import { rapl } from "./rapl.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** Time goes by with the background timers at work. */
function live(host: FakeRapl, seconds: number): void {
  for (let left = seconds; left > 0; left -= 5) {
    host.pass(5);
    vi.advanceTimersByTime(5_000);
  }
}

async function opened(host: FakeRapl): Promise<OpenMeter> {
  const probe = await rapl.probe(host);
  if (!probe.works) throw new Error(probe.reason);
  return probe.open();
}

async function recordOf(host: FakeRapl): Promise<MeterRecord> {
  return (await opened(host)).record;
}

const refusal = (reason: RegExp): unknown => ({ works: false, reason: expect.stringMatching(reason) as string });

describe("rapl record", () => {
  test("names the zones behind it and covers memory where every package counts it", async () => {
    const record = await recordOf(fakeRapl(ONE_SOCKET));
    expect(record).toEqual({
      id: "rapl",
      source: "rapl:package-0+dram",
      domain: "cpu",
      boundary: "cpu_package+dram",
      grade: "A",
      period: 0.001,
      quantum: 61e-6,
      error: 0.05,
      shortest: 0.5,
      flags: [],
    });
    expect(MeterRecord.parse(record)).toEqual(record);
  });

  test.each<[string, Partial<FakeZone>[]]>([
    ["one package has none", []],
    ["the memory of one package does not count", [{ idle: 0, busy: 0 }]],
  ])("covers packages only where %s", async (_, second) => {
    const host = fakeRapl([
      { entry: "intel-rapl:0", name: "package-0", idle: 20, busy: 40 },
      { entry: "intel-rapl:0:0", name: "dram", idle: 3 },
      { entry: "intel-rapl:1", name: "package-1", idle: 19 },
      ...second.map((zone) => ({ entry: "intel-rapl:1:0", name: "dram", idle: 1, ...zone })),
    ]);
    const meter = await opened(host);
    expect(meter.record).toMatchObject({ source: "rapl:package-0+package-1", boundary: "cpu_package" });
    await meter.read();
    host.pass(10);
    expect((await meter.read())?.joules).toBeCloseTo(390, 6);
  });

  test.each([
    ["GenuineIntel", 0.05],
    ["AuthenticAMD", 0.1],
  ])("gives the counters of %s an error of %d", async (vendor, error) => {
    const host = fakeRapl(ONE_SOCKET);
    host.write("/proc/cpuinfo", `processor\t: 0\nvendor_id\t: ${vendor}`);
    expect((await recordOf(host)).error).toBe(error);
  });
});

describe("rapl", () => {
  test("counts from its opening, each opening for itself", async () => {
    const host = fakeRapl(ONE_SOCKET);
    const probe = (await rapl.probe(host)) as Extract<Probe, { works: true }>;
    const first = await probe.open();
    host.pass(10);
    const second = await probe.open();
    expect(await second.read()).toMatchObject({ joules: 0, breaks: 0 });
    host.pass(10);
    expect((await first.read())?.joules).toBeCloseTo(460, 6);
    expect((await second.read())?.joules).toBeCloseTo(230, 6);
  });

  test("gives nothing, and no partial sum, while one of its zones cannot be read", async () => {
    const host = fakeRapl(ONE_SOCKET);
    const meter = await opened(host);
    host.pass(1);
    host.fail(host.energyFile("intel-rapl:0:0"), "EIO");
    expect(await meter.read()).toBeUndefined();
    host.fail(host.energyFile("intel-rapl:0:0"), undefined);
    host.pass(1);
    expect((await meter.read())?.joules).toBeCloseTo(46, 6);
  });

  test("does not take an empty file for a zero", async () => {
    const host = fakeRapl(ONE_SOCKET);
    const meter = await opened(host);
    host.write(host.energyFile("intel-rapl:0"), "");
    expect(await meter.read()).toBeUndefined();
  });

  test("reads in the background until it is closed", async () => {
    const host = fakeRapl([{ ...(ONE_SOCKET[0] as FakeZone), idle: 400 }]);
    const meter = await opened(host);
    live(host, 400);
    expect(await meter.read()).toMatchObject({ breaks: 0 });
    expect((await meter.read())?.joules).toBeCloseTo(160_000, 3);
    await meter.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer behind when it only probes", async () => {
    await rapl.probe(fakeRapl(ONE_SOCKET));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("counts on without a known range, where a decrease can only be a reset", async () => {
    const host = fakeRapl([{ entry: "intel-rapl:0", name: "package-0", idle: 10, range: null }]);
    const meter = await opened(host);
    host.set("intel-rapl:0", 0n);
    expect(await meter.read()).toMatchObject({ joules: 0, breaks: 1 });
  });
});

describe("rapl finds its zones", () => {
  test.each([
    ["nested, as in /sys/devices", { folder: "/sys/class/powercap", nested: true }],
    ["where a container was given them", { folder: "/zeus_sys/class/powercap", nested: true }],
    ["where $RAPL_DIR says", { folder: "/host/powercap", env: { RAPL_DIR: "/host/powercap" } }],
  ])("%s", async (_, options) => {
    expect((await recordOf(fakeRapl(ONE_SOCKET, options))).source).toBe("rapl:package-0+dram");
  });

  test("once where the flat folder's entries are links into the nested one", async () => {
    const devices = "/sys/devices/virtual/powercap";
    const host = fakeRapl(ONE_SOCKET, { folder: devices, nested: true });
    for (const entry of ["intel-rapl", "intel-rapl:0", "intel-rapl:0:0"]) {
      const levels = entry.split(":").map((__, depth, all) => all.slice(0, depth + 1).join(":"));
      host.link(`/sys/class/powercap/${entry}`, `${devices}/${levels.join("/")}`);
    }
    host.link(`${devices}/intel-rapl/intel-rapl:0/subsystem`, "/sys/class/powercap");
    const meter = await opened(host);
    expect(meter.record.source).toBe("rapl:package-0+dram");
    host.pass(10);
    expect((await meter.read())?.joules).toBeCloseTo(230, 6);
  });

  test("in the container's copy where its own may not be read", async () => {
    const host = fakeRapl(ONE_SOCKET, { folder: "/zeus_sys/class/powercap" });
    host.write("/sys/class/powercap/intel-rapl:0/name", "package-0");
    host.write("/sys/class/powercap/intel-rapl:0/energy_uj", 5);
    host.fail("/sys/class/powercap/intel-rapl:0/energy_uj", "EACCES");
    expect((await recordOf(host)).source).toBe("rapl:package-0+dram");
  });

  test("under AMD's name too, and dies as packages of their own", async () => {
    const host = fakeRapl([
      { entry: "amd-rapl:0", name: "package-0-die-0", idle: 20, busy: 40 },
      { entry: "amd-rapl:1", name: "package-0-die-1", idle: 21 },
    ]);
    expect((await recordOf(host)).source).toBe("rapl:package-0-die-0+package-0-die-1");
  });

  test("by the memory-mapped registers alone where there are no others", async () => {
    const host = fakeRapl([{ entry: "intel-rapl-mmio:0", name: "package-0", idle: 9 }]);
    expect((await recordOf(host)).source).toBe("rapl:package-0");
  });
});

describe("rapl refuses", () => {
  test("systems without powercap", async () => {
    expect(await rapl.probe(fakeHost({ platform: "darwin" }))).toEqual(refusal(/Linux/));
  });

  test("a container that masks the folder, with what to do", async () => {
    expect(await rapl.probe(fakeHost())).toEqual({
      works: false,
      reason: expect.stringMatching(/container masks it/) as string,
      remedy: expect.stringMatching(/modprobe.*zeus_sys/) as string,
    });
  });

  test("a virtual machine, for which nothing can be done", async () => {
    const host = fakeHost();
    host.write("/proc/cpuinfo", "flags\t\t: fpu hypervisor lahf_lm");
    const probe = await rapl.probe(host);
    expect(probe).toEqual(refusal(/virtual machine/));
    expect(probe).not.toHaveProperty("remedy");
  });

  test("files that root alone may read, with the command that opens them", async () => {
    const host = fakeRapl(ONE_SOCKET, { nested: true });
    host.fail(host.energyFile("intel-rapl:0"), "EACCES");
    expect(await rapl.probe(host)).toEqual({
      works: false,
      reason: "'/sys/class/powercap/intel-rapl/intel-rapl:0/energy_uj' may be read by root only",
      remedy: expect.stringMatching(/^sudo chmod -R a\+r \/sys\/class\/powercap\/intel-rapl /) as string,
    });
  });

  test("files that fail for another reason, with their name", async () => {
    const host = fakeRapl(ONE_SOCKET);
    host.fail(host.energyFile("intel-rapl:0"), "ENODATA");
    expect(await rapl.probe(host)).toEqual(refusal(/intel-rapl:0\/energy_uj' fails: ENODATA/));
  });

  test("a figure that no machine draws", async () => {
    const socket = (n: number): FakeZone => ({ entry: `intel-rapl:${n}`, name: `package-${n}`, idle: 1_400 - 9 * n });
    expect(await rapl.probe(fakeRapl([0, 1, 2, 3].map(socket)))).toEqual(refusal(/5546 W/));
  });
});
