import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../models/build/checkpoint.support.ts";
import { checkPlan } from "../api/checkplan.ts";
import type { Model } from "../model.ts";
import { layersByModel } from "./depth.ts";
import { findModel } from "./models.ts";

const catalog = (...ids: string[]): Model[] => ids.map(findModel);

function script(): Model {
  const folder = path.join(temporaryFolder(), "toy");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "script.json"), '{"otherwise": "4"}');
  return findModel(folder);
}

describe("layersByModel", () => {
  test("counts the layers of every model that we build", async () => {
    const models = [...catalog("Mixtral-8x7B-v0.1", "Llama-2-13B"), script()];
    expect([...(await layersByModel(models, "1/8"))]).toEqual([
      ["Mixtral-8x7B-v0.1", 4],
      ["Llama-2-13B", 5],
    ]);
    expect([...(await layersByModel(models, "1"))].map(([, layers]) => layers)).toEqual([32, 40]);
    expect([...(await layersByModel(models, undefined))]).toEqual([]);
  });

  test("names the model, its layers and the depths that all can have", async () => {
    await expect(layersByModel(catalog("Llama-2-13B", "Mixtral-8x7B-v0.1"), "1/20")).rejects.toThrow(
      'depth "1/20" of "Mixtral-8x7B-v0.1" is no whole number of its 32 layers; what every model of the plan can have: 1, 1/2, 1/4, 1/8',
    );
    await expect(layersByModel(catalog("DeepSeek-V2-Lite"), "0.333")).rejects.toThrow(
      /27 layers; .*: 1, 1\/3, 1\/9, 1\/27$/,
    );
  });
});

describe("checkPlan", () => {
  const plan = { models: ["Mixtral-8x7B-v0.1", "Llama-2-13B"], tasks: ["addition"], limit: 1, depth: "1/8" };

  test("plans part of the layers", async () => {
    const { cells, plan: checked } = await checkPlan({ ...plan, weights: "random" });
    expect(checked.depth).toBe("1/8");
    expect(cells.map(({ key }) => key)).toEqual([
      "Mixtral-8x7B-v0.1/addition/cpu/fp32/lowering-auto/weights-random/layers-4/threads-1/batch-1/direct",
      "Llama-2-13B/addition/cpu/fp32/weights-random/layers-5/threads-1/batch-1/direct",
    ]);
  });

  test("has no lowering for layers without experts", async () => {
    const one = { ...plan, models: ["DeepSeek-V2-Lite"], weights: "random" as const, depth: "1/27" };
    expect((await checkPlan(one)).cells[0]?.key).toBe(
      "DeepSeek-V2-Lite/addition/cpu/fp32/weights-random/layers-1/threads-1/batch-1/direct",
    );
  });

  test("refuses part of a trained model", async () => {
    await expect(checkPlan({ ...plan, models: ["pocket-dense-s"] })).rejects.toThrow(
      /^depth is of random weights only: "1\/8"/,
    );
    await expect(checkPlan({ ...plan, depth: "9/8", weights: "random" })).rejects.toThrow(/no share of the layers/);
  });
});
