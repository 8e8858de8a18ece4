import type { Cell } from "./cell.ts";
import { type Contestant, contestantsOf } from "./contestant.ts";
import type { Measurement } from "./measure.ts";

const all = contestantsOf({ precisions: ["fp32", "int8", "int4"], lowerings: ["fused", "rows", "branch"] });

export function contestant(name: string): Contestant {
  const found = all.find((one) => one.name === name);
  if (found === undefined)
    throw new RangeError(`no contestant "${name}" among "${all.map((one) => one.name).join('", "')}"`);
  return found;
}

export const decodeOne: Cell = { phase: "decode", batch: 1 };

/** What a contestant reached, round by round. */
export function measurements(name: string, rates: readonly number[], cell: Cell = decodeOne): Measurement[] {
  return rates.map((tokensPerSecond, round) => ({ round, contestant: contestant(name), cell, tokensPerSecond }));
}
