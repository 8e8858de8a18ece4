import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Claim } from "../claim.ts";
import type { ClaimsRecord, Run } from "../run.ts";
import { parseClaims } from "../store/claims.ts";
import { claimOf, reportWith, sideOf, times } from "./claim.support.ts";
import { claimsOfRun, KEPT_CLAIMS, registrationIn } from "./claimsofrun.ts";
import type { Report } from "./derive.ts";
import { runOf } from "./run.support.ts";

const claim = claimOf({ id: "one", expect: [{ ratio: "latency", at_most: 2 }] });

describe("registrationIn", () => {
  const record = (more: Partial<ClaimsRecord> = {}): ClaimsRecord => ({
    file: "claims.yaml",
    sha256: "0",
    claims: { one: claim.sha256 },
    ...more,
  });
  const why = (claims: ClaimsRecord | undefined, of: Claim = claim, more: Partial<Run> = {}): string | undefined => {
    const found = registrationIn(of, runOf({ ...more, ...(claims && { claims }) }));
    return found.before ? undefined : found.why;
  };

  test("before the run where the run has its hash and the day is not later", () => {
    expect(why(record())).toBeUndefined();
    expect(registrationIn(claim, runOf({ claims: record() }))).toEqual({ before: true });
  });

  test.each([
    ["a run that was made for none", undefined, "the run was not made for it"],
    ["a run that was made for others", record({ claims: { two: "0" } }), "the run was not made for it"],
    [
      "words that are not those hashed",
      record({ claims: { one: "0" } }),
      "it was edited after the run was made for it",
    ],
    [
      "words that are later than a result",
      record({ post_hoc: { one: "2026-02-03T04:05:06.000Z" } }),
      "it was edited after its first result of 2026-02-03",
    ],
  ])("not before: %s", (_, claims, text) => {
    expect(why(claims)).toBe(text);
  });

  test("not before a run of an earlier day, wherever that day begins", () => {
    const dated = { ...claim, registered: "2026-11-24" };
    const at = (created: string): string | undefined => why(record(), dated, { created });
    expect(at("2026-11-22T03:45:00.000Z")).toBe("it is dated 2026-11-24, after the run of 2026-11-22");
    expect(at("2026-11-23T09:59:59.000Z")).toBe("it is dated 2026-11-24, after the run of 2026-11-23");
    // In Kiribati, 14 hours ahead of UTC, the 24th has begun.
    expect(at("2026-11-23T10:00:00.000Z")).toBeUndefined();
    expect(at("2026-11-24T00:00:00.000Z")).toBeUndefined();
  });
});

describe("claimsOfRun", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "perjoule-claims-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const text = (at_most: number): string => `registered: 2026-01-05
claims:
  - { id: slow, text: takes twice as long, source: a test, candidate: a, baseline: b, tasks: [addition], expect: [{ ratio: latency, at_least: 2, at_most: ${at_most} }] }
  - { id: other, text: of another run, source: a test, candidate: c, baseline: d, tasks: [sort], expect: [{ ratio: latency, at_most: 1 }] }
  - { id: counted, text: by count, source: a test, candidate: a, baseline: b, expect: [{ ratio: parameters_active, at_most: 1 }] }
`;
  const TEXT = text(3);

  /** A run that was made for two of the claims of this text; its folder holds another where that is given. */
  function runFor(kept: string | undefined = TEXT, more: Partial<Run> = {}): Report {
    const { sha256, claims } = parseClaims(TEXT, "essays.yaml");
    const hashes = claims.filter(({ id }) => id !== "other").map((one) => [one.id, one.sha256]);
    const declared = { a: { parameters_active: 3 }, b: { parameters_active: 4 } };
    const record: ClaimsRecord = { file: "essays.yaml", sha256, claims: Object.fromEntries(hashes), declared };
    if (kept !== "") writeFileSync(path.join(folder, KEPT_CLAIMS), kept);
    const cells = [sideOf("a", times(40, { seconds: 2.5 })), sideOf("b", times(40))];
    return reportWith(cells, { folder, run: runOf({ claims: record, ...more }, ["a", "b"]) });
  }

  test("judges those that it was made for, by its own cells and what configs declared then", () => {
    const judged = claimsOfRun(runFor(), []);
    expect(judged.map(({ claim: { id }, verdict, registration }) => [id, verdict, registration])).toEqual([
      ["slow", "supported", { before: true }],
      ["counted", "supported", { before: true }],
    ]);
    expect(judged[0]?.rows[0]?.measured?.value).toBeCloseTo(2.5, 12);
    expect(judged[1]?.rows[0]?.measured?.value).toBe(0.75);
    expect(judged[0]?.run?.id).toBe(runOf().id);
    expect(judged[1]).not.toHaveProperty("run");
  });

  test("are the same when they are derived again", () => {
    expect(claimsOfRun(runFor(), [])).toEqual(claimsOfRun(runFor(), []));
  });

  test("none of a run that was made for none, or that was stopped", () => {
    const { claims: _, ...run } = runFor().run;
    expect(claimsOfRun({ ...runFor(), run }, [])).toEqual([]);
    expect(claimsOfRun(runFor(TEXT, { state: "interrupted" }), [])).toEqual([]);
  });

  test("refuses a file that is not the one hashed", () => {
    expect(() => claimsOfRun(runFor(text(4)), [])).toThrow(
      /claims\.yaml: these are not the claims that the run was made for \(sha256 "[0-9a-f]{12}", run\.json has "[0-9a-f]{12}"\); put the original back/,
    );
    // Even where nothing that it says has changed.
    expect(() => claimsOfRun(runFor(`${TEXT}# seen\n`), [])).toThrow("put the original back");
  });

  test("says that the file is missing", () => {
    expect(() => claimsOfRun(runFor(""), [])).toThrow(
      `"${path.join(folder, KEPT_CLAIMS)}" is missing: run.json says that the run was made for its claims`,
    );
  });
});
