import { present } from "../present.ts";
import type { Nanoseconds } from "../units.ts";
import type { Host } from "./host.ts";

/** What else the machine did during a stretch of work. What the system does not tell is absent. */
export interface Surroundings {
  /** Processor time that the hypervisor gave to others while a thread of this machine wanted it, all threads. */
  readonly stolen?: Nanoseconds;
  /** Processor time of all processes but the measured one; perjoule's own harness is inside. */
  readonly others?: Nanoseconds;
  /** Whether the processor slowed itself down for heat or power. */
  readonly throttled?: boolean;
}

/** `/proc/stat` counts in hundredths of a second (USER_HZ) on every Linux that Node runs on. */
const TICK_NS = 1e7;

const CPUS = "/sys/devices/system/cpu";

/** Starts watching; what it returns stops and takes the measured process's own time out. Linux only; elsewhere it tells nothing. */
export function watchSurroundings(host: Host): (own: Nanoseconds | undefined) => Surroundings {
  const before = look(host);
  return (own) => {
    const after = look(host);
    return present({
      stolen: difference(before.stolen, after.stolen),
      others: own === undefined ? undefined : withoutOwn(difference(before.busy, after.busy), own),
      throttled:
        before.throttles === undefined || after.throttles === undefined
          ? undefined
          : after.throttles > before.throttles,
    });
  };
}

interface Look {
  readonly busy?: Nanoseconds;
  readonly stolen?: Nanoseconds;
  readonly throttles?: number;
}

function look(host: Host): Look {
  return present({ ...processorTimes(host), throttles: throttleCount(host) });
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal. Stolen time is no work of this machine. */
function processorTimes(host: Host): Look {
  try {
    const [label, ...ticks] = (host.read("/proc/stat").split("\n")[0] ?? "").split(/\s+/);
    const [user, nice, system, , , irq, softirq, steal] = ticks.map(Number);
    const busy = (user ?? NaN) + (nice ?? NaN) + (system ?? NaN) + (irq ?? NaN) + (softirq ?? NaN);
    if (label !== "cpu" || !Number.isFinite(busy)) return {};
    return present({ busy: busy * TICK_NS, stolen: steal === undefined ? undefined : steal * TICK_NS });
  } catch {
    return {};
  }
}

/** Times that any processor package was throttled since boot; absent where the kernel keeps no count (AMD, ARM, virtual machines). */
function throttleCount(host: Host): number | undefined {
  const counts = host
    .list(CPUS)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((cpu) => {
      try {
        return [Number(host.read(`${CPUS}/${cpu}/thermal_throttle/package_throttle_count`))];
      } catch {
        return [];
      }
    });
  return counts.length === 0 ? undefined : Math.max(...counts);
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : Math.max(0, after - before);
}

function withoutOwn(busy: Nanoseconds | undefined, own: Nanoseconds): Nanoseconds | undefined {
  return busy === undefined ? undefined : Math.max(0, busy - own);
}
