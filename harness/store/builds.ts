import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { type Model, Precision } from "../model.ts";
import { present } from "../present.ts";
import type { Bytes } from "../units.ts";

/** A graph that could be built of a model in some precision. */
export type PossibleBuild =
  | {
      readonly precision: Precision;
      /** Of everything stored in the graph; experts in the builder's usual lowering. */
      readonly weight_bytes: Bytes;
      /** Graphs of that precision that are in the cache. Absent where finding out would take longer than reading a header. */
      readonly built?: readonly string[];
    }
  | { readonly precision: Precision; readonly refused: string };

/** What is built is found by the hash of the weights, and these must be read for it: up to so many bytes of them, a second or two. */
const HASHED_MOST: Bytes = 2 ** 31;

/** What a checkpoint or a shape can be built as, found without building it. */
export async function possibleBuilds({ folder, source }: Model): Promise<PossibleBuild[]> {
  const [
    { readJson },
    { CheckpointError },
    { readArchitecture },
    { decoderGraph },
    { storedBytes },
    { randomWeights },
  ] = await Promise.all([
    import("../../models/build/checkpoint.ts"),
    import("../../models/build/checkpointerror.ts"),
    import("../../models/build/families.ts"),
    import("../../models/build/decoder.ts"),
    import("../../models/build/graph.ts"),
    import("../../models/build/random.ts"),
  ]);
  const config = path.join(folder, "config.json");
  const architecture = readArchitecture(await readJson(config), config);
  const weights = randomWeights(architecture);
  const graphs = await cachedGraphs(folder, source === "shape" ? "random" : "stored");
  return Precision.options.map((precision) => {
    try {
      return present({
        precision,
        weight_bytes: storedBytes(decoderGraph({ architecture, weights, precision, lowering: "branch" })),
        built: graphs?.filter(({ variant }) => variant[0] === precision).map((graph) => graph.folder),
      });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      return { precision, refused: error.message };
    }
  });
}

interface CachedGraph {
  readonly folder: string;
  /** The end of the name: precision, and where they apply lowering and weights. */
  readonly variant: readonly string[];
}

/** The graphs in the cache that `buildModel` would take for this folder; undefined where its weights are too large to hash for that. */
async function cachedGraphs(folder: string, weights: "stored" | "random"): Promise<CachedGraph[] | undefined> {
  const [{ keyStart }, { cacheFolder }, { weightFiles }, { hashFiles }] = await Promise.all([
    import("../../models/build/build.ts"),
    import("../../models/build/cache.ts"),
    import("../../models/build/checkpoint.ts"),
    import("../../models/build/hash.ts"),
  ]);
  const root = path.join(cacheFolder(), "onnx");
  if (!existsSync(root)) return [];
  const files = weights === "random" ? [] : (await weightFiles(folder)).files;
  const bytes = files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
  if (bytes > HASHED_MOST) return undefined;
  const hash = await hashFiles(folder, ["config.json", ...files]);
  const start = await keyStart(hash);
  return readdirSync(root)
    .filter((name) => name.startsWith(start))
    .sort()
    .map((name) => ({ folder: path.join(root, name), variant: name.slice(start.length).split("-") }))
    .filter(({ variant }) => variant.includes("random") === (weights === "random"));
}
