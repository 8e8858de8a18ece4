import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { BuiltModel } from "../../models/build/build.ts";
import type { Model, ModelRecord } from "../model.ts";
import { present } from "../present.ts";
import { sha256, sha256File } from "./hash.ts";
import { exportedGraph } from "./models.ts";
import { ROOT } from "./root.ts";

/** A model with its graph in place: what a cell's process opens, and what the run records of it. */
export interface PreparedModel {
  readonly model: Model;
  readonly record: ModelRecord;
  /** Absent for a script. */
  readonly graph?: string;
}

/** Builds a model's graph, or finds it built, before anything is measured. */
export async function prepareModel(model: Model, onProgress: (note: string) => void): Promise<PreparedModel> {
  if (model.source !== "script") requireSideFiles(model.folder);
  switch (model.source) {
    case "checkpoint": {
      const { buildModel } = await import("../../models/build/build.ts");
      const built = await buildModel(model.folder, { onProgress });
      const { description, sha256: hash } = built;
      return {
        model,
        record: { ...recorded(model), sha256: hash, ...tokenizerOf(model), ...factsOf(description) },
        graph: built.onnxPath,
      };
    }
    case "onnx": {
      const graph = exportedGraph(model.folder);
      return { model, record: { ...recorded(model), sha256: await sha256File(graph), ...tokenizerOf(model) }, graph };
    }
    case "script":
      return {
        model,
        record: { ...recorded(model), sha256: await sha256File(path.join(model.folder, "script.json")) },
      };
  }
}

/** Files that only a cell's process reads: a slip in one of them should cost a second, not a run. */
function requireSideFiles(folder: string): void {
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json"]) {
    const file = path.join(folder, name);
    if (!existsSync(file)) {
      if (name === "generation_config.json") continue;
      throw new Error(`the model folder "${folder}" lacks ${name}`);
    }
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(file, "utf8"));
    } catch (cause) {
      throw new Error(`${file}: not valid JSON: ${(cause as Error).message}`, { cause });
    }
    if (typeof content !== "object" || content === null || Array.isArray(content))
      throw new Error(`${file}: must hold a JSON object`);
  }
}

/** A tokenizer decides what a model is asked and what it is taken to say, so a run records which one it was. */
function tokenizerOf({ folder }: Model): Pick<ModelRecord, "tokenizer_sha256"> {
  const files = ["tokenizer.json", "tokenizer_config.json"].map((name) => path.join(folder, name)).filter(existsSync);
  return files.length === 0 ? {} : { tokenizer_sha256: sha256(...files.map((file) => readFileSync(file))) };
}

/** What is known of a model without building anything; of a checkpoint, from its headers. */
export async function describeModel(model: Model): Promise<Partial<ModelRecord>> {
  if (model.source !== "checkpoint") return model;
  const { describeCheckpoint } = await import("../../models/build/describe.ts");
  return { ...model, ...factsOf(await describeCheckpoint(model.folder)) };
}

/** A model that comes with perjoule is recorded by its place in perjoule: a run may be read on another machine. */
function recorded(model: Model): Model {
  const inside = path.relative(ROOT, model.folder);
  return inside.startsWith("..") || path.isAbsolute(inside)
    ? model
    : { ...model, folder: inside.replaceAll("\\", "/") };
}

function factsOf({
  modelType,
  parametersTotal,
  parametersActive,
  weightBytes,
  experts,
}: BuiltModel["description"]): Omit<ModelRecord, keyof Model | "sha256"> {
  return present({
    architecture: modelType,
    parameters_total: parametersTotal,
    parameters_active: parametersActive,
    weight_bytes: weightBytes,
    experts: experts && { count: experts.count, per_token: experts.perToken },
  });
}
