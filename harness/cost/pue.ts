import type { Environment } from "../run.ts";
import { itemsOf, needed } from "./items.ts";
import type { PriceRow } from "./price.ts";

/** A figure with the range its source gives; no confidence interval. */
export interface Ranged {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Power usage effectiveness: joules that a site takes from the grid for each joule of its machines. */
export interface SitePue {
  /** Of a site nobody told us of. */
  readonly unknown: Ranged;
  /** At home or in a laboratory. */
  readonly home: Ranged;
  /** Where the machine measured stands: a virtual machine in a site unknown, a bare one at home. */
  readonly machine: "unknown" | "home";
}

export function sitePue(rows: readonly PriceRow[], { virtualised }: Pick<Environment, "virtualised">): SitePue {
  return {
    unknown: pueNamed(rows, "unknown-host"),
    home: pueNamed(rows, "home"),
    machine: virtualised === true ? "unknown" : "home",
  };
}

/** Who can read a wall meter stands beside the machine; a share of a server is somebody else's. */
export function pueOf(pue: SitePue, boundary: string): Ranged {
  if (boundary === "wall") return pue.home;
  return boundary === "vm_share" ? pue.unknown : pue[pue.machine];
}

function pueNamed(rows: readonly PriceRow[], id: string): Ranged {
  const item = itemsOf(rows, "pue").find((each) => each.id === id);
  if (item === undefined)
    throw new Error(`cannot price electricity: no price book has a row "pue,${id}"; restore it in pue.csv`);
  const { value, low = value, high = value } = needed(item, "pue");
  return { value, low, high };
}
