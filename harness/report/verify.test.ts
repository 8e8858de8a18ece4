import { describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import type { Cell, Run } from "../run.ts";
import { cellsOf, right, saying } from "./compare.support.ts";
import { answered, cellOf, definition, failed, runOf, windowOf } from "./run.support.ts";
import { isInDoubt, isSameCell, type Verification, type VerifiedCell, verificationOf } from "./verify.ts";
import { againOf, machine, toldBy } from "./verify.support.ts";

const first = ({ cells }: Verification): VerifiedCell => cells[0] as VerifiedCell;
const run = (more: Partial<Run> = {}, models: readonly string[] = ["a"]): Run =>
  runOf({ environment: machine(), ...more }, models);

/** The same run twice, in which the second time other things were said. */
function again(one: Run, there: readonly Observation[], here: readonly Observation[]): Verification {
  return verificationOf(toldBy({ ...one, id: "theirs" }, there), toldBy({ ...one, id: "ours" }, here), []);
}

describe("verificationOf, quality", () => {
  test("is identical where every answer was taken to be the same", () => {
    const row = first(againOf(right(16, 4), right(16, 4)));
    expect(row).toMatchObject({ verdict: "identical", questions: 20, quality: { flips: 0, mcnemar: 1 }, holm: 1 });
    expect([row.run, row.there.run, row.accuracies]).toEqual(["ours", "theirs", { there: 0.8, here: 0.8 }]);
    expect(row).not.toHaveProperty("reason");
  });

  test("agrees where answers changed and the test does not tell the two apart, also of answers that were wrong", () => {
    const wrong = [...right(16, 0), "no", "no", "no", "never"];
    expect(first(againOf(right(16, 4), wrong))).toMatchObject({
      verdict: "agrees",
      quality: { flips: 1, difference: { value: 0 } },
    });
    // Five in one direction: 2 x 0.5^5 is 0.0625.
    const row = first(againOf(right(20, 0), right(15, 5)));
    expect(row).toMatchObject({ verdict: "agrees", quality: { flips: 5, difference: { value: -0.25 } }, holm: 0.0625 });
    expect(row.quality?.difference.interval?.high).toBeLessThan(0);
  });

  test("differs where the test does, held to 5 % over all cells together", () => {
    // Six in one direction: 0.03125 alone, twice that beside another cell.
    const alone = first(againOf(right(20, 0), right(14, 6)));
    expect(alone).toMatchObject({ verdict: "differs", holm: expect.closeTo(0.03125, 12) });
    const two = again(
      run({}, ["a", "b"]),
      [...saying("a", right(20, 0)), ...saying("b", right(20, 0))],
      [...saying("a", right(14, 6)), ...saying("b", right(20, 0))],
    );
    // The same program on the same machine repeats itself: there no number of cells excuses one that does not.
    expect(two.cells.map(({ verdict, holm }) => [verdict, holm])).toEqual([
      ["differs", expect.closeTo(0.0625, 12)],
      ["identical", 1],
    ]);
    const elsewhere = verificationOf(
      { run: run({}, ["a", "b"]), cells: two.cells.map(({ there }) => there) },
      {
        run: run({ environment: { ...run().environment, cpu_model: "another" } }, ["a", "b"]),
        cells: two.cells.flatMap(({ here }) => here ?? []),
      },
      [],
    );
    expect(elsewhere.cells.map(({ verdict }) => verdict)).toEqual(["agrees", "identical"]);
  });

  test("counts an answer that failed here as changed, and says why it failed", () => {
    const here = [...saying("a", right(19, 0)), failed("q19", "too slow")];
    expect(first(again(run(), saying("a", right(20, 0)), here))).toMatchObject({
      verdict: "agrees",
      quality: { flips: 1 },
      reason: "1 of its answers failed here, the first by: too slow",
    });
  });

  test("says of a cell that gave nothing here why, and of one that gave nothing there that nothing is known", () => {
    const said = saying("a", right(20, 0));
    expect(first(again(run(), said, [failed(undefined, "no memory")]))).toMatchObject({
      verdict: "failed",
      reason: "no memory",
    });
    expect(first(again(run(), [failed(undefined, "no memory")], said)).verdict).toBe("not judged");
    expect(first(again(run({ state: "interrupted" }), said, []))).toMatchObject({ verdict: "absent", questions: 0 });
  });

  test("says nothing of the quality of random weights", () => {
    const random = cellsOf({ a: { weights: "random" } }, { environment: machine() });
    const row = first(again(random, saying("a", right(20, 0)), saying("a", right(0, 20))));
    expect(row.verdict).toBe("not judged");
    expect(row.latency).toEqual({ ratio: 1, verdict: "overlaps" });
    for (const key of ["quality", "accuracies", "holm"]) expect(row).not.toHaveProperty(key);
  });

  test("of answers without credit tells same from changed, and no more", () => {
    const task = definition({ metric_list: [{ metric: "bypass" }], perjoule: {} });
    const free = run({ tasks: { addition: { definition: task, sha256: "0", questions: 20 } } });
    const said = saying("a", right(20, 0));
    expect(first(again(free, said, said)).verdict).toBe("identical");
    const row = first(again(free, said, saying("a", right(18, 2))));
    expect([row.verdict, row.reason]).toEqual(["not judged", expect.stringContaining("2 of 20 answers changed")]);
  });

  test("of a text scored as a whole compares likelihoods", () => {
    const scored = (value: number): Observation[] => [
      answered("q0", {
        output: { type: "likelihoods", choices: [{ log_likelihood: value, tokens: 2, greedy: false }] },
      }),
      windowOf(1),
    ];
    const task = definition({
      output_type: "loglikelihood_rolling",
      metric_list: [{ metric: "word_perplexity" }],
      perjoule: {},
    });
    const rolling = run({ tasks: { addition: { definition: task, sha256: "0", questions: 1 } } });
    expect(first(again(rolling, scored(-4), scored(-4))).verdict).toBe("identical");
    const row = first(again(rolling, scored(-4), scored(-4.04)));
    expect([row.verdict, row.reason]).toEqual(["not judged", expect.stringContaining("by up to 0.99 %")]);
  });
});

describe("verificationOf, cells", () => {
  const changes = [{ kind: "model", id: "b", why: "its bytes differ" }] as const;
  const there = toldBy(run({}, ["a", "b"]), [...saying("a", right(20, 0)), ...saying("b", right(20, 0))]);

  test("of a changed model are not compared, the others are", () => {
    const { cells } = verificationOf(there, toldBy(run(), saying("a", right(20, 0))), changes);
    expect(cells.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ["identical", undefined],
      ["changed", 'model "b": its bytes differ'],
    ]);
    expect(cells.map(isInDoubt)).toEqual([false, true]);
  });

  test("are rows also where nothing was run, of which nothing is said of machines", () => {
    const { cells, versions, speedNotes } = verificationOf(there, undefined, [{ ...changes[0], id: "a" }, changes[0]]);
    expect(cells.map((row) => [row.verdict, row.run])).toEqual([
      ["changed", undefined],
      ["changed", undefined],
    ]);
    expect([versions, speedNotes]).toEqual([[], []]);
  });

  test("find each other by their settings, however the lowering was chosen", () => {
    const chosen: Cell = { ...cellOf("a"), key: "a/lowering-auto", lowering: "rows" };
    expect(isSameCell({ ...chosen, key: "a/lowering-rows" }, chosen)).toBe(true);
    const others: Partial<Cell>[] = [{ lowering: "fused" }, { threads: 2 }, { solver: "steps" }, { layers: 2 }];
    for (const other of others) expect(isSameCell({ ...chosen, ...other }, chosen)).toBe(false);
    expect(verificationOf(there, toldBy(run(), saying("a", right(20, 0))), []).cells[1]).toMatchObject({
      verdict: "absent",
      reason: "the grid has no such cell here",
    });
  });

  test("of which fewer questions were put are a part", () => {
    const here = toldBy(run(), saying("a", right(5, 0)), 5);
    const part = verificationOf(toldBy(run(), saying("a", right(20, 0))), here, []);
    expect([part.part, first(part).questions, first(part).verdict]).toEqual([5, 5, "identical"]);
    expect(againOf(right(2, 0), right(2, 0))).not.toHaveProperty("part");
  });
});

test("verificationOf names unlike versions", () => {
  const said = saying("a", right(20, 0));
  const other = run({ environment: machine({ node: "v22", onnxruntime: "1.31.0" }) });
  expect(verificationOf(toldBy(run(), said), toldBy(other, said), []).versions).toEqual([
    ["node", "v20", "v22"],
    ["onnxruntime", "none", "1.31.0"],
  ]);
});
