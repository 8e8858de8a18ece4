import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Architecture } from "./architecture.ts";
import { cachedFolder, cacheFolder } from "./cache.ts";
import { readJson, weightFiles } from "./checkpoint.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { decoderGraph } from "./decoder.ts";
import { firstLayers } from "./depth.ts";
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
  /** Of what the graph was made of: config.json, and the weight files or of random weights the number of layers where some are missing. */
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
  /** Only the first so many, of random weights. All if not given. */
  layers?: number;
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
 * past_sequence_length, headDim], or of latent attention `.key` alone, [batch_size, 1, past_sequence_length, latentDim + rotaryDim],
 * or of a convolution `past_conv.N` [batch_size, positions, hidden], zeros at first.
 * Outputs: `logits` float32 [batch_size, num_logits, vocab], `present.N.key` and `.value` or `present_conv.N`, and of grouped attention
 * `appended`, for which see `addAppended`.
 */
export async function buildModel(folder: string, options: BuildOptions = {}): Promise<BuiltModel> {
  const { precision = "fp32", lowering = "branch", weights = "stored", cacheDir = cacheFolder() } = options;
  const { layers, onProgress = () => {}, onWritten } = options;
  const source = await openSource(folder, weights, layers);
  try {
    const { architecture, part, sha256 } = source;
    const description = describe(architecture);
    const graph = decoderGraph({ architecture, weights: source.weights, precision, lowering });
    const variant = [
      precision,
      ...(description.experts ? [lowering] : []),
      ...(weights === "random" ? [weights] : []),
      ...(part ? [`layers-${description.layers}`] : []),
    ];
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

/** How the names of all graphs begin that this code makes of a model with this hash; precision, lowering, weights and layers follow. */
export async function keyStart(sha256: string): Promise<string> {
  return `${sha256.slice(0, 16)}-${(await builderHash()).slice(0, 8)}-`;
}

interface Source {
  architecture: Architecture;
  /** Whether layers are missing. */
  part: boolean;
  weights: Weights;
  sha256: string;
  close(): Promise<void>;
}

async function openSource(folder: string, weights: WeightSource, layers: number | undefined): Promise<Source> {
  if (weights === "random") return openConfig(folder, layers);
  if (layers !== undefined) {
    throw new CheckpointError(
      `cannot build ${layers} layers of ${folder}: part of a model is built of random weights only`,
    );
  }
  const { architecture, checkpoint } = await openModel(folder);
  try {
    const sha256 = await hashCheckpoint(folder);
    return { architecture, part: false, weights: checkpoint, sha256, close: () => checkpoint.close() };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

async function openConfig(folder: string, layers: number | undefined): Promise<Source> {
  const configPath = join(folder, "config.json");
  const whole = readArchitecture(await readJson(configPath), configPath);
  const architecture = firstLayers(whole, layers);
  const part = architecture !== whole;
  const sha256 = await hashFiles(folder, ["config.json"]);
  return {
    architecture,
    part,
    weights: randomWeights(architecture),
    sha256: part ? createHash("sha256").update(`${sha256}\0${layers} layers`).digest("hex") : sha256,
    close: async () => {},
  };
}

async function hashCheckpoint(folder: string): Promise<string> {
  const { files } = await weightFiles(folder);
  return hashFiles(folder, ["config.json", ...files]);
}
