import type { MeterRecord } from "../../run.ts";
import type { Joules, Nanoseconds, Seconds } from "../../units.ts";
import { sleepWatch } from "../counter.ts";
import type { Host } from "../host.ts";
import { type EnergyMeter, IMPLAUSIBLE_WATTS, type OpenMeter, PROBE_SECONDS, type Reading } from "../meter.ts";
import { moves } from "../probe.ts";
import { text } from "./sysfs.ts";

const EVENTS = "/sys/bus/event_source/devices/power/events";
const PERIOD: Seconds = 1;
/** Time from perf's reading of the counters to the arrival of its line. */
const DELAY: Seconds = 0.02;
/** Without a line for so many periods the last total is no longer the current one. */
const PATIENCE = 3;

/** The same counters by the kernel's perf events, which need a capability in place of a readable file. */
export const perf: EnergyMeter = {
  id: "perf",
  about: "processor energy counters (RAPL) by `perf stat`",
  domain: "cpu",
  async probe(host) {
    if (host.platform !== "linux") return { works: false, reason: "perf is a part of Linux" };
    const offered = host.list(EVENTS);
    if (!offered.includes("energy-pkg")) {
      return { works: false, reason: `this kernel offers no power/energy-pkg/ (a virtual machine has none)` };
    }
    const events = ["energy-pkg", "energy-ram"].filter((event) => offered.includes(event));
    const first = await tryOut(host, events);
    if (first.works || events.length === 1) return first;
    const second = await tryOut(host, ["energy-pkg"]);
    return second.works ? second : first;
  },
};

async function tryOut(host: Host, events: readonly string[]): ReturnType<EnergyMeter["probe"]> {
  const record = recordOf(host, events);
  const meter = follow(host, record, events, PROBE_SECONDS);
  let seen: Nanoseconds | undefined;
  const verdict = await moves(host, async () => {
    const reading = await nextReading(host, meter, seen);
    seen = reading?.at;
    return reading;
  });
  const ended = meter.ended();
  await meter.close();
  if (ended === undefined && "watts" in verdict) {
    return { works: true, record, open: () => Promise.resolve(follow(host, record, events, PERIOD)) };
  }
  if (ended?.includes("not installed") === true) {
    return { works: false, reason: ended, remedy: "install your distribution's package of perf (linux-tools, perf)" };
  }
  if (ended === undefined) {
    return { works: false, reason: `${record.source}: ${"reason" in verdict ? verdict.reason : "it ended"}` };
  }
  return {
    works: false,
    reason: ended,
    remedy: "sudo sysctl kernel.perf_event_paranoid=0, or give perf the capability: sudo setcap cap_perfmon+ep perf",
  };
}

function recordOf(host: Host, events: readonly string[]): MeterRecord {
  return {
    id: "perf",
    source: `perf:${events.join("+")}`,
    domain: "cpu",
    boundary: events.includes("energy-ram") ? "cpu_package+dram" : "cpu_package",
    grade: "A",
    period: PERIOD,
    // Perf prints hundredths of a joule.
    quantum: 0.01,
    error: /AuthenticAMD|HygonGenuine/.test(text(host, "/proc/cpuinfo") ?? "") ? 0.1 : 0.05,
    shortest: 5,
    flags: [],
  };
}

/** The first reading after `seen`, waited for. */
async function nextReading(
  host: Host,
  meter: OpenMeter & { ended(): string | undefined },
  seen: Nanoseconds | undefined,
): Promise<Reading | undefined> {
  const deadline = host.clock() + 3e9;
  while (host.clock() < deadline && meter.ended() === undefined) {
    await host.sleep(0.02);
    const reading = await meter.read();
    if (reading !== undefined && reading.at !== seen) return reading;
  }
  return undefined;
}

/** Starts perf and adds up what it prints for every interval. */
function follow(
  host: Host,
  record: MeterRecord,
  events: readonly string[],
  every: Seconds,
): OpenMeter & { ended(): string | undefined } {
  const sum = intervals(events);
  const slept = sleepWatch(host);
  const names = events.map((event) => `power/${event}/`).join(",");
  // A semicolon, because in some locales the decimals are set off with a comma.
  const args = ["stat", "-a", "-e", names, "-I", String(every * 1_000), "-x", ";", "--log-fd", "1"];
  const stream = host.stream("perf", args, (line) => sum.add(line, host.clock(), slept()));
  return {
    record,
    ended: () => stream.ended(),
    read() {
      const reading = sum.read();
      const isCurrent = reading !== undefined && host.clock() - reading.at <= PATIENCE * PERIOD * 1e9;
      return Promise.resolve(isCurrent && stream.ended() === undefined ? reading : undefined);
    },
    close() {
      stream.stop();
      return Promise.resolve();
    },
  };
}

/** One event of one interval. */
interface Line {
  /** End of the interval since perf started. */
  readonly end: Seconds;
  readonly event: string;
  /** Absent where perf says `<not counted>` or `<not supported>`. */
  readonly joules?: Joules;
}

const decimal = (figure: string): number => Number(figure.replace(",", "."));

/** `1.000184359;12.34;Joules;power/energy-pkg/;1000183456;100.00;;`, in any locale. Undefined for comments and other text. */
function parsed(line: string): Line | undefined {
  const [end = "", value = "", , event = ""] = line.trim().split(";");
  const name = /^power\/(energy-\w+)\/$/.exec(event)?.[1];
  if (name === undefined || !/^\d+[.,]\d+$/.test(end)) return undefined;
  const found = { end: decimal(end), event: name };
  return /^\d+(?:[.,]\d+)?$/.test(value) ? { ...found, joules: decimal(value) } : found;
}

/**
 * Adds up intervals, each once a line for every event came. One that lacks an event, or says more than a machine can
 * draw, breaks the count: its energy is unknown, not zero.
 */
function intervals(events: readonly string[]): {
  add(line: string, at: Nanoseconds, slept: boolean): void;
  read(): Reading | undefined;
} {
  let last: Reading | undefined;
  let done: Seconds = 0;
  let end: Seconds = 0;
  let seen = new Map<string, Joules | undefined>();
  let isWhole = true;
  let breaks = 0;
  let joules: Joules = 0;
  return {
    read: () => last,
    add(line, at, slept) {
      if (slept) isWhole = false;
      const found = parsed(line);
      if (found === undefined) return;
      if (seen.size > 0 && found.end !== end) {
        isWhole = false;
        seen = new Map();
      }
      end = found.end;
      seen.set(found.event, found.joules);
      if (!events.every((event) => seen.has(event))) return;
      const values = [...seen.values()].filter((value) => value !== undefined);
      const total = values.reduce((sum, value) => sum + value, 0);
      if (isWhole && values.length === events.length && total <= IMPLAUSIBLE_WATTS * (end - done)) joules += total;
      else breaks += 1;
      if (values.length > 0) last = { at, edge: DELAY * 1e9, joules, breaks };
      done = end;
      seen = new Map();
      isWhole = true;
    },
  };
}
