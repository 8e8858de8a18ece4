import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { CostRow } from "../cost/costs.ts";
import { ROOT } from "../store/root.ts";
import { deriveReport } from "./derive.ts";

const REFERENCE = path.join(ROOT, "results", "reference");

/** Benchmarks stand beside runs. */
const runs = readdirSync(REFERENCE).filter((name) => existsSync(path.join(REFERENCE, name, "run.json")));

describe.each(runs)("the reference run %s", (name) => {
  test("is derived again byte for byte, and priced by dated prices of every kind", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "perjoule-reference-"));
    const run = path.join(folder, name);
    try {
      cpSync(path.join(REFERENCE, name), run, { recursive: true });
      const tables = readdirSync(run).filter((file) => file.endsWith(".csv"));
      for (const file of tables) rmSync(path.join(run, file));
      const { costs } = await deriveReport(run);
      expect(tables).toEqual([
        "activity.csv",
        "answers.csv",
        "breakevens.csv",
        "comparisons.csv",
        "costs.csv",
        "energy.csv",
        "metrics.csv",
        "precisions.csv",
        "summary.csv",
      ]);
      const text = (at: string, file: string): string => readFileSync(path.join(at, file), "utf8");
      for (const file of tables) expect(text(run, file) === text(path.join(REFERENCE, name), file)).toBe(true);
      expectDatedPrices(costs);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function expectDatedPrices(costs: readonly CostRow[]): void {
  const scenarios = [...new Set(costs.map((row) => row.scenario))];
  const ids = (kind: string, pattern = /./): string[] =>
    scenarios.flatMap((scenario) => (scenario.kind === kind && pattern.test(scenario.id) ? [scenario.id] : []));
  expect(scenarios.length).toBeGreaterThanOrEqual(8);
  expect(ids("electricity").length).toBeGreaterThanOrEqual(3);
  expect(ids("rental", /^h100/).length).toBeGreaterThanOrEqual(5);
  expect(ids("rental", /^rtx4090.*vast/).length).toBeGreaterThanOrEqual(1);
  expect(ids("api", /o1|r1/).length).toBeGreaterThanOrEqual(2);
  expect(ids("mining").length).toBeGreaterThanOrEqual(1);
  expect(
    scenarios.every(({ source, date, unit, verified }) => source !== "" && date !== "" && unit !== "" && verified),
  ).toBe(true);
}
