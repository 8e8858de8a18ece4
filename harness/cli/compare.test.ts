import { expect, test } from "vitest";
import type { Report } from "../api.ts";
import { reportOf, right, saying } from "../report/compare.support.ts";
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

async function command(folders: readonly string[], json: boolean): Promise<{ code: number; stdout: string }> {
  let stdout = "";
  const read = async (folder: string): Promise<Report> => reports[folder] as Report;
  const code = await compareCommand(folders, { json }, read, (text) => void (stdout += text));
  return { code, stdout };
}

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
