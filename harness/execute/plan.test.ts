import { describe, expect, test } from "vitest";
import type { Model } from "../model.ts";
import { Cell } from "../run.ts";
import { cellsOf } from "./plan.ts";

const models: Model[] = [
  { id: "dense", folder: "/m/dense", source: "checkpoint" },
  { id: "foreign", folder: "/m/foreign", source: "onnx" },
  { id: "toy", folder: "/m/toy", source: "script" },
];

describe("cellsOf", () => {
  test("is the product of everything, each cell once and valid", () => {
    const cells = cellsOf({ device: ["cpu", "webgpu"], threads: [1, 4] }, models, ["addition", "sort"]);
    expect(cells).toHaveLength(3 * 2 * 2 * 2);
    expect(new Set(cells.map((cell) => cell.key)).size).toBe(24);
    for (const cell of cells) expect(Cell.safeParse(cell).success).toBe(true);
  });

  test("keeps the order in which tasks and models were named", () => {
    const cells = cellsOf({ device: ["cpu"], threads: [1] }, models.slice(0, 2), ["sort", "addition"]);
    expect(cells.map(({ task, model }) => `${task} ${model}`)).toEqual([
      "sort dense",
      "sort foreign",
      "addition dense",
      "addition foreign",
    ]);
  });

  test("names the precision by where the graph comes from", () => {
    const cells = cellsOf({ device: ["cpu"], threads: [2] }, models, ["sort"]);
    expect(cells.map((cell) => cell.precision)).toEqual(["fp32", "exported", "none"]);
    expect(cells[0]?.key).toBe("dense/sort/cpu/fp32/threads-2/batch-1/direct");
  });
});
