import { describe, expect, test } from "vitest";
import { passSlowly, readingOf, working } from "../gpu/gpu.support.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";
import { powermetrics, powermetricsParser } from "./powermetrics.ts";

const NEW = `Machine model: Mac14,2
OS version: 25C56

*** Sampled system activity (Fri Sep 11 13:41:46 2026 -0700) (200.90ms elapsed) ***

**** Processor usage ****

E-Cluster HW active residency:  77.43% (600 MHz:   0% 912 MHz:  54% 2424 MHz: 8.7%)
CPU 0 frequency: 1359 MHz

CPU Power: 823 mW
GPU Power: 26 mW
ANE Power: 323 mW
Combined Power (CPU + GPU + ANE): 1172 mW

**** GPU usage ****

GPU HW active frequency: 444 MHz
GPU Power: 26 mW
`;

const OLD = `*** Sampled system activity (Tue Feb  1 10:00:00 2022 +0100) (200.11ms elapsed) ***
E-Cluster Power: 20 mW
P-Cluster Power: 1000 mW
ANE Power: 10 mW
DRAM Power: 30 mW
CPU Power: 1020 mW
GPU Power: 5 mW
Package Power: 1100 mW
`;

function watts(text: string): number[] {
  return text
    .split("\n")
    .map(powermetricsParser())
    .flatMap((sample) => sample?.watts ?? []);
}

describe("powermetricsParser", () => {
  test("takes one sample per block", () => {
    expect(watts(NEW + NEW)).toEqual([expect.closeTo(1.172, 9), expect.closeTo(1.172, 9)]);
  });

  test("adds up the parts where there is no combined line; memory is outside", () => {
    expect(watts(OLD + OLD)).toEqual([expect.closeTo(1.035, 9), expect.closeTo(1.035, 9)]);
  });

  test("takes the combined line where a part is missing", () => {
    expect(watts("CPU Power: 100 mW\nCombined Power (CPU + GPU + ANE): 150 mW\n")).toEqual([expect.closeTo(0.15, 9)]);
  });

  test("reads watts as watts: kW are not W, nor is mW", () => {
    expect(watts("Combined Power (CPU + GPU + ANE): 7.15W\n")).toEqual([7.15]);
  });

  test("does not add up parts of two blocks", () => {
    const [first, second] = ["CPU Power: 100 mW\n", "GPU Power: 5 mW\nANE Power: 0 mW\n"];
    expect(watts(`*** Sampled system activity\n${first}*** Sampled system activity\n${second}`)).toEqual([]);
  });
});

/** A Mac whose sudo prints such blocks every 0.2 s. */
function mac(block: string): FakeHost {
  let now = 0;
  const host: FakeHost = fakeHost({
    platform: "darwin",
    fakePrograms: ["sudo"],
    whilePassing(seconds) {
      const ticks = Math.floor((now + seconds) / 0.2 + 1e-6) - Math.floor(now / 0.2 + 1e-6);
      now += seconds;
      if (ticks > 0) for (const line of block.split("\n")) host.streams.at(-1)?.line(line);
    },
  });
  return host;
}

describe("powermetrics", () => {
  test("says what it covers, and integrates it", async () => {
    const host = mac(NEW);
    const probe = working(await powermetrics.probe(host));
    expect(probe.record).toMatchObject({
      id: "powermetrics",
      source: "powermetrics:cpu+gpu+ane",
      domain: "system",
      boundary: "soc",
      grade: "B",
      error: 0.15,
      shortest: 5,
    });
    const meter = await probe.open();
    expect(host.streams.at(-1)?.args).toEqual(
      "-n powermetrics --samplers cpu_power,gpu_power,ane_power -i 200 -b 1".split(" "),
    );
    const before = await readingOf(meter);
    passSlowly(host, 10);
    const after = await readingOf(meter);
    expect(after.joules - before.joules).toBeCloseTo(1.172 * ((after.at - before.at) / 1e9), 9);
    await meter.close();
  });

  test("names the remedy when sudo asks for a password", async () => {
    const host = fakeHost({ platform: "darwin", fakePrograms: ["sudo"], whilePassing: () => refuse() });
    const refuse = (): void => host.streams[0]?.end("sudo ended (exit code 1): sudo: a password is required");
    expect(await powermetrics.probe(host)).toEqual({
      works: false,
      reason: "sudo ended (exit code 1): sudo: a password is required",
      remedy: 'echo "$USER ALL=(root) NOPASSWD: /usr/bin/powermetrics" | sudo tee /etc/sudoers.d/powermetrics',
    });
  });

  test("starts no program outside macOS", async () => {
    const host = fakeHost({ fakePrograms: ["sudo"] });
    expect(await powermetrics.probe(host)).toEqual({ works: false, reason: "powermetrics is a tool of macOS" });
    expect(host.streams).toEqual([]);
  });
});
