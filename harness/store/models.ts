import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Model, ModelSource } from "../model.ts";
import { catalogModels } from "./catalog.ts";
import { unknownName } from "./nearest.ts";
import { ROOT } from "./root.ts";

/** Families whose checkpoints come with perjoule. */
const EMBEDDED = path.join(ROOT, "models", "pocket");

/** Inside a model folder, in the order of preference: a graph we build is one whose operators we chose. */
const MARKS: readonly [ModelSource, readonly string[]][] = [
  ["checkpoint", ["model.safetensors", "model.safetensors.index.json"]],
  ["onnx", ["onnx/model.onnx", "model.onnx"]],
  ["script", ["script.json"]],
  ["shape", ["config.json"]],
];

/** Weights in formats that are not read. A folder with such a file is no shape: random weights in their place would be another model. */
const UNREAD = /\.(safetensors|bin|pth?|ckpt|gguf|msgpack|h5|onnx)$/;

/** What kind of model folder this is; undefined for any other folder. */
export function sourceOf(folder: string): ModelSource | undefined {
  const source = MARKS.find(([, files]) => files.some((file) => existsSync(path.join(folder, file))))?.[0];
  return source === "shape" && unreadWeights(folder) !== undefined ? undefined : source;
}

function unreadWeights(folder: string): string | undefined {
  return readdirSync(folder).find((file) => UNREAD.test(file));
}

/** The graph of a folder that brings its own. */
export function exportedGraph(folder: string): string {
  const [, files] = MARKS[1] as (typeof MARKS)[number];
  const file = files.find((candidate) => existsSync(path.join(folder, candidate)));
  if (file === undefined) throw new Error(`no ONNX graph in "${folder}"`);
  return path.join(folder, file);
}

/** Every model that comes with perjoule. */
export function embeddedModels(folder: string = EMBEDDED): Model[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((id) => {
      const source = sourceOf(path.join(folder, id));
      return source === undefined ? [] : [{ id, folder: path.join(folder, id), source }];
    });
}

/** A model by the id of an embedded one or of the catalog, or by the path of a folder. */
export function findModel(name: string): Model {
  const known = [...embeddedModels(), ...catalogModels()];
  const named = known.find((model) => model.id === name);
  if (named !== undefined) return named;
  const kind = existsSync(name) ? statSync(name) : undefined;
  if (kind?.isDirectory() === true) return modelIn(name);
  if (kind !== undefined) throw new Error(`"${name}" is a file; a model is a folder with a config.json`);
  throw unknownName(
    "model",
    name,
    known.map((model) => model.id),
    "A model is an id of `perjoule models ls` or the path of a folder.",
  );
}

function modelIn(name: string): Model {
  const folder = path.resolve(name);
  const source = sourceOf(folder);
  if (source !== undefined) return { id: path.basename(folder), folder, source };
  const unread = unreadWeights(folder);
  throw new Error(
    unread === undefined
      ? `"${name}" holds no model: looked for ${MARKS.flatMap(([, files]) => files).join(", ")}`
      : `"${name}" holds its weights as "${unread}", which is not read; fetch them as model.safetensors`,
  );
}
