import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Report } from "../api.ts";
import { present } from "../present.ts";
import { reportOf, right, saying } from "../report/compare.support.ts";
import { ACROSS_COLUMNS } from "../report/comparecolumns.ts";
import { questionsOf, runOf } from "../report/run.support.ts";
import { compareCommand } from "./compare.ts";

const reports: Readonly<Record<string, Report>> = {
  one: reportOf({ ...runOf({}, ["a", "b"]), id: "one" }, questionsOf(20), [
    ...saying("a", right(16, 4)),
    ...saying("b", right(12, 8)),
  ]),
  "x/out": {
    ...reportOf({ ...runOf({}, ["a"]), id: "out" }, questionsOf(20), saying("a", right(16, 4))),
    folder: "x/out",
  },
  "y/out": {
    ...reportOf({ ...runOf({}, ["a"]), id: "out" }, questionsOf(20), saying("a", right(9, 11))),
    folder: "y/out",
  },
  two: reportOf({ ...runOf({}, ["c"]), id: "two" }, questionsOf(20), saying("c", right(8, 12))),
};

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly notes: readonly string[];
}

async function command(folders: readonly string[], json: boolean, out?: string): Promise<Outcome> {
  let stdout = "";
  const notes: string[] = [];
  const code = await compareCommand(folders, present({ json, out }), {
    readReport: async (folder) => reports[folder] as Report,
    stdout: (text) => void (stdout += text),
    note: (text) => void notes.push(text),
  });
  return { code, stdout, notes };
}

const temporary = mkdtempSync(path.join(os.tmpdir(), "perjoule-compare-"));
afterAll(() => rmSync(temporary, { recursive: true }));

test("compareCommand prints a table, and ends well also where something is refused", async () => {
  const { code, stdout } = await command(["one", "two"], false);
  expect(code).toBe(0);
  expect(stdout).toContain("a @1 beside c @2");
  expect(stdout.endsWith("\n")).toBe(true);
});

test("compareCommand --json gives the columns of comparisons.csv, the other run of a pair, and what is refused", async () => {
  const document = JSON.parse((await command(["one", "two"], true)).stdout) as Record<string, object[]>;
  expect(document["runs"]).toEqual([
    { folder: "one", run: "one" },
    { folder: "two", run: "two" },
  ]);
  expect(document["comparisons"]).toHaveLength(3);
  expect(document["comparisons"]?.[0]).toMatchObject({ run: "one", model_a: "a", model_b: "b", latency_ratio: 1 });
  expect(document["comparisons"]?.[0]).not.toHaveProperty("run_b");
  expect(document["comparisons"]?.[1]).toMatchObject({ run: "one", model_a: "a", run_b: "two", model_b: "c" });
  expect(document["comparisons"]?.[1]).not.toHaveProperty("latency_ratio");
  expect(document["refused"]).toEqual([
    { what: "latency, energy and dollars of one and two", why: expect.any(String) },
  ]);
  expect(await command(["one", "two"], true)).toEqual(await command(["one", "two"], true));
});

test("compareCommand refuses a run beside itself", async () => {
  await expect(command(["one", "./one"], false)).rejects.toThrow('"./one" is named twice');
});

test("compareCommand tells runs of one name apart by their folders", async () => {
  const { stdout } = await command(["x/out", "y/out"], true);
  const document = JSON.parse(stdout) as Record<string, object[]>;
  expect(document["comparisons"]).toEqual([
    expect.objectContaining({ run: "x/out", run_b: "y/out", model_a: "a", model_b: "a", only_a: 7, only_b: 0 }),
  ]);
  expect((await command(["x/out", "y/out"], false)).stdout).toContain("@1 is x/out, @2 is y/out.");
});

test("compareCommand with a folder writes the rows and the page into it, names both, and prints as without", async () => {
  const out = path.join(temporary, "new", "folder");
  const { code, stdout, notes } = await command(["one", "two"], false, out);
  expect(code).toBe(0);
  expect(stdout).toBe((await command(["one", "two"], false)).stdout);
  expect(notes).toEqual([`wrote ${path.join(out, "comparisons.csv")}`, `wrote ${path.join(out, "comparisons.html")}`]);
  expect(readdirSync(out)).toEqual(["comparisons.csv", "comparisons.html"]);
  const [head, ...rows] = readFileSync(path.join(out, "comparisons.csv"), "utf8").trimEnd().split("\r\n");
  expect(head).toBe(ACROSS_COLUMNS.map(({ name }) => name).join(","));
  expect(rows).toHaveLength(3);
  const page = readFileSync(path.join(out, "comparisons.html"), "utf8");
  expect(page).toContain("<title>Comparisons of one, two</title>");
  expect(page).toContain("<li>latency, energy and dollars of one and two: machines drift");
});

test("compareCommand writes the same again over its own files, and without a folder nothing", async () => {
  const out = path.join(temporary, "again");
  await command(["one"], true, out);
  const first = readFileSync(path.join(out, "comparisons.html"), "utf8");
  await command(["one"], true, out);
  expect(readFileSync(path.join(out, "comparisons.html"), "utf8")).toBe(first);
  expect((await command(["one"], true)).notes).toEqual([]);
});
