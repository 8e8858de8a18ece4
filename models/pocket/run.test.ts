import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseString } from "fast-csv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../harness/store/root.ts";
import { readRunFolder } from "../../harness/store/folder.ts";

/** The built program on embedded models, twice with the same seed. */
let work = "";
const first = (): string => path.join(work, "first");
const second = (): string => path.join(work, "second");
const cache = (): string => path.join(work, "cache");

beforeAll(() => {
  work = mkdtempSync(path.join(os.tmpdir(), "perjoule-pocket-"));
  for (const out of [first(), second()]) {
    const main = path.join(ROOT, "dist", "harness", "main.js");
    const plan = ["-m", "pocket-dense-s,pocket-moe-32x1", "-t", "sort,maximum", "--limit", "50", "--meter", "model"];
    const { PERJOULE_CACHE: _, ...inherited } = process.env;
    const env = { ...inherited, XDG_CACHE_HOME: cache() };
    execFileSync(process.execPath, [main, "run", ...plan, "-o", out, "--quiet"], { env });
  }
}, 180_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function csv(folder: string, name: string): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for await (const row of parseString(readFileSync(path.join(folder, name), "utf8"), { headers: true })) rows.push(row);
  return rows;
}

describe("a run of two embedded models on two tasks", () => {
  test("has a row for each cell and each answer, and every value within its interval", async () => {
    const summary = await csv(first(), "summary.csv");
    expect(summary).toHaveLength(4);
    expect(await csv(first(), "answers.csv")).toHaveLength(200);
    for (const row of summary) {
      expect(Number(row["answered"]) + Number(row["failed"])).toBe(Number(row["questions"]));
      for (const name of Object.keys(row).filter((key) => `${key}_low` in row && row[key] !== "")) {
        expect(Number(row[`${name}_low`])).toBeLessThanOrEqual(Number(row[name]));
        if (row[`${name}_high`] !== "") expect(Number(row[`${name}_high`])).toBeGreaterThanOrEqual(Number(row[name]));
      }
    }
  });

  test("says of every joule what it is", async () => {
    for (const row of await csv(first(), "summary.csv")) {
      expect(row["energy_grade"]).toBe("C");
      expect(row["energy_boundary"]).not.toBe("");
      expect(row["flags"]).toContain("energy_modelled");
      expect(Number(row["energy_gross_j_per_answer"])).toBeGreaterThan(0);
    }
  });

  test("leaves nothing in the user's cache but its own graphs: the runtime's telemetry is off", () => {
    expect(readdirSync(cache())).toEqual(["perjoule"]);
  });

  test("gives the same texts, tokens and log-likelihoods with the same seed, in the same order", () => {
    const outputs = (folder: string): unknown[] =>
      readRunFolder(folder).observations.flatMap((each) =>
        each.kind === "answer" ? [[each.cell, each.window, each.question, each.output]] : [],
      );
    expect(outputs(first())).toHaveLength(200);
    expect(outputs(second())).toEqual(outputs(first()));
  });
});
