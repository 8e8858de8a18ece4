import { execFile } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseString } from "fast-csv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./store/root.ts";

/** The built program, as a user runs it, on a copy of an embedded model and task: `npm test` builds first. */
const MAIN = path.join(ROOT, "dist", "harness", "main.js");

let work = "";
beforeAll(async () => {
  work = mkdtempSync(path.join(os.tmpdir(), "perjoule-verify-"));
  cpSync(path.join(ROOT, "models", "pocket", "pocket-dense-s"), path.join(work, "mine"), { recursive: true });
  cpSync(path.join(ROOT, "tasks", "facts_home"), path.join(work, "home"), { recursive: true });
  const { code, stderr } = await perjoule("run -m mine -t ./home --limit 5 --warmup 0 --meter none --quiet -o theirs");
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function perjoule(line: string): Promise<Outcome> {
  const env = { ...process.env, PERJOULE_CONFIG: work, PERJOULE_CACHE: path.join(work, "cache") };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...line.split(" ")], { cwd: work, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr }),
    );
  });
}

async function csv(...at: string[]): Promise<Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for await (const row of parseString(readFileSync(path.join(work, ...at), "utf8"), { headers: true })) rows.push(row);
  return rows;
}

/** Turns over the bits of the byte in the middle of a file, which lies in its tensors; done twice, it is as it was. */
function flipByte(file: string): void {
  const at = Math.floor(statSync(file).size / 2);
  const handle = openSync(file, "r+");
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, at);
  writeSync(handle, Buffer.of(byte.readUInt8(0) ^ 0xff), 0, 1, at);
  closeSync(handle);
}

/** What the test changes is as it was after it. */
async function changed(file: string, change: (file: string) => void, line: string): Promise<Outcome> {
  const before = readFileSync(path.join(work, file));
  change(path.join(work, file));
  return perjoule(line).finally(() => writeFileSync(path.join(work, file), before));
}

describe("perjoule verify", () => {
  test("finds a run identical, answer by answer, and writes verification.csv into the new run", async () => {
    const { code, stdout, stderr } = await perjoule("verify theirs -o ours");
    expect(stdout).toMatch(/^1 of 1 cell identical, answer by answer\n/);
    expect(code).toBe(0);
    expect(stderr).toContain("5 answers to give again; writing ours");
    const rows = await csv("ours", "verification.csv");
    expect(rows).toEqual([
      expect.objectContaining({
        run: "ours",
        verified_run: "theirs",
        model: "mine",
        task: "facts_home",
        questions: "5",
        quality_verdict: "identical",
        flips: "0",
      }),
    ]);
    const { command } = JSON.parse(readFileSync(path.join(work, "ours", "run.json"), "utf8")) as { command: string };
    expect(command).toBe("perjoule verify theirs");
  });

  test("of fewer questions says that it is a part, and refuses more than were put", async () => {
    const { code, stdout } = await perjoule("verify theirs --limit 2 --json --quiet -o part");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ part: 2, cells: [{ questions: 2, quality_verdict: "identical" }] });
    const more = await perjoule("verify theirs --limit 6 -o more");
    expect([more.code, more.stderr]).toEqual([1, expect.stringContaining("the run was asked 5 (--limit)")]);
  });

  test("names a file of which one byte has changed, and runs nothing of it", async () => {
    const { code, stdout, stderr } = await changed("mine/model.safetensors", flipByte, "verify theirs -o flipped");
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^0 of 1 cell identical; 1 changed\nmodel mine: changed: in ".*mine" model\.safetensors is another/,
    );
    expect(stdout).toMatch(/sha256 [0-9a-f]{12} there, [0-9a-f]{12} here/);
    expect(stdout.endsWith("nothing was run\n")).toBe(true);
    expect(stderr).toBe("");
    expect(existsSync(path.join(work, "flipped"))).toBe(false);
  });

  test("says of an older run, which knows no single files, which of them it was hashed over", async () => {
    cpSync(path.join(work, "theirs"), path.join(work, "older"), { recursive: true });
    const file = path.join(work, "older", "run.json");
    const run = JSON.parse(readFileSync(file, "utf8")) as { models: { mine: { files?: object } } };
    delete run.models.mine.files;
    writeFileSync(file, JSON.stringify(run));
    expect((await perjoule("verify older --limit 1 --quiet -o again")).code).toBe(0);
    const { code, stdout } = await changed("mine/model.safetensors", flipByte, "verify older -o flipped");
    expect([code, stdout]).toEqual([3, expect.stringContaining("config.json and the weight files together differ")]);
  });

  test("names the data of a task that has changed", async () => {
    const addLine = (file: string): void => appendFileSync(file, "\n");
    const { code, stdout } = await changed("home/test.jsonl", addLine, "verify theirs -o other");
    expect(code).toBe(3);
    expect(stdout).toContain("task facts_home: changed: its data file test.jsonl is another (sha256 ");
  });

  test("says where a model is looked for that is not here", async () => {
    cpSync(path.join(work, "theirs"), path.join(work, "elsewhere"), { recursive: true });
    const file = path.join(work, "elsewhere", "run.json");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(path.join(work, "mine"), "/nowhere/mine"));
    const { code, stderr } = await perjoule("verify elsewhere -o none");
    expect(code).toBe(1);
    expect(stderr).toContain('the run\'s model "mine" was in "/nowhere/mine"');
  });
});
