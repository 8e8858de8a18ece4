import { describe, expect, test } from "vitest";
import type { VerifyOptions, VerifyResult } from "../api.ts";
import { right, saying } from "../report/compare.support.ts";
import { cellOf, runOf } from "../report/run.support.ts";
import { verificationOf } from "../report/verify.ts";
import { againOf, toldBy } from "../report/verify.support.ts";
import { verifyCommand, type VerifyFlags } from "./verify.ts";

const IDENTICAL: VerifyResult = {
  verification: againOf(right(16, 4), right(16, 4)),
  folder: "results/again",
  state: "finished",
};
const CHANGED: VerifyResult = {
  verification: verificationOf(toldBy(runOf(), saying("a", right(20, 0))), undefined, [
    { kind: "model", id: "a", why: "model.safetensors is another" },
  ]),
};

/** Runs the command over a function that only notes what it was given. */
async function command(flags: Partial<VerifyFlags>, result: VerifyResult = IDENTICAL) {
  const told = { asked: [] as [string, VerifyOptions][], stdout: "", stderr: "" };
  const code = await verifyCommand(
    "results/it's one",
    { json: false, quiet: false, ...flags },
    {
      verify: async (folder, options) => {
        told.asked.push([folder, options]);
        options.onNote?.("building a");
        options.onStart?.(20, "results/again");
        options.onProgress?.(20, cellOf("a"));
        return result;
      },
      stdout: (text) => void (told.stdout += text),
      stderr: { write: (text) => void (told.stderr += text), isTTY: false },
      signal: new AbortController().signal,
    },
  );
  return { ...told, code };
}

describe("verifyCommand", () => {
  test("prints what was found and where, and progress apart from it", async () => {
    const { code, stdout, stderr, asked } = await command({ out: "o", limit: 5 });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 of 1 cell identical, answer by answer\n/);
    expect(stdout.endsWith("\nresults: results/again\n")).toBe(true);
    expect(stderr).toMatch(/^building a\n20 answers to give again; writing results\/again\n20\/20 answers/);
    const options = { out: "o", limit: 5, command: `perjoule verify 'results/it'\\''s one' --limit 5` };
    expect(asked).toEqual([["results/it's one", expect.objectContaining(options)]]);
    expect((await command({})).asked[0]?.[1]).not.toHaveProperty("limit");
  });

  test("is silent on stderr when quiet", async () => {
    expect((await command({ quiet: true })).stderr).toBe("");
  });

  test("exits with 3 where a cell differs or has changed, with 0 where some answers changed, with 1 when stopped", async () => {
    const found = async (here: string[]): Promise<number> =>
      (await command({}, { ...IDENTICAL, verification: againOf(right(20, 0), here) })).code;
    expect(await found(right(14, 6))).toBe(3);
    expect(await found(right(19, 1))).toBe(0);
    expect((await command({}, CHANGED)).code).toBe(3);
    expect((await command({}, { ...IDENTICAL, state: "interrupted" })).code).toBe(1);
  });

  test("says where nothing was run, and what has changed", async () => {
    const { stdout } = await command({}, CHANGED);
    expect(stdout).toMatch(/^0 of 1 cell identical; 1 changed\nmodel a: changed: model\.safetensors is another\.\n/);
    expect(stdout.endsWith("\nnothing was run\n")).toBe(true);
  });

  test("prints one JSON document with the columns of verification.csv", async () => {
    expect(JSON.parse((await command({ json: true })).stdout)).toMatchObject({
      verified: "results/it's one",
      folder: "results/again",
      summary: "1 of 1 cell identical, answer by answer",
      changes: [],
      cells: [{ run: "ours", verified_run: "theirs", quality_verdict: "identical", latency_ratio: 1 }],
      notes: [],
      versions: [],
    });
    const changed = JSON.parse((await command({ json: true }, CHANGED)).stdout) as object;
    expect(changed).toMatchObject({ changes: [{ kind: "model", id: "a" }], cells: [{ quality_verdict: "changed" }] });
    expect(changed).not.toHaveProperty("folder");
    expect(changed).not.toHaveProperty("part");
  });
});
