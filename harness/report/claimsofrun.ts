import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Claim } from "../claim.ts";
import type { PriceRow } from "../cost/price.ts";
import type { Run } from "../run.ts";
import { parseClaims } from "../store/claims.ts";
import { type AnsweredRun, judge, type JudgedClaim, type Registration } from "./claims.ts";

/** The file of claims that a run was made for, kept with it so that its verdicts can be derived again. */
export const KEPT_CLAIMS = "claims.yaml";

/** The verdicts that a run allows by itself, of the claims that it was made for. None where it was made for none, or did not finish. */
export function claimsOfRun(
  report: AnsweredRun & { readonly folder: string },
  books: readonly PriceRow[],
): JudgedClaim[] {
  const record = report.run.claims;
  // Who stops a run must not choose its verdict.
  if (record === undefined || report.run.state !== "finished") return [];
  const file = path.join(report.folder, KEPT_CLAIMS);
  if (!existsSync(file)) throw new Error(`"${file}" is missing: run.json says that the run was made for its claims`);
  const { claims, sha256 } = parseClaims(readFileSync(file, "utf8"), file);
  if (sha256 !== record.sha256)
    throw new Error(
      `${file}: these are not the claims that the run was made for (sha256 "${sha256.slice(0, 12)}", run.json has "${record.sha256.slice(0, 12)}"); put the original back`,
    );
  return claims
    .filter(({ id }) => Object.hasOwn(record.claims, id))
    .map((claim) =>
      judge(claim, {
        report,
        books,
        registration: registrationIn(claim, report.run),
        declared: (model) => record.declared?.[model] ?? {},
      }),
    );
}

/** By what a run recorded before its first answer. */
export function registrationIn(claim: Claim, { claims, created }: Run): Registration {
  const of = (hashes: Record<string, string> = {}): string | undefined =>
    Object.hasOwn(hashes, claim.id) ? hashes[claim.id] : undefined;
  const [known, edited] = [of(claims?.claims), of(claims?.post_hoc)];
  if (known === undefined) return { before: false, why: "the run was not made for it" };
  if (known !== claim.sha256) return { before: false, why: "it was edited after the run was made for it" };
  if (edited !== undefined)
    return { before: false, why: `it was edited after its first result of ${edited.slice(0, 10)}` };
  if (isAfter(claim.registered, created))
    return { before: false, why: `it is dated ${claim.registered}, after the run of ${created.slice(0, 10)}` };
  return { before: true };
}

/** A day begins up to 14 hours earlier in the east than in UTC. */
function isAfter(day: string, moment: string): boolean {
  return Date.parse(day) - 14 * 3_600_000 > Date.parse(moment);
}
