import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../store/root.ts";

/** The built program, as a user runs it: `npm test` builds first. */
const MAIN = path.join(ROOT, "dist", "harness", "main.js");

let cache = "";
beforeAll(() => {
  cache = mkdtempSync(path.join(os.tmpdir(), "perjoule-models-e2e-"));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function models(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, PERJOULE_CACHE: cache };
    execFile(process.execPath, [MAIN, "models", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

describe("perjoule models", () => {
  test("lists what comes with it and what it knows the shape of", async () => {
    const { code, stdout } = await models("ls", "--json");
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { id: string; source: string }[];
    expect(listed).toContainEqual(expect.objectContaining({ id: "pocket-moe-8x2", source: "checkpoint" }));
    expect(listed).toContainEqual(expect.objectContaining({ id: "gpt-oss-20b", source: "shape" }));
  });

  test("builds a model, then finds it, shows that it is there, and inspects it", async () => {
    const built = await models("build", "pocket-moe-8x2", "--precision", "int4", "--json");
    expect(built.code).toBe(0);
    expect(built.stderr).toContain("building the graph");
    const { path: graph } = JSON.parse(built.stdout) as { path: string };
    expect(existsSync(graph)).toBe(true);
    const again = await models("build", "pocket-moe-8x2", "--precision", "int4", "--json");
    expect(again.stdout).toBe(built.stdout);
    expect(again.stderr).toMatch(/^lowering of pocket-moe-8x2 in int4 on cpu with 1 thread: [^\n]*\n$/);
    expect((await models("show", "pocket-moe-8x2")).stdout).toContain(path.dirname(graph));
    const inspected = await models("inspect", "pocket-moe-8x2", "--precision", "int4", "--trace", "--error");
    expect(inspected.code).toBe(0);
    expect(inspected.stdout).toMatch(/2 of 8 experts a token/);
    expect(inspected.stdout).toMatch(/nothing is timed/);
    expect(inspected.stdout).toMatch(/KL divergence/);
  });

  test.each([
    [1, ["show", "gpt-oss-21b"], /^perjoule: unknown model "gpt-oss-21b"; did you mean gpt-oss-20b/],
    [1, ["inspect", path.join(ROOT, "package.json")], /^perjoule: .*package\.json .*no ONNX model/],
    [1, ["build", path.join(ROOT, "tasks")], /^perjoule: .*holds no model/],
    [2, ["build", "pocket-dense-s", "--precision", "int5"], /^perjoule: --precision: "int5" is none of/],
  ])("exits with %i and one clear error for %j", async (code, args, message) => {
    const outcome = await models(...args);
    expect(outcome).toMatchObject({ code, stdout: "" });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.replace("see `perjoule --help`\n", "").trimEnd()).not.toContain("\n");
  });

  test("interrupted while building leaves nothing in the cache", async () => {
    const own = path.join(cache, "interrupted");
    const env = { ...process.env, PERJOULE_CACHE: own };
    const building = spawn(process.execPath, [MAIN, "models", "build", "shape-dense-116m", "--precision", "int8"], {
      env,
    });
    let told = "";
    building.stderr.on("data", (text: Buffer) => {
      if (told === "") building.kill("SIGINT");
      told += text.toString();
    });
    const code = await new Promise((resolve) => building.on("close", resolve));
    expect(code).toBe(1);
    expect(told).toContain("interrupted while the graph was built; nothing of it was kept");
    expect(readdirSync(path.join(own, "onnx"))).toEqual([]);
  });
});
