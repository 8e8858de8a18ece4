import { expect, test } from "vitest";
import type { Report } from "../api.ts";
import { asked, pass, questionsOf, runOf, summaryOf } from "../report/run.support.ts";
import { UsageError } from "./flags.ts";
import { type Commands, program } from "./program.ts";
import { reportCommand, type ReportFlags } from "./report.ts";
import { runFlags } from "./runflags.ts";

const cell = summaryOf(runOf(), [...asked(questionsOf(5)), ...pass(5, 5)]);
const reportOf = (folder: string): Report => ({
  folder,
  run: runOf(),
  cells: [cell],
  metrics: [],
  precisions: [],
  activity: [],
  comparisons: [],
  costs: [],
  breakEvens: [],
  prices: [],
  claims: [],
});

/** Runs the command over functions that only note what they were given. */
async function command(folders: readonly string[], flags: ReportFlags) {
  const told = { stdout: "", notes: [] as string[], written: [] as string[] };
  const code = await reportCommand(folders, flags, {
    report: async (folder) => reportOf(folder),
    writeAs(format, { folder }) {
      told.written.push(`${format} ${folder}`);
      return [`note of ${folder}`];
    },
    stdout: (text) => void (told.stdout += text),
    note: (text) => void told.notes.push(text),
  });
  return { ...told, code };
}

test("reportCommand writes every run in the format that is asked for, and keeps its notes apart from the tables", async () => {
  const { stdout, notes, written, code } = await command(["x", "y"], { json: true, format: "lm-eval" });
  expect(written).toEqual(["lm-eval x", "lm-eval y"]);
  expect(notes).toEqual(["note of x", "note of y"]);
  expect(JSON.parse(stdout)).toMatchObject([{ folder: "x" }, { folder: "y" }]);
  expect(code).toBe(0);
});

test("reportCommand without a format writes none", async () => {
  expect(await command(["x"], { json: false })).toMatchObject({ written: [], notes: [] });
});

test("--format names what it knows when it is given another", async () => {
  const given: ReportFlags[] = [];
  const report = async (_: unknown, flags: ReportFlags): Promise<number> => {
    given.push(flags);
    return 0;
  };
  const commands = { report } as unknown as Commands;
  await program(["report", "x", "--format", "lm-eval"], commands, "1.2.3");
  expect(given).toEqual([{ json: false, format: "lm-eval" }]);
  await expect(program(["report", "x", "--format", "xml"], commands, "1.2.3")).rejects.toThrow(
    new UsageError('--format: "xml" is none of lm-eval'),
  );
  expect(() => runFlags({ format: "xml" })).toThrow(new UsageError('--format: "xml" is none of lm-eval'));
  expect(runFlags({ format: "lm-eval" })).toMatchObject({ format: "lm-eval" });
});
