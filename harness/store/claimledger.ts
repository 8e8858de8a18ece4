import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Claim } from "../claim.ts";

/** When a claim, in these very words, was first held against answers. */
export interface FirstResult {
  readonly claim: string;
  readonly sha256: string;
  /** ISO 8601. */
  readonly date: string;
}

const HEAD = "claim,claim_sha256,first_result";

/** The ledger beside a file of claims, to be kept with it: `essays.yaml` has `essays.first-results.csv`. */
export function ledgerOf(file: string): string {
  return `${file.replace(/\.ya?ml$/, "")}.first-results.csv`;
}

export function readLedger(file: string): FirstResult[] {
  const ledger = ledgerOf(file);
  if (!existsSync(ledger)) return [];
  const [head, ...lines] = readFileSync(ledger, "utf8")
    .split(/\r?\n/)
    .filter((line) => line !== "");
  if (head !== HEAD)
    throw new Error(`${ledger}:1: the ledger of first results begins with "${HEAD}", found "${head ?? ""}"`);
  return lines.map((line, i) => {
    const [claim, sha256, date, ...more] = line.split(",");
    if (claim === undefined || sha256 === undefined || date === undefined || more.length > 0)
      throw new Error(`${ledger}:${i + 2}: a row is a claim, its hash and a date, found "${line}"`);
    return { claim, sha256, date };
  });
}

/** Since when a claim stood in other words that had a result before these: it was written with that result in view. */
export function earlierWords(claim: Claim, ledger: readonly FirstResult[]): FirstResult | undefined {
  const ofClaim = ledger.filter((row) => row.claim === claim.id);
  const own = ofClaim.find((row) => row.sha256 === claim.sha256)?.date;
  return ofClaim.find(({ sha256, date }) => sha256 !== claim.sha256 && (own === undefined || date < own));
}

/** Adds claims that have a first result now. What stands there already is never changed. */
export function recordResults(file: string, claims: readonly Claim[], at: Date): void {
  const known = readLedger(file);
  const fresh = claims.filter(({ id, sha256 }) => !known.some((row) => row.claim === id && row.sha256 === sha256));
  if (fresh.length === 0) return;
  const ledger = ledgerOf(file);
  const lines = fresh.map(({ id, sha256 }) => `${id},${sha256},${at.toISOString()}\n`);
  appendFileSync(ledger, `${before(ledger)}${lines.join("")}`);
}

/** What must stand before the next row: the head of a new ledger, or the newline that an editor left out. */
function before(ledger: string): string {
  if (!existsSync(ledger)) return `${HEAD}\n`;
  return readFileSync(ledger, "utf8").endsWith("\n") ? "" : "\n";
}
