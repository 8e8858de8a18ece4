import { describe, expect, test } from "vitest";
import type { CellSummary } from "../report.ts";
import {
  answered,
  asked,
  cellOf,
  failed,
  pass,
  questionsOf,
  runOf,
  summaryOf,
  windowOf,
  withPlan,
} from "./run.support.ts";
import { bestFirst, runTable } from "./table.ts";

/** A row of a model with so many right of ten. */
function row(model: string, right: number, more: Partial<CellSummary> = {}): CellSummary {
  const summary = summaryOf(runOf(), [...asked(questionsOf(10)), ...pass(10, right)]);
  const { energyRatio } = summary;
  const itself = energyRatio && { energyRatio: { ...energyRatio, to: cellOf(model) } };
  return { ...summary, cell: cellOf(model), ...itself, ...more };
}
/** The lines of a table that hold a row, cells trimmed. */
const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .slice(1)
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** The rows of models alone: a task stands in a row of its own. */
const modelRows = (text: string): string[][] => rowsOf(text).filter((cells) => cells.length > 1);

describe("runTable", () => {
  test("shows value and interval of everything, modelled energy with two digits and ≈, its grade and boundary in each row", () => {
    const rows = rowsOf(runTable([row("dense", 10)]));
    expect(rows[0]).toEqual(["addition"]);
    expect(rows[1]).toEqual([
      "dense",
      "1.000 [0.722, 1.000]",
      "4.00 ms [4.00, 4.00]",
      "≈ 4.0 J [2.6, 7.6]",
      "≈ 4.0 J [2.6, 8.2]",
      "cheapest",
      "C vm_share",
    ]);
  });

  test("puts the most accurate first, and names a task once", () => {
    const rows = rowsOf(runTable([row("bad", 1), row("good", 9), row("fair", 5)]));
    expect(rows.map(([first]) => first)).toEqual(["addition", "good", "fair", "bad"]);
  });

  test("shows how dear a row is beside the cheapest, and where nobody can say", () => {
    const cheapest = row("a", 9);
    const ratio = (low: number, high: number): NonNullable<CellSummary["energyRatio"]> => ({
      to: cheapest.cell,
      perCorrect: { value: 1.5, interval: { low, high } },
      perAnswer: { value: 1.5 },
      tie: low <= 1,
    });
    const rows = modelRows(
      runTable([cheapest, row("b", 5, { energyRatio: ratio(1.2, 2) }), row("c", 4, { energyRatio: ratio(0.8, 2) })]),
    );
    expect(rows.map((cells) => cells[5])).toEqual(["cheapest", "1.5 x [1.2, 2.0]", "1.5 x [0.80, 2.0] tie"]);
  });

  test("leaves absent values empty and says when none was correct", () => {
    const dead = summaryOf(runOf(), [...asked(questionsOf(10)), failed(undefined, "gone")]);
    expect(modelRows(runTable([dead]))[0]?.slice(2)).toEqual(["", "", "", "", ""]);
    expect(modelRows(runTable([row("none", 0)]))[0]?.[4]).toBe("none correct; > 10 J");
    const unmetered = summaryOf(withPlan(runOf(), { meter: "none" }), [...asked(questionsOf(10)), ...pass(10, 9)]);
    expect(runTable([unmetered])).toContain("No energy was recorded");
    expect(modelRows(runTable([unmetered]))[0]?.slice(3)).toEqual(["", "", "", ""]);
  });

  test("names settings only where they differ", () => {
    expect(modelRows(runTable([row("m", 9), row("n", 8)]))[0]?.[0]).toBe("m");
    const four = row("m", 8, { cell: { ...cellOf("m"), threads: 4 } });
    expect(modelRows(runTable([row("m", 9), four])).map((cells) => cells[0])).toEqual(["m cpu 1t", "m cpu 4t"]);
    const coarse = row("m", 8, { cell: { ...cellOf("m"), precision: "int8" } });
    expect(modelRows(runTable([row("m", 9), coarse])).map((cells) => cells[0])).toEqual(["m fp32", "m int8"]);
  });

  test("says random weights in place of an accuracy", () => {
    const run = runOf();
    const cells = run.cells.map((cell) => ({ ...cell, weights: "random" as const }));
    const cell = summaryOf({ ...run, cells }, [...asked(questionsOf(10)), ...pass(10, 9)]);
    const text = runTable([cell]);
    expect(modelRows(text)[0]?.slice(1)).toEqual([
      "random weights",
      "4.00 ms [4.00, 4.00]",
      "≈ 4.0 J [2.6, 7.6]",
      "",
      "",
      "C vm_share",
    ]);
    expect(text).toContain("! weights are random:");
  });

  test("marks a row at chance with a star, and explains it", () => {
    const star = row("m", 3, {
      chance: 0.25,
      caveats: [{ id: "at_chance", text: "no better than guessing", remedy: "ask more" }],
    });
    const text = runTable([star, row("n", 9, { chance: 0.25 })]);
    expect(modelRows(text).map((cells) => cells[1]?.endsWith("*"))).toEqual([false, true]);
    expect(rowsOf(text)[0]?.[0]).toBe("addition (chance 0.25)");
    expect(text).toContain("* no better than guessing (1 of 2 rows); ask more.");
  });

  test("says every caveat once, with its rows, and where its energy comes from", () => {
    const text = runTable([row("a", 9), row("b", 8)]);
    expect(text.match(/energy is modelled/g)).toHaveLength(1);
    expect(text).toContain("(all rows)");
    expect(text).toContain("grade C, boundary vm_share, from spec:sapphire_rapids@2026-03-09");
  });
});

describe("bestFirst", () => {
  test("does not rank energies of unlike grade: they are kept apart", () => {
    const modelled = row("modelled", 10);
    const energy = modelled.energy as NonNullable<CellSummary["energy"]>;
    const counted = (model: string, joules: number): CellSummary =>
      row(model, 10, { energy: { ...energy, grade: "A", grossPerCorrect: { value: joules } } });
    const rows = [modelled, counted("dear", 900), counted("cheap", 800)].sort(bestFirst);
    expect(rows.map(({ cell }) => cell.model)).toEqual(["cheap", "dear", "modelled"]);
  });

  test("orders by accuracy, then by energy per correct answer", () => {
    const dear = summaryOf(runOf(), [
      ...asked(questionsOf(10)),
      ...questionsOf(10).map(({ id }) => answered(id)),
      windowOf(10, { wallS: 9 }),
    ]);
    const rows = [{ ...dear, cell: cellOf("dear") }, row("cheap", 10), row("better", 10), row("worse", 2)];
    expect(rows.sort(bestFirst).map(({ cell }) => cell.model)).toEqual(["cheap", "better", "dear", "worse"]);
  });

  test("never ranks seconds against joules: what is absent comes last", () => {
    const unmetered = summaryOf(withPlan(runOf(), { meter: "none" }), [...asked(questionsOf(10)), ...pass(10, 10)]);
    expect([{ ...unmetered, cell: cellOf("unmetered") }, row("metered", 10)].sort(bestFirst)[0]?.cell.model).toBe(
      "metered",
    );
  });
});
