import { describe, expect, test } from "vitest";
import type { CellSummary, QuestionTotals } from "../report.ts";
import { cellOf, question, questions } from "./cell.support.ts";
import { basesOf, type SummedCell } from "./sums.ts";

const only = (totals: readonly QuestionTotals[]): SummedCell | undefined =>
  [...basesOf([cellOf("m", totals)], 1).all.own.values()][0];
const shared = (cells: readonly CellSummary[], basis: "all" | "metered" = "all") => basesOf(cells, 7)[basis].shared;

describe("basesOf", () => {
  test("adds up what the questions of a cell took", () => {
    const totals = [question("q0", { credit: 0, seconds: 2, joules: 3 }), question("q1", { puts: 2 })];
    expect(only(totals)?.total).toEqual({
      puts: 3,
      credit: 1,
      seconds: 2.5,
      promptTokens: 40,
      outputTokens: 20,
      joules: 11,
    });
  });

  test("has nothing of a cell that was put no question, and no spread of one question", () => {
    expect(only([])).toBeUndefined();
    expect(only(questions(1, 1))).not.toHaveProperty("resampled");
    expect(shared([cellOf("none", [])])).toEqual([]);
  });

  test("keeps questions without energy for time, and leaves them out for joules", () => {
    const totals = [...questions(4, 4), question("unread", { credit: 0, joules: null })];
    const bases = basesOf([cellOf("m", totals)], 1);
    expect(bases.all.shared[0]?.total).toMatchObject({ puts: 5, credit: 4 });
    expect(bases.all.shared[0]?.total).not.toHaveProperty("joules");
    expect(bases.metered.shared[0]?.total).toMatchObject({ puts: 4, credit: 4, joules: 32 });
  });

  test("has no joules of a cell without energy", () => {
    const cells = [cellOf("a", questions(3, 1)), cellOf("b", questions(3, 1), { energy: null })];
    expect(shared(cells, "metered").map(({ cell }) => cell.cell.model)).toEqual(["a"]);
    expect(shared(cells)).toHaveLength(2);
  });

  test("draws the same questions for all, whatever their order in a cell", () => {
    const forward = Array.from({ length: 6 }, (_, i) => question(`q${i}`, { seconds: i + 1 }));
    const [a, b] = shared([cellOf("a", forward), cellOf("b", [...forward].reverse())]);
    expect(a?.resampled?.seconds).toEqual(b?.resampled?.seconds);
    expect(new Set(a?.resampled?.seconds).size).toBeGreaterThan(5);
  });

  test("compares over the questions that all were put", () => {
    const [a, b] = shared([cellOf("a", questions(10, 5)), cellOf("b", questions(8, 8))]);
    expect([a?.total.puts, b?.total.puts]).toEqual([8, 8]);
    expect([a?.total.credit, b?.total.credit]).toEqual([5, 8]);
  });

  test("leaves out of a comparison who would take half of the questions with it", () => {
    const cells = [cellOf("a", questions(10, 5)), cellOf("dead", questions(4, 4))];
    expect(shared(cells).map(({ cell }) => cell.cell.model)).toEqual(["a"]);
    expect(basesOf(cells, 7).all.own.size).toBe(2);
  });
});
