import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UsageError } from "./flags.ts";
import { type Commands, program } from "./program.ts";
import type { RunFlags } from "./run.ts";

interface Call {
  readonly command: string;
  readonly given: unknown;
}

/** Runs a command line against commands that only note what they were given. */
async function call(line: readonly string[], code = 0): Promise<Call & { code: number }> {
  const calls: Call[] = [];
  const note = (command: string) => async (given: unknown, more?: unknown) => {
    calls.push({ command, given: more === undefined ? given : [given, more] });
    return code;
  };
  const commands: Commands = {
    run: note("run"),
    report: note("report"),
    compare: note("compare"),
    claims: note("claims"),
    verify: note("verify"),
    costs: note("costs"),
    size: note("size"),
    pricesList: note("prices ls"),
    pricesShow: note("prices show"),
    meters: note("meters"),
    calibrate: note("calibrate"),
    modelsList: note("models ls"),
    modelsShow: note("models show"),
    modelsBuild: note("models build"),
    modelsInspect: note("models inspect"),
    tasksList: note("tasks ls"),
    tasksShow: note("tasks show"),
    tasksValidate: note("tasks validate"),
  };
  const result = await program(line, commands, "1.2.3");
  return { ...(calls[0] ?? { command: "none", given: undefined }), code: result };
}
const flags = async (...line: string[]): Promise<RunFlags> => (await call(["run", ...line])).given as RunFlags;
const settings = async (...line: string[]): Promise<RunFlags["settings"]> => (await flags(...line)).settings;

describe("program run", () => {
  test("without flags has no settings: absent is absent", async () => {
    expect(await flags()).toEqual({ settings: {}, dryRun: false, json: false, quiet: false });
  });

  test("reads every flag", async () => {
    const line =
      "plan.yaml -m a,b -t x --device cpu,webgpu --threads 1,2 --precision fp32,int8 --lowering rows,auto --weights random --solver direct,vote:5 --limit 50 --trials 3 --warmup 0 --seed 0 --meter none --wall plug.csv --cpu-watts 20,65 --min-duration 2.5 --prices own.csv -o out --dry-run --json --quiet";
    expect(await flags(...line.split(" "))).toEqual({
      plan: "plan.yaml",
      out: "out",
      dryRun: true,
      json: true,
      quiet: true,
      settings: {
        models: ["a", "b"],
        tasks: ["x"],
        device: ["cpu", "webgpu"],
        threads: [1, 2],
        precision: ["fp32", "int8"],
        lowering: ["rows", "auto"],
        weights: "random",
        solver: ["direct", "vote:5"],
        limit: 50,
        trials: 3,
        warmup: 0,
        seed: 0,
        meter: "none",
        wall: "plug.csv",
        cpu_watts: { idle: 20, max: 65 },
        min_duration: 2.5,
        prices: "own.csv",
      },
    });
  });

  test("takes one value after a list flag, so that a plan may follow it, and a comma of the name itself after a backslash", async () => {
    expect(await flags("-m", "a", "plan.yaml")).toMatchObject({ plan: "plan.yaml", settings: { models: ["a"] } });
    expect((await settings("-m", "x\\,y,z")).models).toEqual(["x,y", "z"]);
  });

  test("takes lists by comma, by repetition or both, and names that look like numbers as names", async () => {
    expect(await settings("-m", "a,b", "-m", "c")).toEqual({ models: ["a", "b", "c"] });
    expect(await settings("--models=a", "--tasks=007,1e3")).toEqual({ models: ["a"], tasks: ["007", "1e3"] });
    expect(await settings("-m", "a,,b,")).toEqual({ models: ["a", "b"] });
  });

  test.each([
    [["--limit", "0"], '--limit: "0" is not a whole number of at least 1'],
    [["--limit", "ten"], '--limit: "ten" is not a whole number'],
    [["--limit", "1.5"], '--limit: "1.5" is not a whole number'],
    [["--limit", ""], "--limit: says nothing"],
    [["--limit"], "limit"],
    [["--trials", "-1"], '--trials: "-1" is not a whole number of at least 1'],
    [["--threads", "1,0"], '--threads: "0" is not a whole number of at least 1'],
    [["--warmup", "x"], '--warmup: "x" is not a whole number of at least 0'],
    [["--device", "cpu,tpu"], '--device: "tpu" is none of cpu, webgpu'],
    [["--precision", "fp32,int5"], '--precision: "int5" is none of fp32, fp16, int8, int4'],
    [["--solver", "vote:1"], '--solver: "vote:1" is none of direct, steps, vote:2 to vote:64, review:1 to review:8'],
    [["--lowering", "best"], '--lowering: "best" is none of fused, rows, branch, auto'],
    [["--weights", "none"], '--weights: "none" is none of stored, random'],
    [["--cpu-watts", "20"], '--cpu-watts: "20" is not IDLE,MAX in watts'],
    [["--cpu-watts", "65,20"], '--cpu-watts: "65,20" is not IDLE,MAX in watts'],
    [["--cpu-watts", "20,65,80"], '--cpu-watts: "20,65,80" is not IDLE,MAX'],
    [["--cpu-watts", "20,90000"], '--cpu-watts: "20,90000" is not IDLE,MAX'],
    [["--cpu-watts=-1,65"], '--cpu-watts: "-1,65" is not IDLE,MAX'],
    [["--min-duration", "soon"], '--min-duration: "soon" is not a number of seconds'],
    [["--min-duration", "-2"], '--min-duration: "-2" is not a number of seconds'],
    [["--meter", "thermometer"], '--meter: "thermometer" is none of auto, none, model'],
    [["--modles", "a"], "modles"],
    [["plan.yaml", "second.yaml"], "second.yaml"],
  ])("refuses %j as a mistake of usage", async (line, message) => {
    const failing = call(["run", ...line]);
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(message);
  });

  test.each(["--limit", "--seed"])("does not silently drop %s given twice", async (flag) => {
    const given = await settings(flag, "5", flag, "6").catch((error: unknown) => error);
    expect(given).not.toEqual({});
  });

  test.each(["", ","])("refuses a list of nothing: -m %j", async (word) => {
    await expect(call(["run", "-m", word])).rejects.toThrow(UsageError);
  });
});

describe("program", () => {
  test("gives costs its run, a scenario and a price book", async () => {
    expect(await call(["costs", "results/a", "--scenario", "h100-2024-10", "--prices", "own.csv"])).toMatchObject({
      command: "costs",
      given: ["results/a", { json: false, scenario: "h100-2024-10", prices: "own.csv" }],
    });
    await expect(call(["costs"])).rejects.toThrow("Not enough non-option arguments");
    expect(await call(["prices", "ls"])).toMatchObject({ command: "prices ls", given: { json: false } });
    expect(await call(["prices", "show", "mining", "--json"])).toMatchObject({
      command: "prices show",
      given: ["mining", { json: true }],
    });
  });

  test("gives verify its run and flags", async () => {
    expect(await call(["verify", "results/a"])).toMatchObject({
      command: "verify",
      given: ["results/a", { json: false, quiet: false }],
    });
    const line = ["verify", "results/a", "-o", "out", "--limit", "20", "--json", "--quiet"];
    expect((await call(line)).given).toEqual(["results/a", { out: "out", limit: 20, json: true, quiet: true }]);
    await expect(call(["verify"])).rejects.toThrow("Not enough non-option arguments");
    await expect(call(["verify", "a", "b"])).rejects.toThrow(UsageError);
    await expect(call(["verify", "a", "--limit", "0"])).rejects.toThrow('--limit: "0" is not a whole number');
  });

  test("gives claims its file, runs and flags", async () => {
    const usual = { runs: [], missing: "run", fails: "never", dryRun: false, json: false, quiet: false };
    expect(await call(["claims", "essays.yaml"])).toMatchObject({
      command: "claims",
      given: { file: "essays.yaml", ...usual },
    });
    const line = "claims essays.yaml results/a 2026 --no-run --strict -o out --prices own.csv --dry-run --json --quiet";
    expect((await call(line.split(" "))).given).toEqual({
      file: "essays.yaml",
      runs: ["results/a", "2026"],
      missing: "leave",
      fails: "refuted",
      out: "out",
      prices: "own.csv",
      dryRun: true,
      json: true,
      quiet: true,
    });
    await expect(call(["claims"])).rejects.toThrow("Not enough non-option arguments");
    await expect(call(["claims", "essays.yaml", "--strickt"])).rejects.toThrow(UsageError);
  });

  test("gives compare its runs", async () => {
    expect(await call(["compare", "results/a", "results/b", "--json"])).toMatchObject({
      command: "compare",
      given: [["results/a", "results/b"], { json: true }],
    });
    expect((await call(["compare", "results/a", "-o", "out"])).given).toEqual([
      ["results/a"],
      { json: false, out: "out" },
    ]);
    await expect(call(["compare", "results/a", "--out", ""])).rejects.toThrow("--out: says nothing");
    await expect(call(["compare"])).rejects.toThrow("Not enough non-option arguments");
  });

  test("gives meters and calibrate their flags", async () => {
    expect(await call(["meters", "--json", "--wall", "plug.csv"])).toMatchObject({
      command: "meters",
      given: { json: true, wall: "plug.csv" },
    });
    expect((await call(["calibrate"])).given).toEqual({ seconds: 180, meter: "auto", model: true, json: false });
    const line = "calibrate --seconds 30 --meter rapl --typed 31.2,55,90 --no-model";
    expect((await call(line.split(" "))).given).toEqual({
      seconds: 30,
      meter: "rapl",
      typed: "31.2,55,90",
      model: false,
      json: false,
    });
    await expect(call(["calibrate", "--seconds", "soon"])).rejects.toThrow('--seconds: "soon" is not a number');
    await expect(call(["calibrate", "--seconds", "2"])).rejects.toThrow(
      '--seconds: "2" is not a number of seconds from 30',
    );
    await expect(call(["calibrate", "--meter", "ruler"])).rejects.toThrow('--meter: "ruler" is none of auto');
  });

  test("gives report its folders, as text", async () => {
    expect(await call(["report", "results/a", "2026"])).toMatchObject({
      command: "report",
      given: [["results/a", "2026"], { json: false }],
    });
    await expect(call(["report"])).rejects.toThrow(UsageError);
  });

  test("lists models and tasks", async () => {
    expect(await call(["models", "ls", "--json"])).toMatchObject({ command: "models ls", given: { json: true } });
    expect(await call(["tasks", "ls"])).toMatchObject({ command: "tasks ls", given: { json: false } });
  });

  test("reads the flags of models show and build", async () => {
    expect(await call(["models", "show", "m", "--json"])).toMatchObject({
      command: "models show",
      given: ["m", { json: true }],
    });
    expect(await call(["models", "build", "m"])).toMatchObject({
      command: "models build",
      given: ["m", { json: false }],
    });
    const line = "models build a/b --precision int4 --lowering auto --weights random --json";
    expect((await call(line.split(" "))).given).toEqual([
      "a/b",
      { precision: "int4", lowering: "auto", weights: "random", json: true },
    ]);
  });

  test("reads the flags of models inspect; --trace alone asks for texts of our own", async () => {
    expect((await call(["models", "inspect", "m"])).given).toEqual(["m", { json: false, error: false }]);
    const line = ["m", "--batch", "4", "--context", "100", "--threads", "2", "--error", "--text", "f.txt"];
    expect((await call(["models", "inspect", ...line, "--trace", "a, b", "--trace", "c"])).given).toEqual([
      "m",
      { json: false, error: true, text: "f.txt", batch: 4, context: 100, threads: 2, trace: ["a, b", "c"] },
    ]);
    expect((await call(["models", "inspect", "m", "--trace"])).given).toMatchObject(["m", { trace: [] }]);
  });

  test.each([
    ["build"],
    ["build", "m", "--precision", "int3"],
    ["build", "m", "--lowering", "best"],
    ["build", "m", "--weights", "none"],
    ["build", "m", "--batch", "2"],
    ["inspect", "m", "--batch", "0"],
    ["inspect", "m", "--text", "f.txt"],
    ["show"],
  ])("refuses models %j %j %j %j", async (...line) => {
    await expect(call(["models", ...line])).rejects.toThrow(UsageError);
  });

  test.each([[[]], [["models"]], [["tasks"]], [["rum"]], [["models", "destroy"]], [["--unknown"]]])(
    "refuses %j",
    async (line) => {
      await expect(call(line)).rejects.toThrow(UsageError);
    },
  );

  test("suggests the command that was meant", async () => {
    await expect(call(["rnu"])).rejects.toThrow(/run/);
  });

  test.each([0, 1, 3, 100])("returns the command's exit code %i", async (code) => {
    expect((await call(["run"], code)).code).toBe(code);
  });

  test("lets a command's own error through: it is no mistake of usage", async () => {
    const broken = new Error("disk full");
    const commands = { run: () => Promise.reject(broken) } as unknown as Commands;
    await expect(program(["run"], commands, "0")).rejects.toBe(broken);
  });
});

describe("program, asked about itself", () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, "log").mockImplementation((text: string) => void lines.push(text));
  });
  afterEach(() => vi.restoreAllMocks());

  test("tells its version and runs nothing", async () => {
    expect(await call(["--version"])).toMatchObject({ command: "none", code: 0 });
    expect(lines).toEqual(["1.2.3"]);
  });

  test("describes every flag of run, and runs nothing", async () => {
    expect(await call(["run", "--help"])).toMatchObject({ command: "none", code: 0 });
    for (const flag of [
      "--models",
      "--tasks",
      "--device",
      "--threads",
      "--limit",
      "--trials",
      "--warmup",
      "--seed",
      "--meter",
      "--out",
      "--dry-run",
    ])
      expect(lines.join("\n")).toContain(flag);
  });

  test("tells its exit codes", async () => {
    expect(await call(["--help"])).toMatchObject({ command: "none", code: 0 });
    expect(lines.join("\n")).toMatch(/exit codes: 0 done, 1 could not run, 2 usage, 3[^]*100/);
  });
});

test("--data takes a place for each task, once", async () => {
  expect((await settings("--data", "a=x/y,b=z=1")).data).toEqual({ a: "x/y", b: "z=1" });
  await expect(flags("--data", "a=x", "--data", "a=y")).rejects.toThrow('--data: "a" is given two places');
  await expect(flags("--data", "nowhere")).rejects.toThrow('--data: "nowhere" is not TASK=PATH');
});
