import { describe, expect, test } from "vitest";
import { passSlowly, readingOf, working } from "../gpu/gpu.support.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";
import { macmon } from "./macmon.ts";

const line = (all: number | string): string =>
  `{"temp":{"cpu_temp_avg":43.7},"cpu_power":0.2,"gpu_power":0.02,"ane_power":0.0,"all_power":${all},"sys_power":5.87}`;

/** A Mac whose macmon prints this every 0.2 s. */
function mac(lines: (n: number) => string): FakeHost {
  let now = 0;
  const host: FakeHost = fakeHost({
    platform: "darwin",
    fakePrograms: ["macmon"],
    whilePassing(seconds) {
      const tick = Math.floor((now + seconds) / 0.2 + 1e-6);
      const isDue = tick > Math.floor(now / 0.2 + 1e-6);
      now += seconds;
      if (isDue) host.streams.at(-1)?.line(lines(tick));
    },
  });
  return host;
}

describe("macmon", () => {
  test("integrates the chip's power, not the machine's", async () => {
    const host = mac(() => line(4.25));
    const probe = working(await macmon.probe(host));
    expect(probe.record).toMatchObject({ id: "macmon", boundary: "soc", grade: "B", source: "macmon:cpu+gpu+ane" });
    const meter = await probe.open();
    const before = await readingOf(meter);
    passSlowly(host, 10);
    const after = await readingOf(meter);
    expect(after.joules - before.joules).toBeCloseTo(4.25 * ((after.at - before.at) / 1e9), 9);
    await meter.close();
  });

  test("leaves out lines that are broken or without the figure", async () => {
    for (const text of ['{"all_power": 4.2', '{"cpu_power": 1}', line('"4.2"'), line(-3)]) {
      const host = mac((n) => (n % 2 === 0 ? line(4) : text));
      const meter = await working(await macmon.probe(host)).open();
      const before = await readingOf(meter);
      passSlowly(host, 10);
      const after = await readingOf(meter);
      expect(after.joules - before.joules).toBeCloseTo(4 * ((after.at - before.at) / 1e9), 9);
      await meter.close();
    }
  });

  test("names the package that is missing", async () => {
    const host = fakeHost({ platform: "darwin", fakePrograms: ["macmon"], whilePassing: () => missing() });
    const missing = (): void => host.streams[0]?.end("macmon is not installed");
    expect(await macmon.probe(host)).toEqual({
      works: false,
      reason: "macmon is not installed",
      remedy: "brew install macmon",
    });
  });

  test("starts no program outside macOS", async () => {
    const host = fakeHost({ fakePrograms: ["macmon"] });
    expect(await macmon.probe(host)).toEqual({ works: false, reason: "macmon is a tool of macOS" });
    expect(host.streams).toEqual([]);
  });
});
