import { describe, expect, test } from "vitest";
import type { Run } from "../run.ts";
import type { Question } from "../task.ts";
import { cellsOf, reportOf, right, saying } from "./compare.support.ts";
import { type ComparedRuns, compareRuns } from "./compareruns.ts";
import type { Report } from "./derive.ts";
import { questionsOf, runOf, withPlan } from "./run.support.ts";

const named = (id: string, run: Run): Run => ({ ...run, id });
const first = reportOf(named("one", runOf({}, ["a", "b"])), questionsOf(20), [
  ...saying("a", right(16, 4)),
  ...saying("b", right(12, 8)),
]);
const second = (questions: readonly Question[] = questionsOf(20), more: Partial<Run> = {}): Report =>
  reportOf(named("two", runOf(more, ["c"])), questions, saying("c", right(8, questions.length - 8)));

const pairs = ({ rows }: ComparedRuns): string[] =>
  rows.map(({ a, b }) => `${a.run} ${a.cell.model} ${b.run} ${b.cell.model}`);

describe("compareRuns", () => {
  test("of one run has its rows as the file has them", () => {
    expect(compareRuns([first])).toEqual({ rows: first.comparisons, refused: [] });
  });

  test("sets cells of two runs beside each other in quality only, and says so", () => {
    const compared = compareRuns([first, second()]);
    expect(pairs(compared)).toEqual(["one a one b", "one a two c", "one b two c"]);
    const [inside, across] = compared.rows;
    expect(inside).toHaveProperty("latency");
    expect(across).toMatchObject({ questions: 20, quality: { onlyFirst: 8, onlySecond: 0 } });
    for (const key of ["latency", "energy", "paid"]) expect(across).not.toHaveProperty(key);
    expect(compared.refused).toEqual([
      { what: "latency, energy and dollars of one and two", why: expect.stringContaining("machines drift") },
    ]);
  });

  test("adjusts the p-values of all rows together", () => {
    const { rows } = compareRuns([first, second()]);
    const least = Math.min(...rows.map(({ quality }) => quality?.mcnemar as number));
    expect(Math.min(...rows.map(({ holm }) => holm as number))).toBeCloseTo(3 * least, 12);
  });

  test("sets a model beside itself in another run", () => {
    const again = reportOf(named("two", runOf({}, ["a"])), questionsOf(20), saying("a", right(16, 4)));
    const { rows } = compareRuns([first, again]);
    expect(rows.find(({ b }) => b.run === "two" && b.cell.model === "a")?.quality).toMatchObject({
      difference: { value: 0 },
      mcnemar: 1,
      flips: 0,
    });
  });

  test.each([
    ["fewer questions", second(questionsOf(10)), "(20 and 10, of which 10 are in both)"],
    [
      "other data",
      second(undefined, {
        tasks: { addition: { ...(runOf().tasks["addition"] as Run["tasks"][string]), sha256: "f00" } },
      }),
      'sha256 "0" and "f00"',
    ],
    [
      "other words",
      second(
        questionsOf(20).map((question, i) =>
          i < 5 ? Object.assign({}, question, { prompt: `Example. ${i}?` }) : question,
        ),
      ),
      "5 questions have the same id but are not put in the same words",
    ],
  ])("refuses a task with %s", (_, other, why) => {
    const compared = compareRuns([first, other]);
    expect(pairs(compared)).toEqual(["one a one b"]);
    expect(compared.refused).toEqual([{ what: "addition of one and two", why: expect.stringContaining(why) }]);
  });

  test("says where two runs have no task in common, or no cells", () => {
    const other = second();
    const cells = other.cells.map((one) => Object.assign({}, one, { cell: { ...one.cell, task: "sort" } }));
    const sorting = { ...other, cells };
    expect(compareRuns([first, sorting]).refused).toEqual([
      { what: "one and two", why: "they have no task in common" },
    ]);
    const stepping = reportOf(
      named("two", cellsOf({ c: { solver: "steps" } })),
      questionsOf(20),
      saying("c", right(8, 12)),
    );
    expect(compareRuns([first, stepping]).refused).toEqual([
      { what: "addition of one and two", why: expect.stringContaining("differ in the model or the solver alone") },
    ]);
  });

  test("says which joules of a run are unlike", () => {
    const [a, b] = first.cells;
    const other = { ...b, energy: { ...b?.energy, grade: "A", source: "rapl" } };
    const comparisons = first.comparisons.map((row) => ({ ...row, a, b: other }));
    expect(compareRuns([{ ...first, comparisons } as Report]).refused).toEqual([
      {
        what: "energy of a beside b on addition",
        why: expect.stringMatching(
          /^joules of unlike grade \("C" and "A"\), source \(".*" and "rapl"\) make no ratio$/,
        ),
      },
    ]);
  });

  test("draws with the seed of the run named first", () => {
    const seeded = (seed: number): Report => ({ ...first, run: withPlan(first.run, { seed }) });
    expect(compareRuns([seeded(1), second()])).toEqual(compareRuns([seeded(1), second()]));
  });
});
