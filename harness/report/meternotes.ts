import { WINDOWS_PER_PASS } from "../execute/schedule.ts";
import { secondsLeast } from "../meter/metering.ts";
import type { Selection } from "../meter/select.ts";
import type { Plan } from "../run.ts";
import { duration } from "./format.ts";

/** Where the joules of the run will come from, in a line, and how long its windows make it at least. */
export function describeMeters({ records, opened }: Selection, plan: Plan, cells: number): string {
  const [best] = records;
  if (best === undefined) return "energy: none is recorded";
  const kind = `grade ${best.grade}, boundary ${best.boundary}`;
  const least = secondsLeast(plan, { records: opened.map(({ record }) => record), lost: () => [] });
  const long =
    least > 0
      ? `; windows of at least ${least} s: ${duration(WINDOWS_PER_PASS * least * plan.trials * cells)} or more in all`
      : "";
  const idle = opened.length === 0 ? "" : "; idle power is measured first, and around every task";
  return `energy: ${best.source} (${kind})${long}${idle}`;
}
