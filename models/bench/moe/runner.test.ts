import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { graphOf } from "../files.ts";
import { moeShape } from "../shapes.ts";
import { cellsOf, type Extent } from "./cell.ts";
import { contestantsOf } from "./contestant.ts";
import { measure } from "./measure.ts";
import { touchedExperts, touchedText } from "./routing.ts";
import { rowsOf } from "./row.ts";
import { openCells } from "./runner.ts";

const cacheDir = mkdtempSync(path.join(tmpdir(), "perjoule-bench-"));
afterAll(() => rmSync(cacheDir, { recursive: true }));

const small = {
  ...moeShape,
  num_hidden_layers: 1,
  hidden_size: 64,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 32,
  intermediate_size: 64,
  num_local_experts: 4,
  vocab_size: 96,
};
const extent: Extent = { context: 5, steps: 2, prompt: 7 };
const vocabulary = small.vocab_size;

test("openCells runs every phase at every batch, again and again", async () => {
  const [contestant] = contestantsOf({ precisions: ["fp32"], lowerings: ["branch"] });
  const graph = await graphOf(small, { precision: "fp32", lowering: contestant!.lowering, cacheDir });
  const measured = await measure(
    [{ ...contestant!, baseline: contestant!.name }],
    cellsOf({ phases: ["decode", "prefill"], batches: [1, 3] }),
    {
      rounds: 2,
      start: () => openCells({ ...extent, graph, vocabulary, threads: 1, seconds: 0 }),
    },
  );
  const rows = rowsOf(measured);
  expect(rows.map(({ cell, rounds, ratio }) => [cell.phase, cell.batch, rounds, ratio?.median])).toEqual([
    ["decode", 1, 2, 1],
    ["decode", 3, 2, 1],
    ["prefill", 1, 2, 1],
    ["prefill", 3, 2, 1],
  ]);
  for (const { tokensPerSecond } of rows) {
    expect(tokensPerSecond.min).toBeGreaterThan(0);
    expect(Number.isFinite(tokensPerSecond.max)).toBe(true);
  }
});

test("touchedExperts counts those that the rows of a step share once", async () => {
  const graph = await graphOf(small, { precision: "fp32", lowering: "fused", cacheDir });
  const touched = await touchedExperts(graph, { batches: [1, 8], vocabulary, extent });
  expect(touched[0]).toEqual({ batch: 1, experts: 2, ifEven: 2 });
  expect(touched[1]?.experts).toBeGreaterThan(2);
  expect(touched[1]?.experts).toBeLessThanOrEqual(4);
  expect(touched[1]?.ifEven).toBeCloseTo(4 * (1 - 0.5 ** 8), 9);
  expect(touchedText(touched.slice(0, 1))).toContain("2.00 at batch 1 (2.00 if even)");
});
