import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Claim, isDeclared } from "../claim.ts";
import { booksWith } from "../cost/book.ts";
import type { PriceRow } from "../cost/price.ts";
import { present } from "../present.ts";
import { wantedCells } from "../report/claimcells.ts";
import { CLAIM_COLUMNS, claimRows } from "../report/claimcolumns.ts";
import { type Evidence, judge, type JudgedClaim, type Registration } from "../report/claims.ts";
import { KEPT_CLAIMS, registrationIn } from "../report/claimsofrun.ts";
import { claimsPage } from "../report/claimspage.ts";
import { toCsv } from "../report/csv.ts";
import { readReport, type Report } from "../report/derive.ts";
import type { ClaimsRecord } from "../run.ts";
import { earlierWords, type FirstResult, readLedger, recordResults } from "../store/claimledger.ts";
import { readClaims, type RegisteredClaims } from "../store/claims.ts";
import { makeFolder, requireFreshFolder, timestamp } from "../store/folder.ts";
import { findModel } from "../store/models.ts";
import { describeModel } from "../store/prepare.ts";
import type { CheckedPlan } from "./checkplan.ts";
import { type ClaimRun, claimRuns, requirePrices, runWithCells } from "./claimplan.ts";
import type { RunOptions, RunResult } from "./run.ts";

export interface ClaimsOptions extends Pick<RunOptions, "command" | "onNote" | "onStart" | "onProgress" | "signal"> {
  /** Runs that were made already; what none of them has is run, unless `missing` says otherwise. */
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
 * Judges the claims of a file: runs what no run that is given has, and writes `claims.csv` and `claims.html` beside those runs. What the
 * file says is hashed into every run before its first answer. Of an interrupted run nothing is judged: `judged` is then empty.
 */
export async function judgeWith(runPlan: RunPlan, file: string, options: ClaimsOptions = {}): Promise<ClaimsResult> {
  const plan = await planned(file, options);
  const { registered, folder } = plan;
  if (options.onPlan?.(plan.runs) === false) return { registered, judged: [], runs: [] };
  const runs = await made(runPlan, plan, options);
  if (runs.at(-1)?.state === "interrupted") return { folder, registered, judged: [], runs };
  const judged = judgedBy(plan, [...plan.given, ...runs]);
  await write(plan, judged, [...plan.given, ...runs], options);
  return { folder, registered, judged, runs };
}

/** All that is read and checked before anything runs. */
interface ClaimsPlan {
  readonly file: string;
  readonly folder: string;
  readonly registered: RegisteredClaims;
  readonly books: readonly PriceRow[];
  readonly declared: NonNullable<ClaimsRecord["declared"]>;
  readonly ledger: readonly FirstResult[];
  readonly given: readonly Report[];
  /** Those to be made. */
  readonly runs: readonly ClaimRun[];
}

async function planned(file: string, options: ClaimsOptions): Promise<ClaimsPlan> {
  const registered = readClaims(file);
  const books = await booksWith(options.prices);
  requirePrices(registered.claims, books);
  const declared = await declaredBy(registered.claims);
  const given: Report[] = [];
  for (const folder of (options.given ?? []).flatMap(runsIn)) given.push(await readReport(folder, options.prices));
  const lacking = registered.claims.filter(
    (claim) => wantedCells(claim).length > 0 && "missing" in runWithCells(claim, given),
  );
  const missing = options.missing === "leave" ? [] : lacking;
  const runs = await claimRuns(missing, present({ prices: options.prices }), options.onNote);
  const ledger = readLedger(file);
  const folder = options.out ?? path.join("results", `${timestamp(new Date())}-${path.parse(file).name}`);
  requireFreshFolder(folder);
  return { file, folder, registered, books, declared, ledger, given, runs };
}

/** A run's folder, or the folders of the runs in one that `claims` wrote. */
function runsIn(folder: string): string[] {
  const isRun = (name: string): boolean => existsSync(path.join(name, "run.json"));
  if (isRun(folder) || !existsSync(path.join(folder, "claims.csv"))) return [folder];
  const inside = readdirSync(folder).map((name) => path.join(folder, name));
  return inside.filter(isRun);
}

/** One after the other, up to one that is interrupted. */
async function made(runPlan: RunPlan, plan: ClaimsPlan, options: ClaimsOptions): Promise<RunResult[]> {
  const { file, folder, registered } = plan;
  const { command, onNote, onProgress, signal } = options;
  const results: RunResult[] = [];
  for (const [i, { claims, checked }] of plan.runs.entries()) {
    const one = await runPlan(checked, {
      ...present({ command, onNote, onProgress, signal }),
      // Before the first answer: an interrupted run's can be read, and so can a killed one's.
      onStart(answers, at) {
        remember(file, claims, options);
        options.onStart?.(answers, at);
      },
      out: path.join(folder, `${path.parse(file).name}-${i + 1}`),
      claims: { record: recordOf(plan, claims), text: registered.text },
    });
    results.push(one);
    if (one.state === "interrupted") break;
  }
  return results;
}

function judgedBy({ registered, books, declared, ledger }: ClaimsPlan, reports: readonly Report[]): JudgedClaim[] {
  const facts = { books, declared: (model: string) => declared[model] ?? {} };
  const evidenceOf = (claim: Claim): Evidence => {
    const found = runWithCells(claim, reports);
    return "missing" in found
      ? { ...facts, missing: found.missing, registration: { before: true } }
      : { ...facts, report: found, registration: registrationOf(claim, found, ledger) };
  };
  return registered.claims.map((claim) => judge(claim, evidenceOf(claim)));
}

async function write(
  { file, folder, registered }: ClaimsPlan,
  judged: readonly JudgedClaim[],
  reports: readonly Report[],
  options: ClaimsOptions,
): Promise<void> {
  makeFolder(path.resolve(folder));
  writeFileSync(path.join(folder, "claims.csv"), await toCsv(CLAIM_COLUMNS, claimRows(judged)));
  const page = claimsPage({ registered, judged, reports, ...present({ command: options.command }) });
  writeFileSync(path.join(folder, "claims.html"), page);
  writeFileSync(path.join(folder, KEPT_CLAIMS), registered.text);
  const answered = judged.filter(({ run }) => run !== undefined).map(({ claim }) => claim);
  remember(file, answered, options);
}

/** Notes first results in the ledger; a folder that cannot be written to is spoken of, and is no reason to lose a run. */
function remember(file: string, claims: readonly Claim[], { onNote }: ClaimsOptions): void {
  try {
    recordResults(file, claims, new Date());
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
  { registered: { file, sha256 }, ledger, declared }: ClaimsPlan,
  claims: readonly Claim[],
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
