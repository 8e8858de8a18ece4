import { present } from "../present.ts";
import type { CellSummary } from "../report.ts";
import type { Cell, Run } from "../run.ts";
import { holm } from "../stats/holm.ts";
import type { Report } from "./derive.ts";
import { pairedQuestions } from "./precisionpairs.ts";
import type { Change } from "./verifychanges.ts";
import { type ComparedQuality, qualityOf, type QualityVerdict, SIGNIFICANT } from "./verifyquality.ts";
import { type ComparedSpeed, otherWork, speedOf, unlikeJoules, unlikeMachines } from "./verifyspeed.ts";

/** A cell of a run beside the same cell run again here: a row of `verification.csv`. */
export interface VerifiedCell extends ComparedQuality, ComparedSpeed {
  readonly there: CellSummary;
  /** Absent where it was not run again. */
  readonly here?: CellSummary;
  /** The run that verifies. Absent where nothing was run. */
  readonly run?: string;
  /** Questions put in both, over the repeats that both had. */
  readonly questions: number;
  readonly verdict: QualityVerdict;
  /** Holm's p-value among all cells that have one. */
  readonly holm?: number;
  /** Why it is not compared, or what to know of what is. */
  readonly reason?: string;
}

/** What became of the numbers of a run when it was run again. */
export interface Verification {
  readonly verified: string;
  /** As in the verified run. */
  readonly cells: readonly VerifiedCell[];
  readonly changes: readonly Change[];
  /** The most questions of a task, where fewer were asked than in the run. */
  readonly part?: number;
  /** Why latency or energy are not set beside each other, or what disturbed them, a sentence each. */
  readonly speedNotes: readonly string[];
  /** What ran it, where that is not the same: name, there, here. */
  readonly versions: readonly (readonly [name: string, there: string, here: string])[];
}

/** A run as far as it is verified. */
export type VerifiedRun = Pick<Report, "run" | "cells">;

/** Sets every cell of a run beside the one that ran here under the same settings. `here` is absent where all has changed. */
export function verificationOf(
  there: VerifiedRun,
  here: VerifiedRun | undefined,
  changes: readonly Change[],
): Verification {
  const unlike = here && unlikeMachines(there.run.environment, here.run.environment);
  const versions = here === undefined ? [] : unlikeVersions(there.run, here.run);
  const rows = there.cells.map((cell) =>
    cellOf(cell, here, { changes, seed: there.run.plan.seed, isTimed: unlike === undefined }),
  );
  return present({
    verified: there.run.id,
    cells: withVerdicts(rows, unlike === undefined && versions.length === 0 ? "same program" : "another"),
    changes,
    part: partOf(rows),
    speedNotes: unlike === undefined ? [...unlikeJoules(rows), ...otherWork(rows)] : [unlike],
    versions,
  });
}

/** Whether a cell disproves the run, or could not be run: what makes the exit code. */
export function isInDoubt({ verdict }: VerifiedCell): boolean {
  return verdict === "differs" || verdict === "changed" || verdict === "failed" || verdict === "absent";
}

/** The settings that make two cells of unlike runs the same; keys say how a lowering was chosen, too. */
export function isSameCell(one: Omit<Cell, "lowering"> & { lowering?: string | undefined }, other: Cell): boolean {
  return SETTINGS.every((setting) => one[setting] === other[setting]);
}
const SETTINGS = [
  "model",
  "task",
  "device",
  "precision",
  "threads",
  "batch",
  "solver",
  "lowering",
  "weights",
  "layers",
] as const satisfies readonly (keyof Cell)[];

interface Context {
  readonly changes: readonly Change[];
  readonly seed: number;
  readonly isTimed: boolean;
}

function cellOf(
  there: CellSummary,
  beside: VerifiedRun | undefined,
  { changes, seed, isTimed }: Context,
): VerifiedCell {
  const run = beside?.run.id;
  const changed = changes.filter(({ kind, id }) => there.cell[kind] === id);
  const reason = changed.map(({ kind, id, why }) => `${kind} "${id}": ${why}`).join("; ");
  if (changed.length > 0) return present({ there, run, questions: 0, verdict: "changed" as const, reason });
  const here = beside?.cells.find(({ cell }) => isSameCell(cell, there.cell));
  if (here === undefined) return present({ there, run, questions: 0, verdict: "absent" as const, reason: NO_CELL });
  const pairs = pairedQuestions(here, there);
  return present({
    there,
    here,
    run,
    questions: pairs.length,
    ...qualityOf(there, here, pairs, seed),
    ...(isTimed && speedOf(there, here, pairs, seed)),
  });
}

const NO_CELL = "the grid has no such cell here";

/** All tests of a verification stand together: with many cells one would differ by chance. */
function withVerdicts(rows: readonly VerifiedCell[], repeats: "same program" | "another"): VerifiedCell[] {
  const tested = rows.filter(({ quality }) => quality !== undefined);
  const adjusted = holm(tested.flatMap(({ quality }) => quality?.mcnemar ?? []));
  const holmOf = new Map(tested.map((row, i) => [row, adjusted[i]]));
  return rows.map((row) => {
    const p = holmOf.get(row);
    // The same program on the same kind of machine repeats itself: nothing is left to chance that many tests could meet.
    const own = repeats === "same program" ? row.quality?.mcnemar : p;
    const differs = row.verdict === "agrees" && own !== undefined && own < SIGNIFICANT;
    return present({ ...row, holm: p, verdict: differs ? ("differs" as const) : row.verdict });
  });
}

function partOf(rows: readonly VerifiedCell[]): number | undefined {
  const run = rows.filter(({ here }) => here !== undefined);
  const isPart = run.some(({ there, here }) => (here?.order.length ?? 0) < there.order.length);
  return isPart ? Math.max(...run.map(({ here }) => here?.order.length ?? 0)) : undefined;
}

function unlikeVersions(there: Run, here: Run): [string, string, string][] {
  return (["perjoule", "node", "onnxruntime"] as const).flatMap((name): [string, string, string][] => {
    const [one, other] = [there, here].map(({ environment }) => environment[name] ?? "none");
    return one === other ? [] : [[name, one as string, other as string]];
  });
}
