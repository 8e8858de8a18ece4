import type { Host } from "../host.ts";
import { text } from "./sysfs.ts";

/** A zone of Linux's powercap tree. */
export interface Zone {
  /** Its folder's name, `intel-rapl:0:1`: the control type, then its place in the hierarchy. */
  readonly entry: string;
  readonly folder: string;
  /** Its `name`: `package-0`, `dram`, `core`, `uncore`, `psys`. Entries are numbered as they were found, so only this says what it is. */
  readonly name: string;
  /** Name of the package that it belongs to, its own if it is one. */
  readonly package?: string;
}

const ENTRY = /^[a-z_-]*rapl[a-z_-]*(?::\d+)*$/;
const PACKAGE = /^package-\d+/;

const controlType = (entry: string): string => entry.split(":")[0] ?? entry;

/** Where the tree is: where the user says, where Linux has it, where a container was given the host's (Zeus' convention). */
export function raplFolders(host: Pick<Host, "env">): string[] {
  const { RAPL_DIR } = host.env;
  return [...(RAPL_DIR ? [RAPL_DIR] : []), "/sys/class/powercap", "/zeus_sys/class/powercap"];
}

/** All zones below a folder, which may be flat as in `/sys/class`, nested as in `/sys/devices`, or both: each once. */
export function zonesBelow(host: Pick<Host, "list" | "read">, folder: string): Zone[] {
  const found = new Map<string, string>();
  const walk = (parent: string): void => {
    const entries = host.list(parent).filter((entry) => ENTRY.test(entry) && !found.has(entry));
    for (const entry of entries) found.set(entry, `${parent}/${entry}`);
    for (const entry of entries) walk(`${parent}/${entry}`);
  };
  walk(folder);
  const names = new Map([...found].map(([entry, at]) => [entry, text(host, `${at}/name`)]));
  return [...found].flatMap(([entry, at]) => {
    const name = entry.includes(":") ? names.get(entry) : undefined;
    if (name === undefined) return [];
    const owner = [name, names.get(entry.replace(/:\d+$/, ""))].find(
      (each) => each !== undefined && PACKAGE.test(each),
    );
    return [{ entry, folder: at, name, ...(owner === undefined ? {} : { package: owner }) }];
  });
}

/** The zones that may be added up. */
export interface Zones {
  readonly packages: readonly Zone[];
  /** Memory zones of these packages: outside the package's own figure. */
  readonly dram: readonly Zone[];
}

/**
 * What covers the machine once: packages and their memory. Cores and uncore are inside the package, the package inside
 * psys, and a zone of `intel-rapl-mmio` is the same-named zone of another control type read another way.
 */
export function disjoint(zones: readonly Zone[]): Zones {
  const isTwin = (zone: Zone): boolean =>
    controlType(zone.entry).endsWith("-mmio") &&
    zones.some(
      (other) =>
        other.name === zone.name &&
        other.package === zone.package &&
        controlType(other.entry) !== controlType(zone.entry),
    );
  const own = zones.filter((zone) => !isTwin(zone));
  const natural = new Intl.Collator("en", { numeric: true }).compare;
  const packages = own.filter(({ name }) => PACKAGE.test(name)).sort((one, other) => natural(one.name, other.name));
  return { packages, dram: own.filter((zone) => zone.name === "dram" && zone.package !== undefined) };
}
