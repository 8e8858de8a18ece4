import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../models/build/checkpoint.support.ts";
import { hashFiles } from "../../models/build/hash.ts";
import type { Model } from "../model.ts";
import { fileHashes, jointHashes } from "./identity.ts";
import { prepareModel } from "./prepare.ts";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A model folder whose files hold the given texts. */
function modelOf(source: Model["source"], files: Readonly<Record<string, string>>): Model {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return { id: "m", folder, source };
}

const SHARDS = JSON.stringify({ weight_map: { a: "one.safetensors", b: "two.safetensors" } });
const CHECKPOINT = {
  "README.md": "not read",
  "config.json": "{}",
  "generation_config.json": "[]",
  "model.safetensors.index.json": SHARDS,
  "one.safetensors": "1",
  "two.safetensors": "2",
  "tokenizer.json": "t",
};

describe("fileHashes", () => {
  test("has every file of a checkpoint that a run reads, each shard by itself", async () => {
    expect(await fileHashes(modelOf("checkpoint", CHECKPOINT), "stored")).toEqual({
      "config.json": hashOf("{}"),
      "generation_config.json": hashOf("[]"),
      "tokenizer.json": hashOf("t"),
      "one.safetensors": hashOf("1"),
      "two.safetensors": hashOf("2"),
    });
  });

  test("of random weights leaves the stored ones out", async () => {
    const names = Object.keys(await fileHashes(modelOf("checkpoint", CHECKPOINT), "random"));
    expect(names).toEqual(["config.json", "generation_config.json", "tokenizer.json"]);
  });

  test("has the tensors that an ONNX graph keeps in files of their own", async () => {
    const files = { "onnx/model.onnx": "g", "onnx/model.onnx_data": "d", "onnx/model_q4.onnx": "q" };
    expect(await fileHashes(modelOf("onnx", files), "stored")).toEqual({
      "onnx/model.onnx": hashOf("g"),
      "onnx/model.onnx_data": hashOf("d"),
    });
  });

  test("of a script has the script", async () => {
    expect(await fileHashes(modelOf("script", { "script.json": "{}" }), "stored")).toEqual({
      "script.json": hashOf("{}"),
    });
  });
});

describe("jointHashes", () => {
  test("of a checkpoint are over config and weights together, and over the tokenizer's files", async () => {
    const model = modelOf("checkpoint", CHECKPOINT);
    const { tokenizer_sha256: _none, ...bare } = await jointHashes(modelOf("checkpoint", { ...CHECKPOINT }), "stored");
    const found = await jointHashes(model, "stored");
    expect(found.sha256).toBe(await hashFiles(model.folder, ["config.json", "one.safetensors", "two.safetensors"]));
    expect(found).toHaveProperty("tokenizer_sha256");
    expect(found.sha256).toBe(bare.sha256);
  });

  test.each([
    ["script", { "script.json": '{"otherwise":"4"}' }],
    [
      "onnx",
      { "config.json": "{}", "tokenizer.json": "{}", "tokenizer_config.json": "{}", "onnx/model.onnx": "no graph" },
    ],
  ] as const)("of a %s are those that a run records", async (source, files) => {
    const model = modelOf(source, files);
    const { record } = await prepareModel(model, () => {});
    expect(record).toMatchObject(await jointHashes(model, "stored"));
    expect(record.tokenizer_sha256).toBe((await jointHashes(model, "stored")).tokenizer_sha256);
  });
});
