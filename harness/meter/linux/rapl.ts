import type { MeterRecord } from "../../run.ts";
import type { Joules, Seconds, Watts } from "../../units.ts";
import { accumulator, type CounterKind } from "../counter.ts";
import { type Counter, openCounters } from "../counters.ts";
import type { Host } from "../host.ts";
import { type EnergyMeter, PROBE_SECONDS, type Probe } from "../meter.ts";
import { moves } from "../probe.ts";
import { disjoint, raplFolders, type Zone, zonesBelow, type Zones } from "./raplzones.ts";
import { text, whyUnreadable, wholeNumber } from "./sysfs.ts";

/** Power above which a step of one zone is taken as a reset: half as much again as the hungriest sockets. */
const ZONE_WATTS: Watts = 1_500;
/** Time between two updates of the register (Linux, hwmon/amd_energy.rst). */
const PERIOD: Seconds = 0.001;
/** The coarser of the units in use, 2^-14 J. */
const QUANTUM: Joules = 61e-6;
/** Looks at several packages that tell whether they are really several. */
const MIRROR_ROUNDS = 3;
const MIRROR_SHARE = 0.001;

/** Running average power limit counters of Intel and AMD processors, by Linux's powercap tree. */
export const rapl: EnergyMeter = {
  id: "rapl",
  about: "processor energy counters (RAPL) in /sys/class/powercap",
  domain: "cpu",
  async probe(host) {
    if (host.platform !== "linux") return { works: false, reason: "powercap is a part of Linux" };
    const trees = raplFolders(host)
      .map((folder) => disjoint(zonesBelow(host, folder)))
      .filter(({ packages }) => packages.length > 0);
    const tree = trees.find(({ packages }) => packages.every((zone) => whyNot(host, zone) === undefined)) ?? trees[0];
    if (tree === undefined) return absent(host);
    const denied = tree.packages.find((zone) => whyNot(host, zone) !== undefined);
    return denied === undefined ? tryOut(host, tree) : unreadable(host, denied);
  },
};

const energyOf = (zone: Zone): string => `${zone.folder}/energy_uj`;
const whyNot = (host: Host, zone: Zone): string | undefined => whyUnreadable(host, energyOf(zone));

function absent(host: Host): Probe {
  const flags = /^flags[ \t]*:.*$/m.exec(text(host, "/proc/cpuinfo") ?? "")?.[0] ?? "";
  if (/\bhypervisor\b/.test(flags)) {
    return { works: false, reason: "no package zone in /sys/class/powercap: virtual machines do not show it" };
  }
  return {
    works: false,
    reason: "no package zone in /sys/class/powercap: a container masks it, or its kernel module is not loaded",
    remedy:
      "sudo modprobe intel_rapl_msr (AMD too); for a container: docker run " +
      "-v /sys/class/powercap/intel-rapl:/zeus_sys/class/powercap/intel-rapl:ro",
  };
}

function unreadable(host: Host, zone: Zone): Probe {
  const code = whyNot(host, zone);
  if (code !== "EACCES" && code !== "EPERM") {
    return { works: false, reason: `reading '${energyOf(zone)}' fails: ${code}` };
  }
  const type = `/${zone.entry.split(":")[0]}`;
  const folder = zone.folder.slice(0, zone.folder.indexOf(type)) + type;
  return {
    works: false,
    reason: `'${energyOf(zone)}' may be read by root only`,
    remedy: `sudo chmod -R a+r ${folder} (until the next boot)`,
  };
}

/** Watches the zones while one processor thread works and keeps those that can be believed. */
async function tryOut(host: Host, tree: Zones): Promise<Probe> {
  const rounds = tree.packages.length > 1 ? MIRROR_ROUNDS : 1;
  const gains = await watch(host, [...tree.packages, ...tree.dram], rounds);
  const gainsOf = (zone: Zone): readonly (Joules | undefined)[] => gains.get(zone) ?? [];
  const hasMoved = (zone: Zone): boolean => gainsOf(zone).some((gain) => gain !== undefined && gain > 0);

  const moving = tree.packages.filter(hasMoved);
  if (moving.length === 0) {
    return { works: false, reason: `${namesOf(tree.packages)} does not move: the zone is there but does not count` };
  }
  const packages: Zone[] = [];
  const flags = tree.packages
    .filter((zone) => !hasMoved(zone))
    .map(({ name }) => `${name} does not count and is left out`);
  for (const zone of moving) {
    const twin = packages.find((other) => agree(gainsOf(zone), gainsOf(other)));
    if (twin === undefined) packages.push(zone);
    else flags.push(`mirrored: ${zone.name} shows the counter of ${twin.name}, counted once`);
  }
  const dram = tree.dram.filter((zone) => hasMoved(zone) && packages.some(({ name }) => name === zone.package));
  const withDram = packages.every(({ name }) => dram.some((zone) => zone.package === name));

  const zones = withDram ? [...packages, ...dram] : packages;
  const record: MeterRecord = {
    id: "rapl",
    source: `rapl:${namesOf(packages)}${withDram ? "+dram" : ""}`,
    domain: "cpu",
    boundary: withDram ? "cpu_package+dram" : "cpu_package",
    grade: "A",
    period: PERIOD,
    quantum: QUANTUM,
    error: /AuthenticAMD|HygonGenuine/.test(text(host, "/proc/cpuinfo") ?? "") ? 0.1 : 0.05,
    shortest: 0.5,
    flags,
  };
  const open = () =>
    openCounters(
      host,
      record,
      zones.map((zone) => counterOf(host, zone)),
    );
  const meter = open();
  const verdict = await moves(host, () => meter.read());
  await meter.close();
  if ("reason" in verdict) return { works: false, reason: `${record.source}: ${verdict.reason}` };
  return { works: true, record, open: () => Promise.resolve(open()) };
}

const namesOf = (zones: readonly Zone[]): string => zones.map(({ name }) => name).join("+");

function counterOf(host: Host, zone: Zone): Counter {
  const range = wholeNumber(host, `${zone.folder}/max_energy_range_uj`);
  const kind: CounterKind = {
    unit: 1e-6,
    most: ZONE_WATTS,
    period: PERIOD,
    ...(range !== undefined && range > 0n ? { range } : {}),
  };
  return { kind, raw: () => wholeNumber(host, energyOf(zone)) };
}

/** What each zone gained in each of some rounds of work; undefined where it could not be told. */
async function watch(
  host: Host,
  zones: readonly Zone[],
  rounds: number,
): Promise<Map<Zone, readonly (Joules | undefined)[]>> {
  const counters = zones.map((zone) => counterOf(host, zone));
  const sums = counters.map(({ kind }) => accumulator(kind));
  const look = () => {
    const raws = atOnce(counters);
    const at = host.clock();
    return sums.map((sum, index) => sum.add(raws[index], at));
  };
  const looks = [look()];
  for (let round = 0; round < rounds; round += 1) {
    await host.work(PROBE_SECONDS);
    looks.push(look());
  }
  const gain = (zone: number, round: number): Joules | undefined => {
    const [from, to] = [looks[round]?.[zone], looks[round + 1]?.[zone]];
    return from !== undefined && to?.breaks === from.breaks ? to.joules - from.joules : undefined;
  };
  return new Map(zones.map((zone, z) => [zone, Array.from({ length: rounds }, (_, round) => gain(z, round))]));
}

/** Values between two updates of the registers, so that those of one register are equal: read until they stand still. */
function atOnce(counters: readonly Counter[]): (bigint | undefined)[] {
  let raws = counters.map((counter) => counter.raw());
  for (let look = 0; look < 20; look += 1) {
    const again = counters.map((counter) => counter.raw());
    const isStill = again.every((raw, index) => raw === raws[index]);
    raws = again;
    if (isStill) break;
  }
  return raws;
}

/** Two packages of which one worked gain the same, round by round, only if both show one counter (Threadripper's dies). */
function agree(one: readonly (Joules | undefined)[], other: readonly (Joules | undefined)[]): boolean {
  return (
    one.length >= MIRROR_ROUNDS &&
    one.every((gain, round) => {
      const against = other[round];
      if (gain === undefined || against === undefined || gain <= 0) return false;
      return Math.abs(gain - against) <= MIRROR_SHARE * Math.max(gain, against);
    })
  );
}
