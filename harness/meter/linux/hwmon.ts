import type { MeterRecord } from "../../run.ts";
import type { Seconds, Watts } from "../../units.ts";
import { type CounterKind } from "../counter.ts";
import { type Counter, openCounters } from "../counters.ts";
import type { Host } from "../host.ts";
import type { EnergyMeter, OpenMeter, Probe } from "../meter.ts";
import { moves } from "../probe.ts";
import { openSensor } from "../samples.ts";
import { text, whyUnreadable, wholeNumber } from "./sysfs.ts";

const FOLDER = "/sys/class/hwmon";

/** Drivers that count a processor's energy. Those of graphics boards (amdgpu, i915, xe) are meters of their own. */
const PROCESSORS = ["amd_energy", "zenergy"];
/** A server's own power meter, told by its firmware (ACPI 4.0, 10.4). */
const POWER_METER = "acpi_power_meter";

/** Kernel sensors: AMD's energy counters, else the server's own power meter. */
export const hwmon: EnergyMeter = {
  id: "hwmon",
  about: "AMD energy counters or the server's power meter in /sys/class/hwmon",
  domain: "cpu",
  async probe(host) {
    if (host.platform !== "linux") return { works: false, reason: "hwmon is a part of Linux" };
    const chips = host.list(FOLDER).map((entry) => `${FOLDER}/${entry}`);
    const named = (name: string): string[] => chips.filter((chip) => text(host, `${chip}/name`) === name);
    const sockets = socketsOf(host, PROCESSORS.map(named).find((found) => found.length > 0) ?? []);
    const meters = named(POWER_METER).map((chip) => `${chip}/power1_average`);
    const counted = sockets.length === 0 ? undefined : await tryCounters(host, sockets);
    if (counted?.works === true || meters.length === 0) return counted ?? NOTHING;
    const sensed = await trySensor(host, meters);
    return sensed.works || counted === undefined ? sensed : counted;
  },
};

const NOTHING: Probe = { works: false, reason: `no amd_energy, zenergy or acpi_power_meter in ${FOLDER}` };

interface Socket {
  readonly label: string;
  readonly file: string;
}

/** Sockets only: the cores that the same chip lists are inside them. */
function socketsOf(host: Host, chips: readonly string[]): Socket[] {
  return chips.flatMap((chip) =>
    host.list(chip).flatMap((entry) => {
      const index = /^energy(\d+)_label$/.exec(entry)?.[1];
      const label = index === undefined ? undefined : text(host, `${chip}/${entry}`);
      return label !== undefined && /^Esocket\d+$/.test(label) ? [{ label, file: `${chip}/energy${index}_input` }] : [];
    }),
  );
}

/** The driver adds up the register's wraps itself, so that its figure only grows. */
const KIND: CounterKind = { unit: 1e-6, most: 1_500, period: 0.001 };

function tryCounters(host: Host, sockets: readonly Socket[]): Promise<Probe> {
  const record: MeterRecord = {
    id: "hwmon",
    source: `hwmon:${sockets.map(({ label }) => label).join("+")}`,
    domain: "cpu",
    boundary: "cpu_package",
    grade: "A",
    period: KIND.period,
    quantum: 61e-6,
    error: 0.1,
    shortest: 0.5,
    flags: [],
  };
  const counters = sockets.map(({ file }): Counter => ({ kind: KIND, raw: () => wholeNumber(host, file) }));
  return tryOut(
    host,
    record,
    sockets.map(({ file }) => file),
    () => openCounters(host, record, counters),
  );
}

function trySensor(host: Host, files: readonly string[]): Promise<Probe> {
  const averaged = files.map((file) => wholeNumber(host, `${file}_interval`)).filter((each) => each !== undefined);
  const period: Seconds = Math.max(1, ...averaged.map((milliseconds) => Number(milliseconds) / 1_000));
  const record: MeterRecord = {
    id: "hwmon",
    source: `hwmon:${POWER_METER}${files.length > 1 ? ` x${files.length}` : ""}`,
    domain: "system",
    boundary: "system_dc",
    grade: "B",
    period,
    // Steps of a watt over a period.
    quantum: period,
    error: 0.05,
    shortest: 120,
    flags: [],
  };
  const watts = (): Watts | undefined => {
    const all = files.map((file) => wholeNumber(host, file)).filter((each) => each !== undefined);
    return all.length < files.length ? undefined : all.reduce((sum, microwatts) => sum + Number(microwatts) * 1e-6, 0);
  };
  return tryOut(host, record, files, () => openSensor(host, record, { every: period, lag: period / 2, watts }));
}

async function tryOut(
  host: Host,
  record: MeterRecord,
  files: readonly string[],
  open: () => OpenMeter,
): Promise<Probe> {
  for (const file of files) {
    const code = whyUnreadable(host, file);
    if (code === "EACCES" || code === "EPERM") {
      return {
        works: false,
        reason: `'${file}' may be read by root only`,
        remedy: `sudo chmod a+r ${files.join(" ")}`,
      };
    }
    if (code !== undefined) return { works: false, reason: `reading '${file}' fails: ${code}` };
  }
  const meter = open();
  const verdict = await moves(host, () => meter.read());
  await meter.close();
  if ("reason" in verdict) return { works: false, reason: `${record.source}: ${verdict.reason}` };
  return { works: true, record, open: () => Promise.resolve(open()) };
}
