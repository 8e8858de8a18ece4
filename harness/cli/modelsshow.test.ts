import { expect, test } from "vitest";
import type { ModelDescription } from "../../models/build/describe.ts";
import { squeezed } from "./modelscommands.support.ts";
import { showModel } from "./modelsshow.ts";

const description: ModelDescription = {
  modelType: "mixtral",
  layers: 2,
  hidden: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  vocab: 1000,
  context: 2048,
  parametersTotal: 123_456,
  parametersActive: 45_678,
  experts: { count: 8, perToken: 2 },
};
const known = {
  model: { id: "toy", folder: "/m/toy", source: "shape" },
  description,
  manifest: {
    hub: "someone/toy",
    licence: "MIT",
    published: { parameters_total: 123_000, parameters_active: 50_000, source: "a paper", active_differs: "it rounds" },
  },
  builds: [
    { precision: "fp32", weight_bytes: 493_824, built: ["/c/a-fp32-branch", "/c/a-fp32-rows"] },
    { precision: "int8", weight_bytes: 150_000, built: [] },
    { precision: "int4", weight_bytes: 90_000 },
    { precision: "fp16", refused: "too odd" },
  ],
} as const;

test("showModel says all that is known, of a precision what it takes and where it is", () => {
  expect(squeezed(showModel(known, false))).toEqual([
    "model | toy",
    "folder | /m/toy",
    "source | a config.json without weights; built with random ones, for speed and memory",
    "architecture | mixtral",
    "parameters | 123,456, of which a token reads 45,678",
    "layers | 2 of width 64",
    "heads | 4 of 16, keys and values of 2 kept",
    "experts | 2 of 8",
    "vocabulary | 1,000",
    "context | 2,048 tokens",
    "published as | someone/toy",
    "licence | MIT",
    "published sizes | 123,000, 50,000 active: a paper",
    "why they differ | it rounds",
    "precision | weights | in the cache",
    "fp32 | 494 kB | /c/a-fp32-branch, /c/a-fp32-rows",
    "int8 | 150 kB | no",
    "int4 | 90.0 kB | not looked up: that means to read all weights",
    "fp16 | cannot be built: too odd",
  ]);
});

test("showModel as JSON keeps SI units and leaves out what is not known", () => {
  const document = JSON.parse(showModel(known, true)) as object;
  expect(document).toMatchObject({
    id: "toy",
    source: "shape",
    parameters_total: 123_456,
    kv_heads: 2,
    experts: { count: 8, per_token: 2 },
    manifest: { licence: "MIT" },
    builds: known.builds,
  });
  const script = { id: "s", folder: "/s", source: "script" } as const;
  expect(JSON.parse(showModel({ model: script }, true))).toEqual(script);
  expect(squeezed(showModel({ model: script }, false))).toHaveLength(3);
});

test("showModel says which layers have convolutions, and nothing of heads where none has attention", () => {
  const { heads: _heads, kvHeads: _kvHeads, headDim: _headDim, ...others } = description;
  const hybrid = { ...known, description: { ...description, layers: 6, convolutions: 4 } };
  expect(squeezed(showModel(hybrid, false))).toContain("layers | 6 of width 64, 4 of them short convolutions");
  const alone = squeezed(showModel({ ...known, description: { ...others, convolutions: 2 } }, false));
  expect(alone.filter((line) => line.startsWith("heads"))).toEqual([]);
});
