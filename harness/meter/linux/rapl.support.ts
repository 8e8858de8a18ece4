import type { Watts } from "../../units.ts";
import { type FakeHost, fakeHost, type FakeHostOptions } from "../host.support.ts";

/** A zone of a fake powercap tree. */
export interface FakeZone {
  readonly entry: string;
  readonly name: string;
  readonly idle: Watts;
  /** Power while the probe keeps a processor thread busy; as idle when absent. */
  readonly busy?: Watts;
  /** Where it starts, in microjoules. */
  readonly start?: bigint;
  /** `max_energy_range_uj`; 2^32 steps of 15.3 uJ when absent, no such file when null. */
  readonly range?: bigint | null;
}

export const RANGE = 65_532_610_987n;

export interface FakeRapl extends FakeHost {
  /** Sets a counter, as a reset or somebody else's energy would. */
  set(entry: string, microjoules: bigint): void;
  energyFile(entry: string): string;
}

/** A Linux machine whose zones count as time passes, and go round at their range. */
export function fakeRapl(
  zones: readonly FakeZone[],
  options: FakeHostOptions & { folder?: string; nested?: boolean } = {},
): FakeRapl {
  const folder = options.folder ?? "/sys/class/powercap";
  const place = (entry: string): string => {
    const parts = entry.split(":");
    const levels = parts.map((_, depth) => parts.slice(0, depth + 1).join(":"));
    return `${folder}/${options.nested === true ? levels.join("/") : entry}`;
  };
  const counts = new Map(zones.map(({ entry, start }) => [entry, start ?? 1_000n]));
  const energyFile = (entry: string): string => `${place(entry)}/energy_uj`;
  const set = (entry: string, microjoules: bigint): void => {
    counts.set(entry, microjoules);
    host.write(energyFile(entry), microjoules);
  };
  const host = fakeHost({
    ...options,
    whilePassing(seconds, why) {
      for (const { entry, idle, busy = idle, range } of zones) {
        const gained = BigInt(Math.round((why === "work" ? busy : idle) * seconds * 1e6));
        const sum = (counts.get(entry) ?? 0n) + gained;
        set(entry, range === null ? sum : sum % (range ?? RANGE));
      }
      options.whilePassing?.(seconds, why);
    },
  });
  for (const { entry, name, range } of zones) {
    host.write(`${place(entry)}/name`, name);
    if (range !== null) host.write(`${place(entry)}/max_energy_range_uj`, range ?? RANGE);
    set(entry, counts.get(entry) ?? 0n);
  }
  return { ...host, set, energyFile };
}

/** One socket as Intel servers show it. */
export const ONE_SOCKET: readonly FakeZone[] = [
  { entry: "intel-rapl:0", name: "package-0", idle: 20, busy: 40 },
  { entry: "intel-rapl:0:0", name: "dram", idle: 3, busy: 5 },
];
