import { join } from "node:path";
import type { Architecture } from "./architecture.ts";
import { cachedFolder, cacheFolder } from "./cache.ts";
import { readJson, weightFiles } from "./checkpoint.ts";
import { decoderGraph } from "./decoder.ts";
import { describe, type ModelDescription } from "./describe.ts";
import { readArchitecture } from "./families.ts";
import { storedBytes } from "./graph.ts";
import { builderHash, hashFiles } from "./hash.ts";
import type { Lowering } from "./lowering.ts";
import { openModel } from "./model.ts";
import type { Precision } from "./precision.ts";
import { randomWeights } from "./random.ts";
import { requireSpace } from "./space.ts";
import type { Weights } from "./weights.ts";
import { graphFile, writeGraph } from "./write.ts";

/** The checkpoint's own weights, or random ones of the architecture that its config.json states. */
export type WeightSource = "stored" | "random";

export interface BuiltModel {
  onnxPath: string;
  /** Of what the graph was made of: config.json and, but for random weights, the weight files. */
  sha256: string;
  description: ModelDescription;
  precision: Precision;
  /** Absent where there are no experts. */
  lowering?: Lowering;
  weights: WeightSource;
  /** Bytes of everything stored in the graph. */
  weightBytes: number;
}

export interface BuildOptions {
  /** `fp32` if not given. */
  precision?: Precision;
  /** `branch` if not given. */
  lowering?: Lowering;
  /** `stored` if not given. */
  weights?: WeightSource;
  /** Instead of `cacheFolder()`. */
  cacheDir?: string;
  onProgress?: (note: string) => void;
  /** Called as the graph is written, with the bytes so far and in all. */
  onWritten?: (bytes: number, total: number) => void;
}

/**
 * Builds the ONNX graph of a checkpoint folder, or finds it in the cache. Throws a `CheckpointError` if the folder cannot be built.
 *
 * Inputs: `input_ids`, `position_ids` int64 [batch_size, sequence_length], `attention_mask` int64 [batch_size,
 * total_sequence_length], `num_logits_to_keep` int64 [], and float32 `past_key_values.N.key` and `.value` [batch_size, kvHeads,
 * past_sequence_length, headDim], or of latent attention `.key` alone, [batch_size, 1, past_sequence_length, latentDim + rotaryDim].
 * Outputs: `logits` float32 [batch_size, num_logits, vocab], `present.N.key` and `.value`, and of grouped attention `appended`, for
 * which see `addAppended`.
 */
export async function buildModel(folder: string, options: BuildOptions = {}): Promise<BuiltModel> {
  const { precision = "fp32", lowering = "branch", weights = "stored", cacheDir = cacheFolder() } = options;
  const { onProgress = () => {}, onWritten } = options;
  const source = await openSource(folder, weights);
  try {
    const { architecture, sha256 } = source;
    const description = describe(architecture);
    const graph = decoderGraph({ architecture, weights: source.weights, precision, lowering });
    const variant = [precision, ...(description.experts ? [lowering] : []), ...(weights === "random" ? [weights] : [])];
    const key = `${await keyStart(sha256)}${variant.join("-")}`;
    const built = await cachedFolder(join(cacheDir, "onnx"), key, async (draft) => {
      await requireSpace(draft, storedBytes(graph), `the graph of ${folder}`);
      onProgress(
        `building the graph of ${folder}: ${architecture.modelType}, ${description.parametersTotal} parameters, ${variant.join(", ")}`,
      );
      const producerVersion = (await builderHash()).slice(0, 8);
      await writeGraph(graph, draft, { producerVersion, ...(onWritten && { onWritten }) });
    });
    return {
      onnxPath: join(built, graphFile),
      sha256,
      description,
      precision,
      ...(description.experts && { lowering }),
      weights,
      weightBytes: storedBytes(graph),
    };
  } finally {
    await source.close();
  }
}

/** How the names of all graphs begin that this code makes of a model with this hash; precision, lowering and weights follow. */
export async function keyStart(sha256: string): Promise<string> {
  return `${sha256.slice(0, 16)}-${(await builderHash()).slice(0, 8)}-`;
}

interface Source {
  architecture: Architecture;
  weights: Weights;
  sha256: string;
  close(): Promise<void>;
}

async function openSource(folder: string, weights: WeightSource): Promise<Source> {
  if (weights === "random") {
    const configPath = join(folder, "config.json");
    const architecture = readArchitecture(await readJson(configPath), configPath);
    const sha256 = await hashFiles(folder, ["config.json"]);
    return { architecture, weights: randomWeights(architecture), sha256, close: async () => {} };
  }
  const { architecture, checkpoint } = await openModel(folder);
  try {
    return { architecture, weights: checkpoint, sha256: await hashCheckpoint(folder), close: () => checkpoint.close() };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

async function hashCheckpoint(folder: string): Promise<string> {
  const { files } = await weightFiles(folder);
  return hashFiles(folder, ["config.json", ...files]);
}
