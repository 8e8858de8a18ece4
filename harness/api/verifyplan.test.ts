import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../models/build/checkpoint.support.ts";
import { cellOf, runOf, withPlan } from "../report/run.support.ts";
import type { Plan, Run } from "../run.ts";
import { modelHere, planHere } from "./verifyplan.ts";

const ours = {
  id: "pocket-dense-s",
  folder: "models/pocket/pocket-dense-s",
  source: "checkpoint",
  sha256: "0",
} as const;

describe("modelHere", () => {
  test("finds a model that comes with perjoule by its id, and another in its folder", () => {
    expect(modelHere(ours)).toMatchObject({ name: "pocket-dense-s", model: { id: "pocket-dense-s" } });
    const folder = path.join(temporaryFolder(), "pocket-dense-s");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "script.json"), "{}");
    expect(modelHere({ ...ours, folder, source: "script" })).toEqual({
      name: folder,
      model: { id: "pocket-dense-s", folder, source: "script" },
    });
  });

  test.each(["/nowhere/mine", "models/pocket/mine"])("says what to do where there is no %s", (folder) => {
    const missing = { ...ours, id: "mine", folder };
    expect(() => modelHere(missing)).toThrow(
      `the run's model "mine" was in "${folder}", and here is no such folder; put`,
    );
  });
});

describe("planHere", () => {
  const asked = (run: Run, limit?: number): { plan: Plan; notes: string[] } => {
    const notes: string[] = [];
    return { plan: planHere(run, limit, (note) => void notes.push(note)), notes };
  };

  test("asks what was asked", () => {
    const run = withPlan(runOf(), { limit: 50, trials: 2, seed: 7, num_fewshot: 3, data: { addition: "data" } });
    expect(asked(run)).toEqual({ plan: run.plan, notes: [] });
  });

  test("takes this machine's meters, and leaves out with a note what is of the other machine", () => {
    const watts = { idle: 20, max: 65 };
    const run = withPlan(runOf(), { meter: "wall", wall: "http://plug?token=x", prices: "own.csv", cpu_watts: watts });
    const { plan, notes } = asked(run);
    expect(plan).toEqual(runOf().plan);
    expect(notes).toEqual(["the run had --wall, --cpu-watts, --prices, which is of its own machine: left out here"]);
    expect(asked(withPlan(runOf(), { meter: "none" })).plan.meter).toBe("none");
  });

  test("takes the lowerings that ran, and chooses none", () => {
    const cells = (["rows", "fused", "rows"] as const).map((lowering) => Object.assign(cellOf("a"), { lowering }));
    expect(asked({ ...runOf(), cells }).plan.lowering).toEqual(["rows", "fused"]);
  });

  test("asks fewer questions where told to, and never more than were put", () => {
    expect(asked(withPlan(runOf(), { limit: 50 }), 20).plan.limit).toBe(20);
    expect(asked(runOf(), 20).plan.limit).toBe(20);
    expect(() => asked(withPlan(runOf(), { limit: 50 }), 51)).toThrow(
      "cannot verify 51 questions of each task: the run was asked 50 (--limit)",
    );
  });
});
