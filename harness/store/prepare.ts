import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { BuiltModel } from "../../models/build/build.ts";
import type { GraphRecord, Lowering, Model, ModelRecord, Precision, WeightSource } from "../model.ts";
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
  /** What a stand-in tokenizer needs, where the folder has no tokenizer. */
  readonly standIn?: { readonly vocabulary: number };
}

/** Which graph to build of a model; the builder's defaults for what is absent. A graph from elsewhere is taken as it is. */
export interface Variant {
  readonly precision?: Precision;
  readonly lowering?: Lowering;
  readonly weights?: WeightSource;
  /** Only the first so many, of random weights. */
  readonly layers?: number;
}

/** Builds a model's graph, or finds it built, before anything is measured. */
export async function prepareModel(
  model: Model,
  onProgress: (note: string) => void,
  variant: Variant = {},
): Promise<PreparedModel> {
  requireWeights(model, variant.weights);
  switch (model.source) {
    case "checkpoint":
    case "shape":
      return prepareBuilt(model, onProgress, variant);
    case "onnx": {
      requireSideFiles(model.folder, [...CONFIG, ...TOKENIZER]);
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

async function prepareBuilt(
  model: Model,
  onProgress: (note: string) => void,
  variant: Variant,
): Promise<PreparedModel> {
  const { folder } = model;
  const usesStandIn = variant.weights === "random" && !existsSync(path.join(folder, "tokenizer.json"));
  requireSideFiles(folder, usesStandIn ? CONFIG : [...CONFIG, ...TOKENIZER]);
  const { buildModel } = await import("../../models/build/build.ts");
  const built = await buildModel(folder, { ...variant, onProgress });
  const { description, sha256: hash } = built;
  const tokenizer = usesStandIn ? { tokenizer: "stand_in" as const } : tokenizerOf(model);
  return {
    model,
    record: { ...recorded(model), sha256: hash, ...tokenizer, ...factsOf(description), graphs: [graphOf(built)] },
    graph: built.onnxPath,
    ...(usesStandIn && { standIn: { vocabulary: description.vocab } }),
  };
}

/** A folder that states an architecture and holds nothing that it learnt can be timed, and not asked. */
export function requireWeights({ id, folder, source }: Model, weights: WeightSource = "stored"): void {
  if (source !== "shape" || weights === "random") return;
  throw new Error(
    `the model "${id}" has a config.json and no weights ("${folder}"), so it has no answers of its own; ` +
      "--weights random measures the speed, memory and energy of its architecture",
  );
}

const CONFIG = ["config.json", "generation_config.json"];
const TOKENIZER = ["tokenizer.json", "tokenizer_config.json"];

/** Files that only a cell's process reads: a slip in one of them should cost a second, not a run. */
function requireSideFiles(folder: string, names: readonly string[]): void {
  for (const name of names) {
    const file = path.join(folder, name);
    if (!existsSync(file)) {
      if (name === "generation_config.json") continue;
      throw new Error(`the model folder "${folder}" lacks ${name}`);
    }
    requireObject(file);
  }
}

function requireObject(file: string): void {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`${file}: not valid JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new Error(`${file}: must hold a JSON object`);
}

/** A tokenizer decides what a model is asked and what it is taken to say, so a run records which one it was. */
export function tokenizerOf({ folder }: Model): Pick<ModelRecord, "tokenizer_sha256"> {
  const files = ["tokenizer.json", "tokenizer_config.json"].map((name) => path.join(folder, name)).filter(existsSync);
  return files.length === 0 ? {} : { tokenizer_sha256: sha256(...files.map((file) => readFileSync(file))) };
}

/** What is known of a model without building anything; of a checkpoint, from its headers, of a shape from its config. */
export async function describeModel(model: Model): Promise<Partial<ModelRecord>> {
  switch (model.source) {
    case "checkpoint": {
      const { describeCheckpoint } = await import("../../models/build/describe.ts");
      return { ...model, ...factsOf(await describeCheckpoint(model.folder)) };
    }
    case "shape":
      return { ...model, ...factsOf(await describeConfig(model)) };
    case "onnx":
    case "script":
      return model;
  }
}

/** Of the first `layers` or of all. Absent where there are none, and where nobody can say: of a graph built elsewhere and of a script. */
export async function expertsOf(model: Model, layers?: number): Promise<ModelRecord["experts"]> {
  return isBuilt(model) ? factsOf(await describeConfig(model, layers)).experts : undefined;
}

/** How many a model has; undefined where nobody can say. */
export async function layersOf(model: Model): Promise<number | undefined> {
  return isBuilt(model) ? (await describeConfig(model)).layers : undefined;
}

function isBuilt({ source }: Model): boolean {
  return source === "checkpoint" || source === "shape";
}

async function describeConfig({ folder }: Model, layers?: number): Promise<BuiltModel["description"]> {
  const [{ readJson }, { firstLayers }, { describe }, { readArchitecture }] = await Promise.all([
    import("../../models/build/checkpoint.ts"),
    import("../../models/build/depth.ts"),
    import("../../models/build/describe.ts"),
    import("../../models/build/families.ts"),
  ]);
  const file = path.join(folder, "config.json");
  return describe(firstLayers(readArchitecture(await readJson(file), file), layers));
}

/** A model that comes with perjoule is recorded by its place in perjoule: a run may be read on another machine. */
function recorded(model: Model): Model {
  const inside = path.relative(ROOT, model.folder);
  return inside.startsWith("..") || path.isAbsolute(inside)
    ? model
    : { ...model, folder: inside.replaceAll("\\", "/") };
}

function graphOf({ precision, lowering, weights, weightBytes }: BuiltModel): GraphRecord {
  return present({ precision, lowering, weights, weight_bytes: weightBytes });
}

type Facts = Pick<ModelRecord, "architecture" | "parameters_total" | "parameters_active" | "experts">;

function factsOf({ modelType, parametersTotal, parametersActive, experts }: BuiltModel["description"]): Facts {
  return present({
    architecture: modelType,
    parameters_total: parametersTotal,
    parameters_active: parametersActive,
    experts: experts && { count: experts.count, per_token: experts.perToken },
  });
}
