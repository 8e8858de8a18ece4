import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseString } from "fast-csv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./store/root.ts";

/** The built program, as a user runs it: `npm test` builds first. Models here are scripts, so nothing is measured. */
const MAIN = path.join(ROOT, "dist", "harness", "main.js");

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let work = "";
beforeAll(() => {
  work = mkdtempSync(path.join(os.tmpdir(), "perjoule-main-"));
  writeModel("good", { replies: { "2 + 2 =": " 4", "3 + 3 =": " 6" }, otherwise: " 5" });
  writeModel("bad", { otherwise: " 7" });
  writeModel("fragile", { otherwise: " 4", fails: ["3 + 3 ="] });
  writeModel("mortal", { otherwise: " 4", crashes: ["5 + 5 ="] });
  writeModel("slow", { otherwise: " 4", delay_ms: 50 });
  writeTask("sums", SUMS, [
    { id: "a", sum: "2 + 2 =", answer: "4" },
    { id: "b", sum: "3 + 3 =", answer: "6" },
    { id: "c", sum: "4 + 4 =", answer: "8" },
    { id: "d", sum: "5 + 5 =", answer: "10" },
  ]);
  writeTask("pick", PICK, [
    { id: "a", sum: "2 + 2 =", options: ["3", "4"], gold: 1 },
    { id: "b", sum: "3 + 3 =", options: ["6", "9"], gold: 0 },
  ]);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const SUMS = `task: sums
dataset_path: json
dataset_kwargs: { data_files: { test: test.jsonl } }
output_type: generate_until
doc_to_text: "{{sum}}"
doc_to_target: answer
generation_kwargs: { until: ["\\n"], max_gen_toks: 8 }
filter_list: [{ name: stripped, filter: [{ function: remove_whitespace }, { function: take_first }] }]
metric_list: [{ metric: exact_match }]
metadata: { version: 1 }
`;
const PICK = `task: pick
dataset_path: json
dataset_kwargs: { data_files: { test: test.jsonl } }
output_type: multiple_choice
doc_to_text: "{{sum}}"
doc_to_choice: options
doc_to_target: gold
metric_list: [{ metric: acc }]
metadata: { version: 1 }
perjoule: { chance: 0.5 }
`;

function writeModel(name: string, script: object): void {
  mkdirSync(path.join(work, name));
  writeFileSync(path.join(work, name, "script.json"), JSON.stringify(script));
}

function writeTask(name: string, definition: string, questions: readonly object[]): void {
  mkdirSync(path.join(work, name));
  writeFileSync(path.join(work, name, "task.yaml"), definition);
  writeFileSync(
    path.join(work, name, "test.jsonl"),
    questions.map((question) => `${JSON.stringify(question)}\n`).join(""),
  );
}

/** A run takes the power model unless the test says otherwise: a machine's own counters want idle windows, and seconds. */
function perjoule(...args: string[]): Promise<Outcome> {
  const metered = args[0] !== "run" || args.some((word) => word === "--meter" || word === "--wall");
  const line = metered ? args : [...args, "--meter", "model"];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...line],
      { cwd: work, env: { ...process.env, PERJOULE_CONFIG: work } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr });
      },
    );
  });
}

async function csv(file: string): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for await (const row of parseString(readFileSync(file, "utf8"), { headers: true })) rows.push(row);
  return rows;
}

const DERIVED = [
  "activity.csv",
  "answers.csv",
  "breakevens.csv",
  "comparisons.csv",
  "costs.csv",
  "energy.csv",
  "precisions.csv",
  "summary.csv",
  "metrics.csv",
];

describe("perjoule run", () => {
  test("writes a run folder whose tables hold every cell and every answer", async () => {
    const out = path.join(work, "first");
    const { code, stdout, stderr } = await perjoule("run", "-m", "good,bad", "-t", "sums,pick", "-o", out, "--quiet");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(out);
    expect(readdirSync(out).sort()).toEqual([...DERIVED, "observations.jsonl", "run.json"].sort());
    const summary = await csv(path.join(out, "summary.csv"));
    expect(summary.map((row) => [row["model"], row["task"], row["correct"], row["accuracy"]])).toEqual([
      ["good", "sums", "2", "0.5"],
      ["bad", "sums", "0", "0"],
      ["good", "pick", "2", "1"],
      ["bad", "pick", "1", "0.5"],
    ]);
    expect(await csv(path.join(out, "answers.csv"))).toHaveLength(12);
    expect(JSON.parse(readFileSync(path.join(out, "run.json"), "utf8"))).toMatchObject({
      schema: 1,
      state: "finished",
      prices_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      meters: [{ id: "model", grade: "C" }],
    });
  });

  test("asks by every solver that a task can be asked by, and says where it cannot", async () => {
    writeModel("thinker", { replies: { "2 + 2 =\nHm:": " 2 and 2", "and 2\nAnswer:": " 4" }, otherwise: " 5" });
    const styled = SUMS.replace("task: sums", "task: styled");
    const cue = 'perjoule: { styles: { steps: { cue: "\\nHm:", max_gen_toks: 16 } } }\n';
    writeTask("styled", `${styled}${cue}`, [{ id: "a", sum: "2 + 2 =", answer: "4" }]);
    const out = path.join(work, "solvers");
    const line = ["run", "-m", "thinker", "-t", "styled,pick", "--solver"];
    const { code, stderr } = await perjoule(...line, "direct,steps,vote:3,review:1", "-o", out);
    expect(code).toBe(0);
    expect(stderr).toContain('"pick" is scored by likelihood, not written: --solver steps,vote:3,review:1 not applied');
    const columns = ["solver", "task", "accuracy", "output_tokens"];
    const summary = await csv(path.join(out, "summary.csv"));
    expect(summary.map((row) => columns.map((name) => row[name]))).toEqual([
      ["direct", "styled", "0", "2"],
      ["steps", "styled", "1", "10"],
      ["vote:3", "styled", "0", "6"],
      ["review:1", "styled", "0", "6"],
      ["direct", "pick", "0.5", "0"],
    ]);
    const none = await perjoule("run", "-m", "thinker", "-t", "pick", "--solver", "steps");
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("nothing is left to run")]);
  });

  test("goes on after a model fails a question or dies, counts both as wrong, and ends with 3", async () => {
    const out = path.join(work, "failing");
    const { code } = await perjoule(
      "run",
      "-m",
      "fragile,mortal,good",
      "-t",
      "sums",
      "-o",
      out,
      "--quiet",
      "--warmup",
      "0",
    );
    expect(code).toBe(3);
    const [fragile, mortal, good] = await csv(path.join(out, "summary.csv"));
    expect([fragile?.["answered"], fragile?.["failed"], fragile?.["correct"]]).toEqual(["3", "1", "1"]);
    expect([mortal?.["answered"], mortal?.["failed"], mortal?.["questions"]]).toEqual(["3", "1", "4"]);
    expect([good?.["answered"], good?.["failed"]]).toEqual(["4", "0"]);
    const reasons = (await csv(path.join(out, "answers.csv"))).flatMap((row) => row["reason"] || []);
    expect(reasons).toEqual(['the script fails on "3 + 3 ="', "the cell's process ended with exit code 70"]);
  });

  test("keeps what was answered when it is interrupted", async () => {
    const out = path.join(work, "interrupted");
    const child = spawn(
      process.execPath,
      [MAIN, "run", "-m", "slow", "-t", "sums", "-o", out, "--warmup", "0", "--meter", "model"],
      {
        cwd: work,
      },
    );
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    let stdout = "";
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    await new Promise<void>((resolve) =>
      child.stderr.on("data", (chunk) => {
        if (String(chunk).includes("1/4 answers")) resolve();
      }),
    );
    child.kill("SIGINT");
    expect(await ended).toBe(1);
    expect(stdout).toContain("stopped before its end");
    expect(JSON.parse(readFileSync(path.join(out, "run.json"), "utf8"))).toMatchObject({ state: "interrupted" });
    const [row] = await csv(path.join(out, "summary.csv"));
    expect(Number(row?.["answered"])).toBeGreaterThan(0);
    expect(Number(row?.["answered"])).toBeLessThan(4);
    expect([row?.["questions"], row?.["failed"]]).toEqual([row?.["answered"], "0"]);
  });

  test("prints the grid and writes nothing with --dry-run", async () => {
    const out = path.join(work, "dry");
    const { code, stdout } = await perjoule(
      "run",
      "-m",
      "good,bad",
      "-t",
      "sums",
      "--threads",
      "1,2",
      "-o",
      out,
      "--dry-run",
    );
    expect(code).toBe(0);
    expect(stdout).toContain("4 cells, 16 answers");
    expect(existsSync(out)).toBe(false);
  });

  test("prints one JSON document with --json", async () => {
    const { stdout } = await perjoule(
      "run",
      "-m",
      "good",
      "-t",
      "pick",
      "-o",
      path.join(work, "json"),
      "--json",
      "--quiet",
    );
    expect(JSON.parse(stdout)).toMatchObject({ cells: [{ model: "good", task: "pick", accuracy: 1, chance: 0.5 }] });
  });

  test("takes a plan file, and flags over it", async () => {
    const plan = path.join(work, "plan.yaml");
    writeFileSync(plan, "models: [good]\ntasks: [sums]\nlimit: 3\n");
    expect((await perjoule("run", plan, "--dry-run")).stdout).toContain("1 cell, 3 answers");
    expect((await perjoule("run", plan, "--limit", "2", "--dry-run")).stdout).toContain("1 cell, 2 answers");
    writeFileSync(plan, "model: good\n");
    const { code, stderr } = await perjoule("run", plan, "--dry-run");
    expect(code).toBe(1);
    expect(stderr).toContain('"model"');
  });
});

describe("perjoule report", () => {
  test("derives the same bytes each time, from the raw observations alone", async () => {
    const out = path.join(work, "reported");
    await perjoule("run", "-m", "good,bad", "-t", "sums,pick", "-o", out, "--quiet");
    const read = (): string[] => DERIVED.map((name) => readFileSync(path.join(out, name), "utf8"));
    const first = read();
    expect((await perjoule("report", out)).code).toBe(0);
    expect(read()).toEqual(first);
    rmSync(path.join(out, "summary.csv"));
    await perjoule("report", out);
    expect(read()).toEqual(first);
  });

  test("prints one JSON document, a list of several runs", async () => {
    const [one, two] = [path.join(work, "one"), path.join(work, "two")];
    for (const out of [one, two]) await perjoule("run", "-m", "good", "-t", "pick", "-o", out, "--quiet");
    expect(JSON.parse((await perjoule("report", one, "--json")).stdout)).toMatchObject({ folder: one });
    expect(JSON.parse((await perjoule("report", one, two, "--json")).stdout)).toMatchObject([
      { folder: one },
      { folder: two },
    ]);
  });

  test("names the file and line of a broken observation", async () => {
    const out = path.join(work, "broken");
    await perjoule("run", "-m", "good", "-t", "sums", "-o", out, "--quiet");
    const file = path.join(out, "observations.jsonl");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, lines.with(2, "{oops").join("\n"));
    const { code, stderr } = await perjoule("report", out);
    expect(code).toBe(1);
    expect(stderr).toContain("observations.jsonl:3:");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("perjoule costs", () => {
  test("prices a run by the shipped books and by one's own, which stays with the run", async () => {
    const out = path.join(work, "priced");
    const own = path.join(work, "own.csv");
    writeFileSync(own, "kind,id,value,unit,date,source\nelectricity,my-roof,0.08,USD/kWh,2026-05,my meter\n");
    await perjoule("run", "-m", "good", "-t", "pick", "--prices", own, "-o", out, "--quiet");
    const scenarios = new Set((await csv(path.join(out, "costs.csv"))).map((row) => row["scenario"]));
    expect(scenarios).toContain("my-roof");
    rmSync(own);
    const { code, stdout } = await perjoule("costs", out, "--scenario", "my-roof");
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("electricity my-roof: 0.08 USD/kWh, 2026-05, my meter"),
    ]);
    // Looking at it under other prices changes nothing of the run.
    const before = readFileSync(path.join(out, "costs.csv"), "utf8");
    writeFileSync(own, "kind,id,value,unit,date,source\nelectricity,my-roof,0.16,USD/kWh,2026-06,my meter\n");
    expect((await perjoule("costs", out, "--prices", own)).code).toBe(0);
    expect(readFileSync(path.join(out, "costs.csv"), "utf8")).toBe(before);
    expect(readFileSync(path.join(out, "prices.csv"), "utf8")).toContain("0.08");
    const unknown = await perjoule("costs", out, "--scenario", "my-rof");
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('"my-rof"')]);
  });

  test("refuses a spoiled price book before anything runs, with its line", async () => {
    const out = path.join(work, "unpriced");
    const own = path.join(work, "spoiled.csv");
    writeFileSync(own, "kind,id,value,unit,date,source\nelectricity,my-roof,0.08,USD/kWh,2026-05,\n");
    const { code, stderr } = await perjoule("run", "-m", "good", "-t", "pick", "--prices", own, "-o", out, "--quiet");
    expect([code, stderr]).toEqual([1, expect.stringContaining("spoiled.csv:2:")]);
    expect(existsSync(out)).toBe(false);
  });
});

describe("perjoule run with a meter", () => {
  test("refuses one that does not work here, with the reason, and writes nothing", async () => {
    const out = path.join(work, "unmetered");
    const { code, stderr } = await perjoule(
      "run",
      "-m",
      "good",
      "-t",
      "pick",
      "--wall",
      path.join(work, "no-such-meter.csv"),
      "-o",
      out,
      "--quiet",
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining("--meter wall: does not work here")]);
    expect(existsSync(out)).toBe(false);
  });

  test("takes the user's own watts, as grade D", async () => {
    const out = path.join(work, "stated");
    await perjoule(
      "run",
      "-m",
      "good",
      "-t",
      "pick",
      "--meter",
      "constant",
      "--cpu-watts",
      "20,65",
      "-o",
      out,
      "--quiet",
    );
    expect((await csv(path.join(out, "summary.csv")))[0]).toMatchObject({
      energy_grade: "D",
      energy_boundary: "stated",
      energy_source: "stated:20-65W",
    });
  });
});

/** Every mistake is one line that says what and where, and leaves nothing behind. */
describe("bad input", () => {
  const cases: readonly [what: string, args: readonly string[], code: number, says: readonly string[]][] = [
    ["an unknown model", ["run", "-m", "goood", "-t", "sums"], 1, ['unknown model "goood"']],
    ["an unknown task", ["run", "-m", "good", "-t", "additoin"], 1, ['unknown task "additoin"', "addition"]],
    ["a folder without a model", ["run", "-m", "sums", "-t", "sums"], 1, ['"sums" holds no model']],
    ["an unknown flag", ["run", "--modles", "good"], 2, ["modles"]],
    ["an unknown command", ["rnu"], 2, ["rnu"]],
    ["no command", [], 2, ["perjoule run"]],
    ["a limit that is no number", ["run", "--limit", "many"], 2, ["--limit", '"many"']],
    ["a device of no kind", ["run", "--device", "tpu"], 2, ["--device", '"tpu"', "cpu"]],
    ["a folder that is no run", ["report", "sums"], 1, ["not a run folder"]],
  ];
  test.each(cases)("%s", async (_, args, code, says) => {
    const before = readdirSync(work);
    const outcome = await perjoule(...args, ...(args[0] === "run" ? ["-o", "nowhere"] : []));
    expect([outcome.code, outcome.stdout]).toEqual([code, ""]);
    for (const text of says) expect(outcome.stderr).toContain(text);
    expect(readdirSync(work)).toEqual(before);
  });

  test("a device that the installed runtime lacks is refused with what it offers", async () => {
    const { code, stderr } = await perjoule(
      "run",
      "-m",
      "good",
      "-t",
      "sums",
      "--device",
      process.platform === "win32" ? "coreml" : "dml",
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining("it offers cpu")]);
  });

  test("an output folder that is not empty is left as it is", async () => {
    const out = path.join(work, "occupied");
    mkdirSync(out);
    writeFileSync(path.join(out, "mine.txt"), "mine");
    const { code, stderr } = await perjoule("run", "-m", "good", "-t", "sums", "-o", out);
    expect([code, stderr]).toEqual([1, expect.stringContaining("mine.txt")]);
    expect(readdirSync(out)).toEqual(["mine.txt"]);
  });

  test("an output folder that cannot be made", async () => {
    const { code, stderr } = await perjoule(
      "run",
      "-m",
      "good",
      "-t",
      "sums",
      "-o",
      path.join(work, "good", "script.json", "out"),
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining("is a file")]);
  });

  test.skipIf(process.platform !== "linux")("an output folder on a file system that makes none", async () => {
    const { code, stderr } = await perjoule("run", "-m", "good", "-t", "sums", "-o", "/proc/nope/out");
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot write the output folder "/proc/nope/out"')]);
  });

  test("a wrong key of a task file, with file and line", async () => {
    writeTask("wrong-key", SUMS.replace("metric_list:", "metrics:"), [{ sum: "1", answer: "1" }]);
    const { code, stderr } = await perjoule("run", "-m", "good", "-t", "wrong-key");
    expect(code).toBe(1);
    expect(stderr).toContain('task.yaml:9: unknown key "metrics"');
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("a broken line of questions, with file and line", async () => {
    writeTask("wrong-line", SUMS, [{ sum: "1", answer: "1" }]);
    writeFileSync(path.join(work, "wrong-line", "test.jsonl"), '{"sum": "1", "answer": "1"}\n{"sum": \n');
    const { code, stderr } = await perjoule("run", "-m", "good", "-t", "wrong-line");
    expect([code, stderr]).toEqual([1, expect.stringContaining("test.jsonl:2: not valid JSON")]);
  });

  test("a corrupt checkpoint, with its file", async () => {
    mkdirSync(path.join(work, "corrupt"));
    writeFileSync(path.join(work, "corrupt", "config.json"), '{"model_type": "llama"}');
    writeFileSync(path.join(work, "corrupt", "model.safetensors"), "not a checkpoint");
    const { code, stderr } = await perjoule("run", "-m", "corrupt", "-t", "sums", "-o", "never");
    expect(code).toBe(1);
    expect(stderr).toContain("corrupt");
    expect(existsSync(path.join(work, "never"))).toBe(false);
  });
});
