import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../store/root.ts";
import { judgeWith } from "./claims.ts";

const REFERENCE = path.join(ROOT, "results", "reference", "2026-11-23-essays");

test("the committed verdicts on the essays' claims are what the committed runs say, and none is post hoc", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-essays-"));
  try {
    const claims = path.join(ROOT, "results", "claims");
    for (const file of readdirSync(claims)) cpSync(path.join(claims, file), path.join(folder, file));
    const given = readdirSync(REFERENCE).filter((name) => name.startsWith("essays-"));
    const out = path.join(folder, "out");
    const never = (): never => expect.fail("nothing is to be run");
    const options = { given: given.map((name) => path.join(REFERENCE, name)), missing: "leave", out } as const;
    const { judged } = await judgeWith(never, path.join(folder, "essays.yaml"), options);
    expect(judged.filter(({ run, registration }) => run !== undefined && !registration.before)).toEqual([]);
    const read = (...at: string[]): string => readFileSync(path.join(...at, "claims.csv"), "utf8");
    expect(read(out)).toBe(read(REFERENCE));
    const ledger = "essays.first-results.csv";
    expect(readFileSync(path.join(folder, ledger), "utf8")).toBe(readFileSync(path.join(claims, ledger), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
