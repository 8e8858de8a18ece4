import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseString } from "fast-csv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./store/root.ts";

/** The built program, as a user runs it, on graphs that it builds: `npm test` builds first. Energy is modelled, nothing is measured long. */
const MAIN = path.join(ROOT, "dist", "harness", "main.js");

let work = "";
beforeAll(() => {
  work = mkdtempSync(path.join(os.tmpdir(), "perjoule-precisions-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(line: string): Promise<Outcome> {
  const args = ["run", ...line.split(" "), "--meter", "model"];
  const env = { ...process.env, PERJOULE_CONFIG: work, PERJOULE_CACHE: path.join(work, "cache") };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: work, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr }),
    );
  });
}

async function csv(...at: string[]): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for await (const row of parseString(readFileSync(path.join(work, ...at), "utf8"), { headers: true })) rows.push(row);
  return rows;
}

describe("perjoule run in several precisions", () => {
  test("sets each beside the most exact one, on the same questions", async () => {
    const { code, stdout, stderr } = await run(
      "-m pocket-dense-s -t facts_home --precision int8,fp32 --limit 5 -o out --warmup 0",
    );
    expect([code, stderr.match(/building the graph/g)?.length]).toEqual([0, 2]);
    expect(stdout).toMatch(/pocket-dense-s int8 beside fp32 /);
    const [row, ...more] = await csv("out", "precisions.csv");
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      model: "pocket-dense-s",
      precision: "int8",
      reference_precision: "fp32",
      questions: "5",
    });
    const cells = await csv("out", "summary.csv");
    const bytes = cells.map((cell) => Number(cell["weight_bytes"]));
    expect(Number(row?.["weight_bytes_ratio"])).toBeCloseTo((bytes[0] as number) / (bytes[1] as number), 9);
    expect(Number(row?.["accuracy"])).toBe(Number(cells[0]?.["accuracy"]));
    expect(Number(row?.["reference_accuracy"])).toBe(Number(cells[1]?.["accuracy"]));
    const answers = await csv("out", "answers.csv");
    const changed = answers.filter(
      (one) =>
        one["precision"] === "int8" &&
        answers.some(
          (other) =>
            other["precision"] === "fp32" &&
            other["question"] === one["question"] &&
            other["extracted"] !== one["extracted"],
        ),
    );
    expect(Number(row?.["flips"])).toBe(changed.length);
    expect(Number(row?.["latency_ratio"])).toBeGreaterThan(0);
    expect(Number(row?.["energy_per_answer_ratio"])).toBeGreaterThan(0);
  });
});

test("auto beside another lowering is refused: a cell would run twice", async () => {
  const { code, stderr } = await run("-m pocket-moe-8x2 -t facts_home --lowering auto,rows -o both");
  expect([code, stderr]).toEqual([1, expect.stringContaining('lowering "auto,rows": auto stands for the fastest')]);
});

describe("perjoule run with random weights", () => {
  test("times a shape of experts in two lowerings, each answer to its limit, and judges nothing", async () => {
    mkdirSync(path.join(work, "shape"));
    const shape = {
      model_type: "mixtral",
      vocab_size: 128,
      hidden_size: 32,
      intermediate_size: 32,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      num_local_experts: 4,
      num_experts_per_tok: 2,
      max_position_embeddings: 256,
      rms_norm_eps: 1e-5,
    };
    writeFileSync(path.join(work, "shape", "config.json"), JSON.stringify(shape));
    const line = "-m shape -t addition --lowering rows,branch --limit 3 --warmup 0 --quiet";
    const refused = await run(`${line} -o refused`);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("--weights random measures")]);

    const { code, stdout, stderr } = await run(`${line} -o random --weights random`);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("! weights are random:");
    const cells = await csv("random", "summary.csv");
    expect(cells.map((cell) => [cell["lowering"], cell["weights"], cell["accuracy"], cell["correct"]])).toEqual([
      ["rows", "random", "", ""],
      ["branch", "random", "", ""],
    ]);
    const answers = await csv("random", "answers.csv");
    const limit = Number(
      /max_gen_toks: (\d+)/.exec(readFileSync(path.join(ROOT, "tasks/addition/task.yaml"), "utf8"))?.[1],
    );
    expect(answers.map((answer) => Number(answer["output_tokens"]))).toEqual(Array.from({ length: 6 }, () => limit));
    expect(new Set(answers.map((answer) => answer["credit"]))).toEqual(new Set([""]));
    const { environment } = JSON.parse(readFileSync(path.join(work, "random", "run.json"), "utf8")) as {
      environment: Record<string, unknown>;
    };
    expect(environment["onnxruntime_env"]).toHaveProperty("ORT_USE_MLAS_Q4_GEMM_MOE");
    expect(await csv("random", "precisions.csv")).toEqual([]);
  });
});
