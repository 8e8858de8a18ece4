import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { aboutOf, commitOf, type Run } from "./about.ts";
import { COLUMNS } from "./columns.ts";
import { flagsOf } from "./flags.ts";
import { contestant } from "./row.support.ts";

const folder = mkdtempSync(path.join(tmpdir(), "perjoule-about-"));
afterAll(() => rmSync(folder, { recursive: true }));

const graph = path.join(folder, "model.onnx");
writeFileSync(graph, "abc");

const run: Run = {
  args: ["--rounds", "3", "--out", "x"],
  flags: flagsOf(["--rounds", "3", "--out", "x"]),
  shape: { model_type: "mixtral" },
  threads: 1,
  began: new Date(Date.UTC(2026, 10, 23)),
  commit: "c0ffee-dirty",
  graphs: new Map([[contestant("int4 fused, as shipped"), graph]]),
  verdicts: [{ type: "unmeasured", target: { precision: "int4", ratio: 10 } }],
};

test("aboutOf says what ran, on what, and what the columns mean", async () => {
  const about = await aboutOf(run);
  expect(about).toMatchObject({
    created: "2026-11-23T00:00:00.000Z",
    versions: { commit: "c0ffee-dirty" },
    command: "npm run bench:moe -- --rounds 3 --out x",
    weights: "random",
    threads: 1,
    decode: { context_tokens: 32, steps: 8 },
    contestants: [
      {
        name: "int4 fused, as shipped",
        environment: "ORT_USE_MLAS_Q4_GEMM_MOE=0",
        // Of "abc", FIPS 180-2.
        graph_sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      },
    ],
    targets: [{ precision: "int4", ratio_to_default_min: 10, verdict: "unmeasured" }],
  });
  expect(about.machine.cores).toBeGreaterThan(0);
  expect(Object.keys(about.columns)).toEqual(COLUMNS.map(({ name }) => name));
  expect(about).not.toHaveProperty("experts_read_by_a_decode_step");
});

test("aboutOf says how many experts were read where it is known", async () => {
  const about = await aboutOf({ ...run, touched: [{ batch: 4, experts: 5.2, ifEven: 5.5 }] });
  expect(about.experts_read_by_a_decode_step).toEqual([{ batch: 4, experts: 5.2, if_even: 5.5 }]);
});

test("commitOf knows none outside a repository", () => {
  expect(commitOf(folder)).toBeUndefined();
});
