import { describe, expect, test } from "vitest";
import type { ClaimsOptions, ClaimsResult } from "../api.ts";
import { cellsOf, reportOf, right, saying } from "../report/compare.support.ts";
import { judge, type JudgedClaim, type Registration } from "../report/claims.ts";
import type { Report } from "../report/derive.ts";
import { cellOf, failed, questionsOf } from "../report/run.support.ts";
import { claimOf, claimsOf, textOf } from "../store/claims.support.ts";
import { parseClaims } from "../store/claims.ts";
import { claimsCommand, type ClaimsFlags } from "./claims.ts";

const models = cellsOf({ "pocket-moe-8x2": {}, "pocket-dense-l": {} });
const said = [...saying("pocket-moe-8x2", right(20, 0), 2), ...saying("pocket-dense-l", right(20, 0), 8)];
const report = reportOf(models, questionsOf(20), said);
const broken = reportOf(models, questionsOf(21), [...said, failed("q20", "why", 0, "pocket-dense-l")]);

const judgedAs = (claim: object, registration: Registration = { before: true }): JudgedClaim =>
  judge(claimOf(claim), { report, books: [], declared: () => ({}), registration, resamples: 200 });
const HELD = judgedAs({ expect: [{ ratio: "latency", at_most: 0.5 }] });
const REFUTED = judgedAs({ id: "slower", expect: [{ ratio: "latency", at_least: 2 }] });

const registered = parseClaims(textOf(), "claims.yaml");
const resultOf = (
  judged: readonly JudgedClaim[],
  ran: Report = report,
  state: "finished" | "interrupted" = "finished",
): ClaimsResult => ({
  folder: "results/judged",
  registered,
  judged,
  runs: [{ ...ran, state }],
});

/** One run of two cells for two claims, as it is about to be made. */
const planned = [
  { claims: claimsOf([{}, { id: "other" }]), checked: { plan: models.plan, cells: models.cells } },
] as unknown as Parameters<NonNullable<ClaimsOptions["onPlan"]>>[0];

/** Runs the command over a function that only notes what it was given. */
async function command(flags: Partial<ClaimsFlags> = {}, result: ClaimsResult = resultOf([HELD]), runs = planned) {
  const told = { asked: [] as [string, ClaimsOptions][], goesOn: true as boolean | undefined, stdout: "", stderr: "" };
  const usual = { runs: [], missing: "run", fails: "never", dryRun: false, json: false, quiet: false } as const;
  const code = await claimsCommand(
    { file: "my claims.yaml", ...usual, ...flags },
    {
      judgeClaims: async (file, options) => {
        told.asked.push([file, options]);
        told.goesOn = options.onPlan?.(runs);
        if (told.goesOn === false) return { registered, judged: [], runs: [] };
        options.onNote?.("building a");
        options.onStart?.(40, "results/judged/my-claims-1");
        options.onProgress?.(40, cellOf("a"));
        return result;
      },
      stdout: (text) => void (told.stdout += text),
      stderr: { write: (text) => void (told.stderr += text), isTTY: false },
      signal: new AbortController().signal,
    },
  );
  return { ...told, code };
}

describe("claimsCommand", () => {
  test("prints the verdicts, and progress apart from them", async () => {
    const { code, stdout, stderr } = await command();
    expect(code).toBe(0);
    expect(stdout).toContain("half: SUPPORTED");
    expect(stdout.endsWith("\n")).toBe(true);
    expect(stderr).toMatch(
      /^run 1 of 1: 2 cells for half, other\nbuilding a\n40 answers; writing results\/judged\/my-claims-1\n40\/40 answers/,
    );
    expect(stderr).toContain("verdicts: results/judged/claims.csv and claims.html; first results: ");
  });

  test("passes on what it was told, and the command that repeats it", async () => {
    const { asked } = await command({ runs: ["results/a"], missing: "leave", out: "o", prices: "own.csv" });
    expect(asked).toEqual([
      [
        "my claims.yaml",
        expect.objectContaining({
          given: ["results/a"],
          missing: "leave",
          out: "o",
          prices: "own.csv",
          command: "perjoule claims 'my claims.yaml' results/a --prices own.csv",
        }),
      ],
    ]);
    const [[, options] = []] = (await command()).asked;
    expect(options).not.toHaveProperty("out");
    expect(options).not.toHaveProperty("prices");
  });

  test("is silent on stderr when quiet", async () => {
    expect((await command({ quiet: true })).stderr).toBe("");
    expect((await command({ quiet: true }, resultOf([], report, "interrupted"))).stderr).toBe("");
  });

  test("exits with 0 whatever the verdicts, and with 100 for a refuted one where it is told to", async () => {
    expect((await command({}, resultOf([HELD, REFUTED]))).code).toBe(0);
    expect((await command({ fails: "refuted" }, resultOf([HELD, REFUTED]))).code).toBe(100);
    expect((await command({ fails: "refuted" }, resultOf([HELD]))).code).toBe(0);
  });

  test("exits with 3 where some answer failed, unless a refuted claim says more", async () => {
    expect((await command({}, resultOf([HELD], broken))).code).toBe(3);
    expect((await command({ fails: "refuted" }, resultOf([REFUTED], broken))).code).toBe(100);
  });

  test("exits with 1 and prints no verdict where a run was interrupted", async () => {
    const { code, stdout, stderr } = await command({ fails: "refuted" }, resultOf([], report, "interrupted"));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("interrupted: no claim was judged; what was answered is in results/judged\n");
  });

  test("says that it is stopping when it is told to", async () => {
    const stop = new AbortController();
    let stderr = "";
    await claimsCommand(
      { file: "f", runs: [], missing: "run", fails: "never", dryRun: false, json: false, quiet: false },
      {
        judgeClaims: async () => {
          stop.abort();
          return resultOf([], report, "interrupted");
        },
        stdout: () => {},
        stderr: { write: (text) => void (stderr += text), isTTY: false },
        signal: stop.signal,
      },
    );
    expect(stderr).toMatch(/^stopping after the window under way; Ctrl-C again stops at once\n/);
  });

  test("prints one JSON document with each claim's verdict and the columns of claims.csv", async () => {
    const { stdout } = await command({ json: true }, resultOf([HELD, REFUTED]));
    expect(JSON.parse(stdout)).toMatchObject({
      claims: [
        { id: "half", verdict: "supported" },
        { id: "slower", verdict: "refuted" },
      ],
      expectations: [
        { claim: "half", measured: 0.25, bound: 0.5, verdict: "supported", registered_before_run: true },
        { claim: "slower", measured: 0.25, bound: 2, verdict: "refuted" },
      ],
    });
    expect(stdout).not.toContain("null");
  });
});

describe("claimsCommand --dry-run", () => {
  test("shows which cells would run for which claims, and runs nothing", async () => {
    const { code, stdout, stderr, goesOn } = await command({ dryRun: true, fails: "refuted" });
    expect([code, goesOn, stderr]).toEqual([0, false, ""]);
    expect(stdout).toBe(
      `run 1 of 1: 2 cells for half, other\n  ${models.cells.map(({ key }) => key).join("\n  ")}\nnothing was run (--dry-run)\n`,
    );
  });

  test("says where nothing is missing", async () => {
    expect((await command({ dryRun: true }, undefined, [])).stdout).toBe("nothing is missing\n");
  });

  test("prints one JSON document", async () => {
    const { stdout } = await command({ dryRun: true, json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [{ claims: ["half", "other"], plan: { tasks: ["addition"] }, cells: [{ model: "pocket-moe-8x2" }, {}] }],
    });
  });
});
