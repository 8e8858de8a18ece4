import { join } from "node:path";
import { cachedFolder, cacheFolder } from "./cache.ts";
import { weightFiles } from "./checkpoint.ts";
import { decoderGraph } from "./decoder.ts";
import { describe, type ModelDescription } from "./describe.ts";
import { builderHash, hashFiles } from "./hash.ts";
import { openModel } from "./model.ts";
import { graphFile, writeGraph } from "./write.ts";

export interface BuiltModel {
  onnxPath: string;
  /** Of the checkpoint: its config.json and weight files. */
  sha256: string;
  description: ModelDescription;
}

export interface BuildOptions {
  /** Instead of `cacheFolder()`. */
  cacheDir?: string;
  onProgress?: (note: string) => void;
}

/**
 * Builds the ONNX graph of a checkpoint folder, or finds it in the cache. Throws a `CheckpointError` if the folder cannot be built.
 *
 * Inputs: `input_ids`, `position_ids` int64 [batch_size, sequence_length], `attention_mask` int64 [batch_size,
 * total_sequence_length], `past_key_values.N.key` and `.value` float32 [batch_size, kvHeads, past_sequence_length, headDim].
 * Outputs: `logits` float32 [batch_size, sequence_length, vocab], `present.N.key` and `.value`.
 */
export async function buildModel(folder: string, options: BuildOptions = {}): Promise<BuiltModel> {
  const { cacheDir = cacheFolder(), onProgress = () => {} } = options;
  const { architecture, checkpoint } = await openModel(folder);
  try {
    const description = describe(architecture);
    const [sha256, builder] = [await hashCheckpoint(folder), await builderHash()];
    const key = `${sha256.slice(0, 16)}-${builder.slice(0, 8)}-float32`;
    const built = await cachedFolder(join(cacheDir, "onnx"), key, async (draft) => {
      onProgress(
        `building the graph of ${folder}: ${architecture.modelType}, ${description.parametersTotal} parameters`,
      );
      await writeGraph(decoderGraph(architecture, checkpoint), draft, { producerVersion: builder.slice(0, 8) });
    });
    return { onnxPath: join(built, graphFile), sha256, description };
  } finally {
    await checkpoint.close();
  }
}

async function hashCheckpoint(folder: string): Promise<string> {
  const { files } = await weightFiles(folder);
  return hashFiles(folder, ["config.json", ...files]);
}
