import type { MeterRecord } from "../../run.ts";
import type { Seconds, Watts } from "../../units.ts";
import type { Host } from "../host.ts";
import type { EnergyMeter } from "../meter.ts";
import { moves } from "../probe.ts";
import { openSensor } from "../samples.ts";
import { text, wholeNumber } from "./sysfs.ts";

const FOLDER = "/sys/class/power_supply";
/** Gauges renew their figure every second to every minute; they do not say which. */
const PERIOD: Seconds = 60;
const LOOK_EVERY: Seconds = 5;

/** What a laptop draws from its batteries: the whole machine, screen inside. Only while it is unplugged. */
export const battery: EnergyMeter = {
  id: "battery",
  about: "power drawn from a laptop's battery",
  domain: "system",
  async probe(host) {
    if (host.platform !== "linux") return { works: false, reason: "batteries are read from Linux's sysfs only" };
    const batteries = host.list(FOLDER).filter((entry) => /^BAT\d*$/.test(entry));
    if (batteries.length === 0) return { works: false, reason: `no battery in ${FOLDER}` };
    const drawn = draw(host, batteries);
    if (drawn === "elsewhere") {
      const states = batteries.map((each) => `${each} is '${text(host, `${FOLDER}/${each}/status`) ?? "unreadable"}'`);
      return {
        works: false,
        reason: `the machine does not run on its battery: ${states.join(", ")}`,
        remedy: "unplug it and leave it unplugged while it measures",
      };
    }
    if (drawn === undefined) {
      return {
        works: false,
        reason: `${batteries.join(" and ")} shows neither power_now nor current_now and voltage_now`,
      };
    }
    const record: MeterRecord = {
      id: "battery",
      source: `battery:${batteries.join("+")}`,
      domain: "system",
      boundary: "system_dc",
      grade: "B",
      period: PERIOD,
      // Steps of 10 mW over a period.
      quantum: 0.6,
      error: 0.1,
      shortest: 300,
      flags: [],
    };
    const open = () =>
      openSensor(host, record, { every: LOOK_EVERY, lag: PERIOD / 2, watts: () => draw(host, batteries) });
    const meter = open();
    const verdict = await moves(host, () => meter.read());
    await meter.close();
    if ("reason" in verdict) return { works: false, reason: `${record.source}: ${verdict.reason}` };
    return { works: true, record, open: () => Promise.resolve(open()) };
  },
};

/**
 * Power out of all batteries together. It is the machine's only while one of them gives and neither a charger nor the
 * mains takes part.
 */
function draw(host: Host, batteries: readonly string[]): Watts | "elsewhere" | undefined {
  const plugged = host
    .list(FOLDER)
    .some((entry) => text(host, `${FOLDER}/${entry}/type`) === "Mains" && isOnline(host, entry));
  const states = batteries.map((each) => text(host, `${FOLDER}/${each}/status`));
  if (states.includes(undefined)) return undefined;
  if (plugged || states.includes("Charging") || !states.includes("Discharging")) return "elsewhere";
  let sum: Watts = 0;
  for (const each of batteries.filter((_, index) => states[index] === "Discharging")) {
    const watts = powerOf(host, `${FOLDER}/${each}`);
    if (watts === undefined) return undefined;
    sum += watts;
  }
  return sum;
}

const isOnline = (host: Host, supply: string): boolean => text(host, `${FOLDER}/${supply}/online`) === "1";

/** Batteries tell microwatts, or microamperes and microvolts. Some drivers give a discharge a negative sign. */
function powerOf(host: Host, folder: string): Watts | undefined {
  const [power, current, voltage] = ["power_now", "current_now", "voltage_now"].map((file) => {
    const value = wholeNumber(host, `${folder}/${file}`);
    return value === undefined ? undefined : Math.abs(Number(value)) * 1e-6;
  });
  if (power !== undefined) return power;
  return current === undefined || voltage === undefined ? undefined : current * voltage;
}
