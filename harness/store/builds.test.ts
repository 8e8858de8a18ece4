import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildModel } from "../../models/build/build.ts";
import { randomTensors, temporaryFolder, writeCheckpoint } from "../../models/build/checkpoint.support.ts";
import { possibleBuilds } from "./builds.ts";

const SHAPE = {
  model_type: "mixtral",
  vocab_size: 64,
  hidden_size: 32,
  intermediate_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  num_local_experts: 4,
  num_experts_per_tok: 2,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
};

const before = process.env["PERJOULE_CACHE"];
beforeEach(() => void (process.env["PERJOULE_CACHE"] = temporaryFolder()));
afterEach(() => {
  if (before === undefined) delete process.env["PERJOULE_CACHE"];
  else process.env["PERJOULE_CACHE"] = before;
});

function shapeFolder(): string {
  const folder = path.join(temporaryFolder(), "shape");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "config.json"), JSON.stringify(SHAPE));
  return folder;
}

describe("possibleBuilds", () => {
  test("foretells the bytes that a build takes, precision by precision", async () => {
    const folder = shapeFolder();
    const builds = await possibleBuilds({ id: "shape", folder, source: "shape" });
    expect(builds.map(({ precision }) => precision)).toEqual(["fp32", "fp16", "int8", "int4"]);
    for (const build of builds) {
      const { weightBytes } = await buildModel(folder, { precision: build.precision, weights: "random" });
      expect(build).toEqual({ precision: build.precision, weight_bytes: weightBytes, built: [] });
    }
  });

  test("finds what is in the cache, whatever its lowering, and nothing of other weights", async () => {
    const folder = shapeFolder();
    await buildModel(folder, { precision: "int4", weights: "random", lowering: "rows" });
    const [fp32, , , int4] = await possibleBuilds({ id: "shape", folder, source: "shape" });
    expect(fp32).toMatchObject({ built: [] });
    expect(int4).toMatchObject({ built: [expect.stringMatching(/-int4-rows-random$/)] });
    expect(await possibleBuilds({ id: "shape", folder: shapeFolder(), source: "shape" })).toContainEqual(int4);

    const checkpoint = writeCheckpoint(SHAPE, randomTensors(SHAPE));
    const stored = await buildModel(checkpoint, {});
    const [first, ...rest] = await possibleBuilds({ id: "checkpoint", folder: checkpoint, source: "checkpoint" });
    expect(first).toMatchObject({ built: [path.dirname(stored.onnxPath)] });
    expect(rest.every((build) => "built" in build && build.built?.length === 0)).toBe(true);
  });
});
