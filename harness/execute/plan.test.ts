import { describe, expect, test } from "vitest";
import { Cell, Plan } from "../run.ts";
import { cellsOf, ignoredOf, type PlannedModel, type PlannedTask } from "./plan.ts";

const dense: PlannedModel = { id: "dense", source: "checkpoint" };
const sparse: PlannedModel = { id: "sparse", source: "checkpoint", experts: { count: 8, per_token: 2 } };
const foreign: PlannedModel = { id: "foreign", source: "onnx" };
const toy: PlannedModel = { id: "toy", source: "script" };
const models = [dense, foreign, toy];
const written = (id: string): PlannedTask => ({ id, definition: { output_type: "generate_until" } });
const [addition, sort] = [written("addition"), written("sort")];
const maximum: PlannedTask = { id: "maximum", definition: { output_type: "multiple_choice" } };
const text: PlannedTask = { id: "text", definition: { output_type: "loglikelihood_rolling" } };

/** The defaults of a plan, but for what is given. */
const settings = (more: Partial<Plan> = {}): Plan => Plan.parse({ models: ["m"], tasks: ["t"], ...more });
const keys = (more: Partial<Plan>, of: readonly PlannedModel[]): string[] =>
  cellsOf(settings(more), of, [sort]).map(({ key }) => key);

describe("cellsOf", () => {
  test("is the product of everything, each cell once and valid", () => {
    const cells = cellsOf(settings({ device: ["cpu", "webgpu"], threads: [1, 4] }), models, [addition, sort]);
    expect(cells).toHaveLength(3 * 2 * 2 * 2);
    expect(new Set(cells.map((cell) => cell.key)).size).toBe(24);
    for (const cell of cells) expect(Cell.safeParse(cell).success).toBe(true);
  });

  test("keeps the order in which tasks and models were named", () => {
    const cells = cellsOf(settings(), models.slice(0, 2), [sort, addition]);
    expect(cells.map(({ task, model }) => `${task} ${model}`)).toEqual([
      "sort dense",
      "sort foreign",
      "addition dense",
      "addition foreign",
    ]);
  });

  test("names the precision by where the graph comes from", () => {
    const cells = cellsOf(settings({ threads: [2] }), models, [sort]);
    expect(cells.map((cell) => cell.precision)).toEqual(["fp32", "exported", "none"]);
    expect(cells[0]?.key).toBe("dense/sort/cpu/fp32/threads-2/batch-1/direct");
  });

  test("multiplies precisions, and lowerings of a mixture of experts alone", () => {
    expect(keys({ precision: ["fp32", "int8"], lowering: ["rows", "auto"] }, [dense, sparse])).toEqual([
      "dense/sort/cpu/fp32/threads-1/batch-1/direct",
      "dense/sort/cpu/int8/threads-1/batch-1/direct",
      "sparse/sort/cpu/fp32/lowering-rows/threads-1/batch-1/direct",
      "sparse/sort/cpu/fp32/lowering-auto/threads-1/batch-1/direct",
      "sparse/sort/cpu/int8/lowering-rows/threads-1/batch-1/direct",
      "sparse/sort/cpu/int8/lowering-auto/threads-1/batch-1/direct",
    ]);
  });

  test("has a graph from elsewhere and a script once, whatever is asked of graphs that we build", () => {
    const cells = cellsOf(
      settings({ precision: ["fp32", "int4"], lowering: ["rows", "branch"], weights: "random" }),
      [foreign, toy],
      [sort],
    );
    expect(cells.map(({ key, lowering, weights }) => [key, lowering, weights])).toEqual([
      ["foreign/sort/cpu/exported/threads-1/batch-1/direct", undefined, "stored"],
      ["toy/sort/cpu/none/threads-1/batch-1/direct", undefined, "stored"],
    ]);
  });

  test("says in the key that weights are random", () => {
    expect(keys({ weights: "random" }, [{ ...sparse, source: "shape" }])).toEqual([
      "sparse/sort/cpu/fp32/lowering-auto/weights-random/threads-1/batch-1/direct",
    ]);
  });

  test("says in the key how many layers there are, where that was asked for", () => {
    const cells = cellsOf(settings({ weights: "random" }), [{ ...dense, layers: 4 }, sparse, toy], [sort]);
    expect(cells.map(({ key, layers }) => [key, layers])).toEqual([
      ["dense/sort/cpu/fp32/weights-random/layers-4/threads-1/batch-1/direct", 4],
      ["sparse/sort/cpu/fp32/lowering-auto/weights-random/threads-1/batch-1/direct", undefined],
      ["toy/sort/cpu/none/threads-1/batch-1/direct", undefined],
    ]);
    expect("layers" in (cells[1] as object)).toBe(false);
  });

  test("multiplies solvers of answers that are written, and asks directly what is scored", () => {
    const cells = cellsOf(settings({ solver: ["direct", "vote:3", "review:1"] }), [dense], [sort, maximum, text]);
    expect(cells.map(({ key, solver }) => [key, solver])).toEqual([
      ["dense/sort/cpu/fp32/threads-1/batch-1/direct", "direct"],
      ["dense/sort/cpu/fp32/threads-1/batch-1/vote:3", "vote:3"],
      ["dense/sort/cpu/fp32/threads-1/batch-1/review:1", "review:1"],
      ["dense/maximum/cpu/fp32/threads-1/batch-1/direct", "direct"],
      ["dense/text/cpu/fp32/threads-1/batch-1/direct", "direct"],
    ]);
    for (const cell of cells) expect(Cell.safeParse(cell).success).toBe(true);
    expect(cellsOf(settings({ solver: ["steps"] }), [dense], [maximum])).toEqual([]);
  });

  test("asks random weights directly", () => {
    const solver = ["direct", "steps"];
    expect(keys({ weights: "random", solver }, [dense])).toEqual([
      "dense/sort/cpu/fp32/weights-random/threads-1/batch-1/direct",
    ]);
    // A script has its own weights, whatever is asked of others.
    expect(keys({ weights: "random", solver }, [toy])).toHaveLength(2);
  });

  test("has what is named twice once", () => {
    expect(keys({ precision: ["int8", "int8"], threads: [2, 2] }, [dense])).toHaveLength(1);
  });
});

describe("ignoredOf", () => {
  test("names what is asked of a graph from elsewhere and of a script, and nothing where defaults are asked", () => {
    expect(ignoredOf(settings({ precision: ["fp32", "int4"], weights: "random" }), [dense, foreign, toy])).toEqual([
      '"foreign" brings its own graph, which runs as it is: --precision, --weights not applied',
      '"toy" is a script, which has no graph: --precision, --weights not applied',
    ]);
    expect(ignoredOf(settings({ lowering: ["rows"] }), [sparse, toy])).toEqual([
      '"toy" is a script, which has no graph: --lowering not applied',
    ]);
    expect(ignoredOf(settings({ weights: "random", depth: "1/2" }), [dense, foreign])).toEqual([
      '"foreign" brings its own graph, which runs as it is: --weights, --depth not applied',
    ]);
    expect(ignoredOf(settings(), models)).toEqual([]);
  });

  test("names the tasks and the weights of which a solver is asked in vain", () => {
    const solver = ["direct", "steps", "vote:3"];
    const tasks = [addition, maximum];
    expect(ignoredOf(settings({ solver }), [dense], tasks)).toEqual([
      '"maximum" is scored by likelihood, not written: --solver steps,vote:3 not applied',
    ]);
    expect(ignoredOf(settings({ solver, weights: "random" }), [dense], [addition])).toEqual([
      "answers of random weights are not judged: --solver steps,vote:3 not applied to them",
    ]);
    expect(ignoredOf(settings(), [dense], tasks)).toEqual([]);
  });
});
