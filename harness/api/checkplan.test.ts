import { describe, expect, test } from "vitest";
import { cellsOf } from "../execute/plan.ts";
import { definition } from "../report/run.support.ts";
import { Plan } from "../run.ts";
import type { Task } from "../task.ts";
import { type CheckedPlan, only } from "./checkplan.ts";

const taskOf = (id: string): Task => ({
  id,
  definition: definition({ task: id }),
  questions: [],
  sha256: "0",
  data: [],
});

/** Models a and b, named by their folders, on the tasks named. */
function checkedOf(names: readonly string[], ids: readonly string[], more: Partial<Plan> = {}): CheckedPlan {
  const plan = Plan.parse({ models: ["path/to/a", "path/to/b"], tasks: names, threads: [1, 2], ...more });
  const models = ["a", "b"].map((id) => ({ id, folder: `/path/to/${id}`, source: "script" as const }));
  const tasks = ids.map(taskOf);
  return {
    plan,
    models: new Map(models.map((model) => [model.id, model])),
    tasks: new Map(tasks.map((task) => [task.id, task])),
    cells: cellsOf(plan, models, tasks),
    notes: [],
  };
}

describe("only", () => {
  test("keeps the cells that are wanted, and the models and tasks that these need", () => {
    const kept = only(
      checkedOf(["./sums", "sort"], ["sums", "sort"]),
      ({ model, task, threads }) => model === "b" && task === "sort" && threads === 2,
    );
    expect(kept.cells.map(({ key }) => key)).toEqual(["b/sort/cpu/none/threads-2/batch-1/direct"]);
    expect([[...kept.models.keys()], [...kept.tasks.keys()]]).toEqual([["b"], ["sort"]]);
    expect([kept.plan.models, kept.plan.tasks]).toEqual([["path/to/b"], ["sort"]]);
  });

  test("changes nothing where all are wanted", () => {
    const checked = checkedOf(["./sums", "sort"], ["sums", "sort"], { data: { sort: "data" } });
    expect(only(checked, () => true)).toEqual(checked);
  });

  test("keeps a group's name that stands for several tasks, and drops places of data that nobody asks for", () => {
    const places = { all: "data", sums: "own", sort: "other" };
    const checked = checkedOf(["all", "pick"], ["sums", "sort", "pick"], { data: places });
    const kept = only(checked, ({ task }) => task === "sums");
    expect([kept.plan.tasks, kept.plan.data]).toEqual([["all"], { all: "data", sums: "own" }]);
  });

  test("refuses to leave nothing", () => {
    expect(() => only(checkedOf(["sums"], ["sums"]), () => false)).toThrow("none of the plan's cells is wanted");
  });
});
