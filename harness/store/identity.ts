import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Model, ModelRecord, WeightSource } from "../model.ts";
import { present } from "../present.ts";
import { sha256File } from "./hash.ts";
import { exportedGraph } from "./models.ts";
import { tokenizerOf } from "./prepare.ts";

/** Files that decide, beside the weights, what a model is asked, what it says and where it stops. */
const BESIDE = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];

/** SHA-256 of every file of a model that a run reads, by name within its folder. */
export async function fileHashes(model: Model, weights: WeightSource): Promise<Record<string, string>> {
  const names = [...BESIDE, ...(await ownFiles(model, weights))];
  const hashes: Record<string, string> = {};
  for (const name of names) {
    const file = path.join(model.folder, name);
    if (existsSync(file)) hashes[name] = await sha256File(file);
  }
  return hashes;
}

/** An ONNX file may keep its tensors in files beside it, whose names begin with its own. */
async function ownFiles({ folder, source }: Model, weights: WeightSource): Promise<readonly string[]> {
  if (weights === "random") return [];
  switch (source) {
    case "checkpoint": {
      const { weightFiles } = await import("../../models/build/checkpoint.ts");
      return (await weightFiles(folder)).files;
    }
    case "onnx": {
      const graph = exportedGraph(folder);
      const names = readdirSync(path.dirname(graph)).filter((name) => name.startsWith(path.basename(graph)));
      return names
        .sort()
        .map((name) => path.relative(folder, path.join(path.dirname(graph), name)).replaceAll("\\", "/"));
    }
    case "script":
      return ["script.json"];
    case "shape":
      return [];
  }
}

/** The hashes of a model as runs record them that know nothing of single files. `layers`: of which it is part, where it is. */
export async function jointHashes(
  model: Model,
  weights: WeightSource,
  layers?: number,
): Promise<Pick<ModelRecord, "sha256" | "tokenizer_sha256">> {
  if (model.source === "script") return { sha256: await sha256File(path.join(model.folder, "script.json")) };
  const tokenizer = tokenizerOf(model);
  if (model.source === "onnx") return { sha256: await sha256File(exportedGraph(model.folder)), ...tokenizer };
  const { hashFiles } = await import("../../models/build/hash.ts");
  const whole = await hashFiles(model.folder, ["config.json", ...(await ownFiles(model, weights))]);
  const part =
    layers === undefined ? undefined : createHash("sha256").update(`${whole}\0${layers} layers`).digest("hex");
  return present({ sha256: part ?? whole, ...tokenizer });
}
