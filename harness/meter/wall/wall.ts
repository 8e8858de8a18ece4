import type { EnergyMeter } from "../meter.ts";
import { probePlug, sourceOf } from "./plug.ts";
import { probeWallFile } from "./wallfile.ts";

/** A meter between the machine and the wall: a plug's URL, or a CSV file that another program is writing. */
export function wallMeter(address: string, systemTime: () => number = Date.now): EnergyMeter {
  const isUrl = isAddress(address);
  return {
    id: "wall",
    about: "a wall meter: a smart plug's URL, or a CSV file that grows",
    domain: "system",
    async probe(host) {
      if (!isUrl) return probeWallFile(host, address, systemTime);
      if (!URL.canParse(address)) return { works: false, reason: `"${address}" is no URL` };
      return probePlug(host, address);
    },
  };
}

const isAddress = (wall: string): boolean => /^https?:\/\//i.test(wall);

/** The meter's address as it may stand in results: a plug's without its password, a file as it is. */
export function withoutSecrets(wall: string): string {
  return isAddress(wall) && URL.canParse(wall) ? sourceOf(wall) : wall;
}
