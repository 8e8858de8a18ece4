import { describe, expect, test } from "vitest";
import { MeterRecord } from "../../run.ts";
import { type FakeHost, fakeHost } from "../host.support.ts";
import type { OpenMeter, Probe } from "../meter.ts";
import { perf } from "./perf.ts";

const EVENTS = "/sys/bus/event_source/devices/power/events";

/** Joules of an interval by event; what perf says in place of a number. */
type Interval = Readonly<Record<string, number | string>>;

/** A machine whose perf prints, for every interval that passes, what `say` gives for each event that was asked for. */
function fakePerf(
  options: {
    events?: readonly string[];
    say?: (event: string, seconds: number) => number | string;
    comma?: boolean;
    isSilent?: () => boolean;
  } = {},
): FakeHost {
  const { events = ["energy-pkg", "energy-ram"], say = (event, s) => (event === "energy-pkg" ? 30 * s : 4 * s) } =
    options;
  const elapsed = new Map<object, { shown: number; now: number }>();
  const host = fakeHost({
    fakePrograms: ["perf"],
    whilePassing(seconds) {
      if (options.isSilent?.() === true) return;
      for (const stream of host.streams) {
        const time = elapsed.get(stream) ?? { shown: 0, now: 0 };
        elapsed.set(stream, time);
        time.now += seconds;
        const every = Number(stream.args[stream.args.indexOf("-I") + 1]) / 1_000;
        const asked = (stream.args[stream.args.indexOf("-e") + 1] ?? "").split(",");
        while (time.now - time.shown >= every - 1e-9) {
          time.shown += every;
          for (const event of asked) {
            const said = say(event.replaceAll(/^power\/|\/$/g, ""), every);
            const line = `${time.shown.toFixed(9).padStart(16)};${said};Joules;${event};${every * 1e9};100.00;;`;
            stream.line(options.comma === true ? line.replaceAll(".", ",") : line);
          }
        }
      }
    },
  });
  for (const event of events) host.write(`${EVENTS}/${event}`, "event=0x02");
  return host;
}

async function probed(host: FakeHost): Promise<Extract<Probe, { works: true }>> {
  const probe = await perf.probe(host);
  if (!probe.works) throw new Error(probe.reason);
  return probe;
}

/** An open meter, and what its perf prints by hand. */
async function byHand(): Promise<{
  host: FakeHost;
  meter: OpenMeter;
  print: (end: number, interval: Interval) => void;
}> {
  let isSilent = false;
  const host = fakePerf({ isSilent: () => isSilent });
  const meter = await (await probed(host)).open();
  isSilent = true;
  const stream = host.streams.at(-1);
  return {
    host,
    meter,
    print(end, interval) {
      for (const [event, said] of Object.entries(interval)) {
        stream?.line(`     ${end.toFixed(9)};${said};Joules;power/${event}/;1000183456;100.00;;`);
      }
    },
  };
}

describe("perf probe", () => {
  test("asks for packages and memory", async () => {
    const host = fakePerf();
    const { record } = await probed(host);
    expect(record).toMatchObject({ source: "perf:energy-pkg+energy-ram", boundary: "cpu_package+dram", period: 1 });
    expect(MeterRecord.parse(record)).toEqual(record);
    expect(host.streams[0]?.args).toContain("power/energy-pkg/,power/energy-ram/");
    expect(host.streams.every((stream) => stream.isStopped)).toBe(true);
  });

  test("asks for packages alone where the kernel offers no more", async () => {
    const { record } = await probed(fakePerf({ events: ["energy-pkg", "energy-psys"] }));
    expect(record).toMatchObject({ source: "perf:energy-pkg", boundary: "cpu_package" });
  });

  test("falls back on packages where memory is not counted", async () => {
    const host = fakePerf({ say: (event, s) => (event === "energy-pkg" ? 30 * s : "<not supported>") });
    expect((await probed(host)).record).toMatchObject({ source: "perf:energy-pkg", boundary: "cpu_package" });
  });

  test("does not start perf where the kernel has no such event", async () => {
    const host = fakePerf({ events: [] });
    expect(await perf.probe(host)).toMatchObject({ works: false, reason: /no power\/energy-pkg/ });
    expect(host.streams).toEqual([]);
  });

  test.each([
    ["is not counted", "<not counted>", /no reading/],
    ["does not move", "0.00", /does not move/],
    ["is more than a machine draws", "99999.00", /reset or jumped/],
  ])("refuses a figure that %s", async (_, said, reason) => {
    const probe = await perf.probe(fakePerf({ say: () => said }));
    expect(probe).toEqual({ works: false, reason: expect.stringMatching(reason) as string });
  });

  test("tells why perf ended, and what allows it", async () => {
    const host = fakeHost();
    host.write(`${EVENTS}/energy-pkg`, "event=0x02");
    host.script("perf", "#!/bin/sh\necho 'No permission to enable power/energy-pkg/ event.' >&2\nexit 255");
    expect(await perf.probe({ ...host, sleep: thoroughly(host) })).toEqual({
      works: false,
      reason: expect.stringMatching(/ended \(exit code 255\): No permission to enable/) as string,
      remedy: expect.stringMatching(/kernel\.perf_event_paranoid.*cap_perfmon/) as string,
    });
  });

  test("tells that perf is not installed", async () => {
    const host = fakeHost();
    host.write(`${EVENTS}/energy-pkg`, "event=0x02");
    expect(await perf.probe({ ...host, sleep: thoroughly(host) })).toMatchObject({
      works: false,
      reason: expect.stringMatching(/perf is not installed$/) as string,
      remedy: expect.stringMatching(/install/) as string,
    });
  });
});

/** Sleeps on the fake clock, and long enough on the real one for a real program to get somewhere. */
function thoroughly(host: FakeHost): FakeHost["sleep"] {
  return async (seconds) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await host.sleep(seconds);
  };
}

describe("perf", () => {
  test("adds up intervals; a reading belongs to the moment its line came in", async () => {
    const { host, meter, print } = await byHand();
    expect(await meter.read()).toBeUndefined();
    host.pass(0.5);
    print(0.5, { "energy-pkg": "10.25", "energy-ram": "1.50" });
    expect(await meter.read()).toMatchObject({ at: host.clock(), joules: 11.75, breaks: 0 });
    const came = host.clock();
    host.pass(0.3);
    expect((await meter.read())?.at).toBe(came);
    print(0.8, { "energy-pkg": "20.00", "energy-ram": "3.00" });
    expect(await meter.read()).toMatchObject({ at: host.clock(), joules: 34.75, breaks: 0 });
  });

  test("reads decimals that are set off with a comma", async () => {
    const host = fakePerf({ comma: true, say: (event) => (event === "energy-pkg" ? "30.50" : "4.25") });
    const meter = await (await probed(host)).open();
    host.pass(2);
    expect(await meter.read()).toMatchObject({ joules: 69.5, breaks: 0 });
  });

  test("passes over comments and other text", async () => {
    const { meter, print, host } = await byHand();
    print(1, { "energy-pkg": "10.00", "energy-ram": "1.00" });
    for (const text of ["# started on Tue", "", "1.0;5.00;Joules;power/energy-cores/;1;100.00;;", "x;y"]) {
      host.streams.at(-1)?.line(text);
    }
    expect(await meter.read()).toMatchObject({ joules: 11, breaks: 0 });
  });

  test.each<[string, Interval]>([
    ["lacks a value", { "energy-pkg": "10.00", "energy-ram": "<not counted>" }],
    ["lacks a line", { "energy-pkg": "10.00" }],
    ["shows more than a machine draws", { "energy-pkg": "100000.00", "energy-ram": "1.00" }],
  ])("breaks over an interval that %s: its energy is unknown, not zero", async (_, interval) => {
    const { meter, print } = await byHand();
    print(1, { "energy-pkg": "10.00", "energy-ram": "1.00" });
    print(2, interval);
    print(3, { "energy-pkg": "10.00", "energy-ram": "1.00" });
    print(4, { "energy-pkg": "10.00", "energy-ram": "1.00" });
    const reading = await meter.read();
    expect(reading?.breaks).toBe(1);
    expect([22, 33]).toContain(reading?.joules);
  });

  test("breaks over an interval in which the machine slept", async () => {
    const { host, meter, print } = await byHand();
    print(1, { "energy-pkg": "10.00", "energy-ram": "1.00" });
    host.suspend(60);
    print(2, { "energy-pkg": "50.00", "energy-ram": "1.00" });
    expect(await meter.read()).toMatchObject({ joules: 11, breaks: 1 });
  });

  test("gives nothing once perf has ended", async () => {
    const { host, meter, print } = await byHand();
    print(1, { "energy-pkg": "10.00", "energy-ram": "1.00" });
    expect(await meter.read()).toBeDefined();
    host.streams.at(-1)?.end("perf ended (SIGKILL)");
    expect(await meter.read()).toBeUndefined();
  });

  test("gives nothing while perf has been silent for more than three periods", async () => {
    const { host, meter, print } = await byHand();
    print(1, { "energy-pkg": "10.00", "energy-ram": "1.00" });
    host.pass(3);
    expect(await meter.read()).toBeDefined();
    host.pass(0.1);
    expect(await meter.read()).toBeUndefined();
  });

  test("stops perf when it is closed", async () => {
    const { host, meter } = await byHand();
    await meter.close();
    expect(host.streams.every((stream) => stream.isStopped)).toBe(true);
  });

  test("reads a real program's output while it runs", async () => {
    const host = fakeHost();
    host.write(`${EVENTS}/energy-pkg`, "event=0x02");
    const line = "$n,0;1,50;Joules;power/energy-pkg/;1000;100,00;;";
    host.script("perf", `#!/bin/sh\nn=0\nwhile :; do n=$((n + 1)); echo "${line}"; sleep 0.05; done`);
    const probe = await perf.probe({ ...host, sleep: thoroughly(host) });
    expect(probe).toMatchObject({ works: true, record: { source: "perf:energy-pkg" } });
  });
});
