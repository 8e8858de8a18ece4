/** The model types that can be built: each a row that says how it departs from Llama. */
import type { z } from "zod";
import type { Architecture } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { checkConfig, denseConfig, mixtralConfig, qwen3Config, qwen3MoeConfig, type DecoderConfig } from "./config.ts";
import { denseFeedForward, layerName, llamaDecoder, sparseFeedForward, type Traits } from "./skeleton.ts";

const families = {
  llama: family(denseConfig, (config) => ({
    feedForward: (layer) => denseFeedForward(`${layerName(layer)}.mlp`, config.hidden_size, config.intermediate_size),
  })),

  qwen3: family(qwen3Config, (config) => ({
    headNorm: true,
    feedForward: (layer) => denseFeedForward(`${layerName(layer)}.mlp`, config.hidden_size, config.intermediate_size),
  })),

  mixtral: family(mixtralConfig, (config) => ({
    ropeTheta: 1_000_000,
    feedForward: (layer) =>
      sparseFeedForward(`${layerName(layer)}.block_sparse_moe`, {
        hidden: config.hidden_size,
        inner: config.intermediate_size,
        count: config.num_local_experts,
        perToken: config.num_experts_per_tok,
        renormalise: true,
        names: { gate: "w1", up: "w3", down: "w2" },
      }),
  })),

  qwen3_moe: family(qwen3MoeConfig, (config, path) => ({
    headNorm: true,
    feedForward: (layer) => {
      const isSparse = !config.mlp_only_layers.includes(layer) && (layer + 1) % config.decoder_sparse_step === 0;
      if (isSparse) {
        return sparseFeedForward(`${layerName(layer)}.mlp`, {
          hidden: config.hidden_size,
          inner: config.moe_intermediate_size,
          count: config.num_experts,
          perToken: config.num_experts_per_tok,
          renormalise: config.norm_topk_prob,
        });
      }
      if (config.intermediate_size === undefined) {
        throw new CheckpointError(
          `cannot build from ${path}: intermediate_size is missing, and layer ${layer} has no experts`,
        );
      }
      return denseFeedForward(`${layerName(layer)}.mlp`, config.hidden_size, config.intermediate_size);
    },
  })),
};

/** The values of `model_type` that can be built. */
export const modelTypes: readonly string[] = Object.keys(families);

/** The architecture that a parsed `config.json` describes; `path` is where it came from, for messages. */
export function readArchitecture(json: unknown, path: string): Architecture {
  const modelType = typeof json === "object" && json !== null && "model_type" in json ? json.model_type : undefined;
  if (typeof modelType !== "string" || !Object.hasOwn(families, modelType)) {
    const found = modelType === undefined ? "names no model_type" : `has model_type ${JSON.stringify(modelType)}`;
    throw new CheckpointError(`${path} ${found}; those that can be built are ${modelTypes.join(", ")}`);
  }
  return families[modelType as keyof typeof families](json, path);
}

/** A reader of one model type: checks the config against `schema`, then puts `traits` on the Llama skeleton. */
function family<Schema extends z.ZodType<DecoderConfig>>(
  schema: Schema,
  traits: (config: z.infer<Schema>, path: string) => Traits,
) {
  return (json: unknown, path: string): Architecture => {
    const config = checkConfig(schema, json, path);
    return llamaDecoder(config, traits(config, path), path);
  };
}
