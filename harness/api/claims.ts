import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Claim, isDeclared } from "../claim.ts";
import { booksWith } from "../cost/book.ts";
import { present } from "../present.ts";
import { wantedCells } from "../report/claimcells.ts";
import { CLAIM_COLUMNS, claimRows } from "../report/claimcolumns.ts";
import { type Evidence, judge, type JudgedClaim, type Registration } from "../report/claims.ts";
import { registrationIn } from "../report/claimsofrun.ts";
import { claimsPage } from "../report/claimspage.ts";
import { toCsv } from "../report/csv.ts";
import { readReport, type Report } from "../report/derive.ts";
import type { ClaimsRecord } from "../run.ts";
import { earlierWords, type FirstResult, readLedger, recordResults } from "../store/claimledger.ts";
import { readClaims, type RegisteredClaims } from "../store/claims.ts";
import { requireFreshFolder, timestamp } from "../store/folder.ts";
import { findModel } from "../store/models.ts";
import { describeModel } from "../store/prepare.ts";
import type { RunOptions, RunResult } from "../api.ts";
import type { CheckedPlan } from "./checkplan.ts";
import { type ClaimRun, claimRuns, requirePrices, runWithCells } from "./claimplan.ts";

export interface ClaimsOptions extends Pick<RunOptions, "command" | "onNote" | "onStart" | "onProgress" | "signal"> {
  /** Runs that were made already; what none of them has is run, unless `runs` says otherwise. */
  readonly given?: readonly string[];
  readonly missing?: "run" | "leave";
  /** The folder of the verdicts and the runs, new or empty. By default `results/<utc>-<file>` where the caller stands. */
  readonly out?: string;
  readonly prices?: string;
  /** Called once all is checked, with the runs that are about to be made. False: nothing is run or written. */
  readonly onPlan?: (runs: readonly ClaimRun[]) => boolean;
}

export interface ClaimsResult {
  /** Absent where nothing was to be run or written. */
  readonly folder?: string;
  readonly registered: RegisteredClaims;
  readonly judged: readonly JudgedClaim[];
  readonly runs: readonly RunResult[];
}

type RunPlan = (checked: CheckedPlan, options: RunOptions) => Promise<RunResult>;

/**
 * Judges the claims of a file: runs what no run that is given has, and writes `claims.csv` beside those runs. What the file says is hashed into
 * every run before its first answer. Once a run is interrupted nothing is judged, and `judged` is empty.
 */
export async function judgeWith(runPlan: RunPlan, file: string, options: ClaimsOptions = {}): Promise<ClaimsResult> {
  const created = new Date();
  const registered = readClaims(file);
  const books = await booksWith(options.prices);
  requirePrices(registered.claims, books);
  const declared = await declaredBy(registered.claims);
  const given: Report[] = [];
  for (const folder of options.given ?? []) given.push(await readReport(folder, options.prices));
  const without = registered.claims.filter(
    (claim) => wantedCells(claim).length > 0 && "missing" in runWithCells(claim, given),
  );
  const missing = options.missing === "leave" ? [] : without;
  const planned = await claimRuns(missing, present({ prices: options.prices }), options.onNote);
  const ledger = readLedger(file);
  const result = { registered, judged: [], runs: [] };
  const folder = options.out ?? path.join("results", `${timestamp(created)}-${path.parse(file).name}`);
  requireFreshFolder(folder);
  if (options.onPlan?.(planned) === false) return result;
  const made: RunResult[] = [];
  for (const [i, { claims, checked }] of planned.entries()) {
    const record = recordOf(registered, claims, ledger, declared);
    const out = path.join(folder, `${path.parse(file).name}-${i + 1}`);
    const one = await runPlan(checked, {
      ...present({
        command: options.command,
        onNote: options.onNote,
        onStart: options.onStart,
        onProgress: options.onProgress,
        signal: options.signal,
      }),
      out,
      claims: { record, text: registered.text },
    });
    made.push(one);
    // Before anybody has seen a verdict, and of an interrupted run too: its answers can be read.
    remember(file, claims, created, options);
    if (one.state === "interrupted") return { ...result, folder, runs: made };
  }
  const reports = [...given, ...made];
  const facts = { books, declared: (model: string) => declared[model] ?? {} };
  const evidenceOf = (claim: Claim): Evidence => {
    const found = runWithCells(claim, reports);
    return "missing" in found
      ? { ...facts, missing: found.missing, registration: { before: true } }
      : { ...facts, report: found, registration: registrationOf(claim, found, ledger) };
  };
  const judged = registered.claims.map((claim) => judge(claim, evidenceOf(claim)));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "claims.csv"), await toCsv(CLAIM_COLUMNS, claimRows(judged)));
  const page = claimsPage(present({ registered, judged, reports, command: options.command }));
  writeFileSync(path.join(folder, "claims.html"), page);
  writeFileSync(path.join(folder, "claims.yaml"), registered.text);
  const answered = judged.filter(({ run }) => run !== undefined).map(({ claim }) => claim);
  remember(file, answered, created, options);
  return { folder, registered, judged, runs: made };
}

/** Notes first results in the ledger; a folder that cannot be written to is spoken of, and is no reason to lose a run. */
function remember(file: string, claims: readonly Claim[], at: Date, { onNote }: ClaimsOptions): void {
  try {
    recordResults(file, claims, at);
  } catch (error) {
    onNote?.(
      `the ledger of first results was not written, so a later edit would not be noticed: ${(error as Error).message}`,
    );
  }
}

/** What the configs of whole models say, of those that a claim is about. */
async function declaredBy(claims: readonly Claim[]): Promise<NonNullable<ClaimsRecord["declared"]>> {
  const about = claims.filter(({ expect }) => expect.some(({ ratio }) => isDeclared(ratio)));
  const names = about.flatMap(({ pairs }) =>
    pairs.flatMap(({ candidate, baseline }) =>
      [candidate, baseline].flatMap((side) => ("model" in side ? side.model : [])),
    ),
  );
  const facts: NonNullable<ClaimsRecord["declared"]> = {};
  for (const name of new Set(names)) {
    const { parameters_total, parameters_active } = await describeModel(findModel(name));
    facts[name] = present({ parameters_total, parameters_active });
  }
  return facts;
}

function recordOf(
  { file, sha256 }: RegisteredClaims,
  claims: readonly Claim[],
  ledger: readonly FirstResult[],
  declared: NonNullable<ClaimsRecord["declared"]>,
): ClaimsRecord {
  const postHoc = claims.flatMap((claim): [string, string][] => {
    const earlier = earlierWords(claim, ledger);
    return earlier === undefined ? [] : [[claim.id, earlier.date]];
  });
  return present({
    file,
    sha256,
    claims: Object.fromEntries(claims.map((claim) => [claim.id, claim.sha256])),
    post_hoc: postHoc.length === 0 ? undefined : Object.fromEntries(postHoc),
    declared: Object.keys(declared).length === 0 ? undefined : declared,
  });
}

/** By the run's own record, and by the ledger for what was edited since. */
function registrationOf(claim: Claim, { run }: Report, ledger: readonly FirstResult[]): Registration {
  const own = registrationIn(claim, run);
  if (!own.before) return own;
  const earlier = earlierWords(claim, ledger);
  return earlier === undefined
    ? own
    : { before: false, why: `it was edited after its first result of ${earlier.date.slice(0, 10)}` };
}
