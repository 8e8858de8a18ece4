import type { Observation } from "../observation.ts";
import type { Run } from "../run.ts";
import { saying } from "./compare.support.ts";
import { asked, questionsOf, runOf } from "./run.support.ts";
import { summarise } from "./summarise.ts";
import { type Verification, type VerifiedRun, verificationOf } from "./verify.ts";

/** A machine whose processor is known. */
export const machine = (more: Partial<Run["environment"]> = {}): Run["environment"] => ({
  ...runOf().environment,
  cpu_model: "Xeon",
  ...more,
});

/** What a run of "a" and other models said to questions q0, q1, ... */
export function toldBy(run: Run, said: readonly Observation[], n = 20): VerifiedRun {
  return { run, cells: summarise(run, [...asked(questionsOf(n)), ...said]) };
}

/** Runs of one model "a" on like machines: what it said there and here, and in how many ms each. */
export function againOf(
  there: readonly string[],
  here: readonly string[],
  latencies: readonly [there: number, here: number] = [4, 4],
): Verification {
  const one = { ...runOf({ environment: machine() }), id: "theirs" };
  return verificationOf(
    toldBy(one, saying("a", there, latencies[0]), there.length),
    toldBy({ ...one, id: "ours" }, saying("a", here, latencies[1]), here.length),
    [],
  );
}
