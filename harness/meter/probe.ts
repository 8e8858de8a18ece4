import type { Seconds, Watts } from "../units.ts";
import type { Host } from "./host.ts";
import { IMPLAUSIBLE_WATTS, PROBE_SECONDS, type Reading } from "./meter.ts";

/**
 * Functional test of a meter: what it reads must go up while a processor thread works, by a power that a machine can
 * draw. Gives the mean power that it saw, or a clause that says what is wrong.
 */
export async function moves(
  host: Pick<Host, "work">,
  read: () => Promise<Reading | undefined>,
  /** How long to watch: slow meters need several of their periods. */
  watch: Seconds = PROBE_SECONDS,
): Promise<{ watts: Watts } | { reason: string }> {
  const before = await read();
  if (before === undefined) return { reason: "it gives no reading" };
  await host.work(watch);
  const after = await read();
  if (after === undefined) return { reason: `its second reading failed, ${watch} s after the first` };
  if (after.breaks !== before.breaks) return { reason: `its count was reset or jumped within ${watch} s` };
  const joules = after.joules - before.joules;
  const seconds = (after.at - before.at) / 1e9;
  if (!(joules > 0 && seconds > 0)) return { reason: `its figure does not move: ${joules} J in ${watch} s of work` };
  const watts = joules / seconds;
  if (watts >= IMPLAUSIBLE_WATTS) return { reason: `it reads ${Math.round(watts)} W, which no machine draws` };
  return { watts };
}
