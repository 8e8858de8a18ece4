import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CheckedPlan, RunOptions, RunResult } from "../api.ts";
import { asked, cellOf, definition, failed, pass, questionsOf, runOf, summaryOf } from "../report/run.support.ts";
import { Plan } from "../run.ts";
import { type Commands, program } from "./program.ts";
import { commandOf, document, readPlan, runCommand, type RunContext, type RunFlags } from "./run.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "perjoule-run-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function planFile(text: string): string {
  const file = path.join(root, "my-plan.yaml");
  writeFileSync(file, text);
  return file;
}

const good = summaryOf(runOf(), [...asked(questionsOf(5)), ...pass(5, 5)]);
const broken = summaryOf(runOf(), [...asked(questionsOf(5)), ...pass(4, 4), failed("q4", "why")]);

/** Runs the command over functions that only note what they were given. */
async function command(flags: Partial<RunFlags>, result: Partial<RunResult> = {}, isTTY = false) {
  const told = { checked: [] as Partial<Plan>[], options: [] as RunOptions[], stdout: "", stderr: "" };
  const context: RunContext = {
    checkPlan: async (input) => {
      told.checked.push(input);
      const plan = Plan.parse({ models: ["a"], tasks: ["addition"], ...input });
      const task = { id: "addition", definition: definition(), questions: questionsOf(5), sha256: "0", data: [] };
      return {
        plan,
        models: new Map(),
        tasks: new Map([["addition", task]]),
        cells: [cellOf("a")],
        notes: ["not applied"],
      } satisfies CheckedPlan;
    },
    run: async (_checked, options) => {
      told.options.push(options);
      options.onNote?.("building a");
      options.onStart?.(5, "results/r");
      options.onProgress?.(5, cellOf("a"));
      return {
        folder: "results/r",
        state: "finished",
        run: runOf(),
        cells: [good],
        metrics: [],
        precisions: [],
        activity: [],
        comparisons: [],
        costs: [],
        breakEvens: [],
        prices: [],
        claims: [],
        ...result,
      };
    },
    stdout: (text) => void (told.stdout += text),
    stderr: { write: (text) => void (told.stderr += text), isTTY },
    signal: new AbortController().signal,
  };
  const code = await runCommand({ settings: {}, dryRun: false, json: false, quiet: false, ...flags }, context);
  return { ...told, code };
}

describe("runCommand", () => {
  test("prints the table and the folder, and progress apart from it", async () => {
    const { code, stdout, stderr } = await command({});
    expect(code).toBe(0);
    expect(stdout).toContain("J per correct");
    expect(stdout).toMatch(
      /\nresults: results\/r; `perjoule costs results\/r` shows what they cost under 0 dated prices\n$/,
    );
    expect(stderr).toMatch(/^not applied\nbuilding a\n/);
    expect(stderr).toContain("5/5 answers");
  });

  test("is silent on stderr when quiet, terminal or not", async () => {
    for (const isTTY of [true, false]) expect((await command({ quiet: true }, {}, isTTY)).stderr).toBe("");
  });

  test("exits with 3 when some answer failed and with 1 when it was interrupted", async () => {
    expect((await command({}, { cells: [good, broken] })).code).toBe(3);
    expect((await command({}, { cells: [broken], state: "interrupted" })).code).toBe(1);
  });

  test("prints one JSON document", async () => {
    const { stdout } = await command({ json: true });
    const { folder, cells } = JSON.parse(stdout) as { folder: string; cells: Record<string, unknown>[] };
    expect(folder).toBe("results/r");
    expect(cells[0]).toMatchObject({ model: "a", questions: 5, accuracy: 1, caveats: [{ id: "energy_modelled" }] });
    expect(cells[0]).not.toHaveProperty("mbu");
  });

  test("runs nothing when dry, and shows the grid", async () => {
    const { code, stdout, stderr, options } = await command({ dryRun: true, settings: { trials: 2 } });
    expect(options).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${cellOf("a").key}  5 questions x 2`);
    expect(stdout).toContain("1 cell, 10 answers; nothing was run");
    expect(stderr).toBe("not applied\n");
    const { stdout: json } = await command({ dryRun: true, json: true });
    expect(JSON.parse(json)).toMatchObject({ plan: { models: ["a"] }, cells: [{ model: "a" }] });
  });

  test("lets flags win over the plan file, whose name names the run", async () => {
    const plan = planFile("models: [x]\nlimit: 10\ntrials: 2\n");
    const { checked, options } = await command({ plan, settings: { limit: 3 } });
    expect(checked).toEqual([{ models: ["x"], limit: 3, trials: 2 }]);
    expect(options[0]).toMatchObject({ name: "my-plan", command: expect.stringContaining("-m x") });
    expect(options[0]).not.toHaveProperty("out");
  });
});

describe("readPlan", () => {
  test("gives what the file says and no defaults", () => {
    expect(readPlan(planFile("models: [a, b]\nwarmup: 0\n"))).toEqual({ models: ["a", "b"], warmup: 0 });
    expect(readPlan(planFile("limit: 5"))).toEqual({ limit: 5 });
    expect(readPlan(planFile("solver: [direct, vote:5]"))).toEqual({ solver: ["direct", "vote:5"] });
    expect(readPlan(planFile("precision: int8\nlowering: [rows, auto]\nweights: random"))).toEqual({
      precision: ["int8"],
      lowering: ["rows", "auto"],
      weights: "random",
    });
  });

  test.each([
    ["depth: 1/8", "1/8"],
    ["depth: 0.125", "0.125"],
    ['depth: ".5"', ".5"],
    ["depth: 1", "1"],
  ])("takes %j as it is meant", (text, depth) => {
    expect(readPlan(planFile(text))).toEqual({ depth });
  });

  test.each([
    ["modles: [a]", "modles"],
    ["limit: ten", "limit"],
    ["limit: 0", "limit"],
    ["device: [tpu]", "device"],
    ["models: []", "models"],
    ["precision: [int5]", "precision"],
    ["depth: 9/8", '"9/8" is no share of the layers'],
    ["depth: 0", '"0" is no share of the layers'],
    ["depth: [1/8]", "depth"],
    ["solver: vote:1", "vote:2 to vote:64"],
    ["", "is not usable"],
    ["- a", "is not usable"],
  ])("refuses %j and says what is wrong", (text, what) => {
    const file = planFile(text);
    expect(() => readPlan(file)).toThrow(`the plan "${file}" is not usable`);
    expect(() => readPlan(file)).toThrow(what);
  });

  test("says which file it cannot read", () => {
    expect(() => readPlan(path.join(root, "absent.yaml"))).toThrow(/cannot read the plan ".*absent\.yaml": ENOENT/);
    expect(() => readPlan(planFile("a: [1"))).toThrow("cannot read the plan");
  });
});

describe("commandOf", () => {
  /** What a shell and then the program make of a command line. */
  async function settingsIn(line: string): Promise<Partial<Plan>> {
    const words = execFileSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" })
      .split("\0")
      .slice(0, -1);
    let settings: Partial<Plan> = {};
    const run: Commands["run"] = async (flags) => {
      ({ settings } = flags);
      return 0;
    };
    await program(words.slice(1), { run } as Commands, "0");
    return settings;
  }

  test.each([
    { models: ["a"], tasks: ["t"] },
    {
      models: ["a", "b"],
      tasks: ["s", "t"],
      device: ["cpu", "webgpu"],
      threads: [1, 4],
      precision: ["fp16", "int4"],
      lowering: ["fused", "branch"],
      weights: "random",
      depth: "1/8",
      solver: ["direct", "steps", "vote:5", "review:2"],
      limit: 7,
      trials: 2,
      warmup: 0,
    },
    { models: ["./my models/it's one", "$HOME"], tasks: ["../t; rm x"], seed: 0, meter: "none" },
  ])("is a command line that asks for the same plan: %j", async (input) => {
    const plan = Plan.parse(input);
    const line = commandOf(plan);
    expect(line.startsWith("perjoule run ")).toBe(true);
    expect(await settingsIn(line)).toEqual(plan);
  });
});

describe("document", () => {
  test("has no null", () => {
    const few = summaryOf(runOf(), [...asked(questionsOf(50)), ...pass(50, 1)]);
    expect(
      JSON.stringify(document({ folder: "r", cells: [few], precisions: [], activity: [], metrics: [] })),
    ).not.toContain("null");
  });
});
