/** The files that contestants open, made at first use and kept in perjoule's cache: graphs and GGUF files of one shape and the same weights. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, buildModel } from "../build/build.ts";
import { cachedFolder, cacheFolder } from "../build/cache.ts";
import { readArchitecture } from "../build/families.ts";
import { hashFiles } from "../build/hash.ts";
import { randomWeights } from "../build/random.ts";
import type { GgmlType } from "./blocks.ts";
import { writeLlamaGguf } from "./llamagguf.ts";
import type { Shape } from "./shapes.ts";

/** Path of the shape's graph with random weights. */
export async function graphOf(shape: Shape, options: Omit<BuildOptions, "weights">): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "perjoule-shape-"));
  try {
    await writeFile(path.join(folder, "config.json"), JSON.stringify(shape));
    return (await buildModel(folder, { ...options, weights: "random" })).onnxPath;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Path of the shape's GGUF file, its weights those of the graph. */
export async function ggufOf(shape: Shape, type: GgmlType, root: string = cacheFolder()): Promise<string> {
  const config = JSON.stringify(shape);
  const key = createHash("sha256")
    .update(config)
    .update(await writerHash())
    .digest("hex");
  const folder = await cachedFolder(path.join(root, "gguf"), `${key.slice(0, 16)}-${type}`, async (draft) => {
    const architecture = readArchitecture(JSON.parse(config), "the shape's config");
    await writeLlamaGguf(path.join(draft, ggufFile), architecture, randomWeights(architecture), type);
  });
  return path.join(folder, ggufFile);
}

const ggufFile = "model.gguf";

/** Hash of the code that GGUF files come from: other code makes other files. */
async function writerHash(): Promise<string> {
  const own = fileURLToPath(import.meta.url);
  const modules = ["blocks", "gguf", "llamagguf", "../build/float16", "../build/random"];
  return hashFiles(
    path.dirname(own),
    modules.map((name) => name + path.extname(own)),
  );
}
