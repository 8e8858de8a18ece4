import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseString } from "fast-csv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./store/root.ts";

/** The built program, as a user runs it, on embedded models: `npm test` builds first. */
const MAIN = path.join(ROOT, "dist", "harness", "main.js");

/** Of the first twenty sums the large twin gets several right and the small one next to none; it has a tenth of the parameters. */
const CLAIMS = `registered: 2026-01-02
settings: { limit: 20, warmup: 0, meter: none }
claims:
  - id: smaller
    text: It computes a fifth.
    source: this test
    candidate: pocket-dense-s
    baseline: pocket-dense-l
    tasks: [addition]
    expect: [{ ratio: compute_per_answer, at_most: 0.2 }]
  - id: as-good
    text: It is as good.
    source: this test
    candidate: pocket-dense-s
    baseline: pocket-dense-l
    tasks: [facts_craft]
    expect: [{ difference: accuracy, at_least: 0.3 }]
  - id: cheaper
    text: It asks less.
    source: this test
    candidate: { price: deepseek-r1 }
    baseline: { price: o1 }
    expect: [{ ratio: list_price, at_most: 0.05 }]
`;

let work = "";
beforeAll(async () => {
  work = mkdtempSync(path.join(os.tmpdir(), "perjoule-claims-"));
  writeFileSync(path.join(work, "mine.yaml"), CLAIMS);
  const { code, stderr } = await perjoule("claims mine.yaml --quiet -o first");
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function perjoule(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, PERJOULE_CONFIG: work, PERJOULE_CACHE: path.join(work, "cache") };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...line.split(" ")], { cwd: work, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr }),
    );
  });
}

const text = (...at: string[]): string => readFileSync(path.join(work, ...at), "utf8");

async function csv(...at: string[]): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for await (const row of parseString(text(...at), { headers: true })) rows.push(row);
  return rows;
}

describe("perjoule claims", () => {
  test("runs what claims need, and writes their verdicts beside the runs", async () => {
    const rows = await csv("first", "claims.csv");
    expect(rows.map(({ claim, verdict, run }) => [claim, verdict, run])).toEqual([
      ["smaller", "supported", "mine-1"],
      ["as-good", "refuted", "mine-2"],
      ["cheaper", "supported", ""],
    ]);
    expect(rows.map((row) => row["registered_before_run"])).toEqual(["true", "true", ""]);
    expect(rows.every(({ reason }) => /^[^\n]+\.$/.test(reason ?? ""))).toBe(true);
    expect(text("first", "claims.yaml")).toBe(CLAIMS);
  });

  test("hashes the claims into a run before its first answer, and derives their verdicts again byte for byte", async () => {
    const run = JSON.parse(text("first", "mine-1", "run.json")) as { claims: { claims: object } };
    expect(Object.keys(run.claims.claims)).toEqual(["smaller"]);
    expect(text("first", "mine-1", "claims.yaml")).toBe(CLAIMS);
    const before = text("first", "mine-1", "claims.csv");
    rmSync(path.join(work, "first", "mine-1", "claims.csv"));
    expect((await perjoule("report first/mine-1")).code).toBe(0);
    expect(text("first", "mine-1", "claims.csv")).toBe(before);
  });

  test("judges by runs that are there without running, and fails a refuted claim only with --strict", async () => {
    const line = "claims mine.yaml first/mine-1 first/mine-2 --no-run --json --quiet -o";
    const { code, stdout } = await perjoule(`${line} second`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      claims: [
        { id: "smaller", verdict: "supported" },
        { id: "as-good", verdict: "refuted" },
        { id: "cheaper", verdict: "supported" },
      ],
    });
    expect((await perjoule(`${line} third --strict`)).code).toBe(100);
    expect(readdirSync(path.join(work, "second")).filter((name) => name.startsWith("mine"))).toEqual([]);
  });

  test("calls a claim post hoc that was edited after its first result, and not those that stayed", async () => {
    writeFileSync(path.join(work, "mine.yaml"), CLAIMS.replace("at_least: 0.3", "at_least: -0.9"));
    try {
      const { stdout } = await perjoule("claims mine.yaml first/mine-1 first/mine-2 --no-run --quiet -o edited");
      expect(stdout).toContain("post hoc: it was edited after");
      const rows = await csv("edited", "claims.csv");
      expect(rows.map((row) => row["registered_before_run"])).toEqual(["true", "false", ""]);
    } finally {
      writeFileSync(path.join(work, "mine.yaml"), CLAIMS);
    }
  });

  test("prints the cells it would run, and writes nothing", async () => {
    const { code, stdout } = await perjoule("claims mine.yaml --dry-run -o none");
    expect([code, stdout.match(/^  pocket/gm)?.length]).toEqual([0, 4]);
    expect(existsSync(path.join(work, "none"))).toBe(false);
  });

  test("refuses a file with a problem at its line, before anything runs", async () => {
    writeFileSync(path.join(work, "bad.yaml"), CLAIMS.replace("at_most: 0.2", "at_mots: 0.2"));
    const { code, stderr } = await perjoule("claims bad.yaml -o none");
    expect(code).toBe(1);
    expect(stderr).toContain("bad.yaml:10:");
  });
});
