import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../models/build/checkpoint.support.ts";
import { knownOf } from "./known.ts";
import { findModel } from "./models.ts";

test("knownOf has the manifest of a model of the catalog", async () => {
  const { description, manifest, builds } = await knownOf(findModel("SmolLM2-135M"));
  expect(description).toMatchObject({ modelType: "llama", layers: 30, parametersTotal: 134_515_008 });
  expect(manifest?.published?.parameters_total).toBe(134_515_008);
  expect(builds?.map(({ precision }) => precision)).toEqual(["fp32", "fp16", "int8", "int4"]);
});

test("knownOf takes no other file of that name for a manifest of ours", async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, "script.json"), "{}");
  writeFileSync(path.join(folder, "manifest.json"), '{"name": "a web app"}');
  const model = findModel(folder);
  expect(await knownOf(model)).toEqual({ model });
});
