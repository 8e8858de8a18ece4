import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Model, ModelSource } from "../model.ts";
import { unknownName } from "./nearest.ts";
import { ROOT } from "./root.ts";

/** Families whose checkpoints come with perjoule. */
const EMBEDDED = path.join(ROOT, "models", "pocket");

/** Inside a model folder, in the order of preference: a graph we build is one whose operators we chose. */
const MARKS: readonly [ModelSource, readonly string[]][] = [
  ["checkpoint", ["model.safetensors", "model.safetensors.index.json"]],
  ["onnx", ["onnx/model.onnx", "model.onnx"]],
  ["script", ["script.json"]],
];

/** What kind of model folder this is; undefined for any other folder. */
export function sourceOf(folder: string): ModelSource | undefined {
  return MARKS.find(([, files]) => files.some((file) => existsSync(path.join(folder, file))))?.[0];
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

/** A model by the id of an embedded one, or by the path of a folder. */
export function findModel(name: string): Model {
  const embedded = embeddedModels();
  const known = embedded.find((model) => model.id === name);
  if (known !== undefined) return known;
  if (existsSync(name) && statSync(name).isDirectory()) {
    const folder = path.resolve(name);
    const source = sourceOf(folder);
    if (source !== undefined) return { id: path.basename(folder), folder, source };
    throw new Error(`"${name}" holds no model: looked for ${MARKS.flatMap(([, files]) => files).join(", ")}`);
  }
  throw unknownName(
    "model",
    name,
    embedded.map((model) => model.id),
    "A model is an id of `perjoule models ls` or the path of a folder.",
  );
}
