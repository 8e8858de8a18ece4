import { expect, test } from "vitest";
import type { Model } from "../model.ts";
import { listModels } from "./list.ts";
import { squeezed } from "./modelscommands.support.ts";

const MODELS: readonly Model[] = [
  { id: "own", folder: "/m/own", source: "checkpoint" },
  { id: "catalogued", folder: "/c/catalogued", source: "shape" },
  { id: "foreign", folder: "/f", source: "onnx" },
];
const describeModel = async (model: Model): Promise<object> =>
  model.source === "onnx"
    ? model
    : {
        ...model,
        architecture: "mixtral",
        parameters_total: 1_234_567,
        parameters_active: 234_567,
        experts: { count: 8, per_token: 2 },
      };

test("listModels tells models with weights from shapes, and leaves blank what is not known", async () => {
  expect(squeezed(await listModels(MODELS, describeModel, false))).toEqual([
    "model | architecture | parameters | active per token | experts | comes as",
    "own | mixtral | 1,234,567 | 234,567 | 2 of 8 | checkpoint",
    "catalogued | mixtral | 1,234,567 | 234,567 | 2 of 8 | shape",
    "foreign | onnx | onnx",
  ]);
});

test("listModels as JSON has what was described, in the same order", async () => {
  const listed = JSON.parse(await listModels(MODELS, describeModel, true)) as Model[];
  expect(listed.map(({ id, source }) => `${id} ${source}`)).toEqual([
    "own checkpoint",
    "catalogued shape",
    "foreign onnx",
  ]);
  expect(listed[0]).toMatchObject({ parameters_total: 1_234_567 });
});
