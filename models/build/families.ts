/** The model types that can be built, by the `model_type` of their config. */
import type { Architecture } from "./architecture.ts";
import { CheckpointError } from "./checkpointerror.ts";
import { shortened } from "./config.ts";
import { parametersTotal } from "./count.ts";
import { deepseekV2 } from "./deepseek.ts";
import { denseFamilies } from "./densefamilies.ts";
import { gpt2, gptNeo } from "./gptfamilies.ts";
import { gptOss } from "./gptoss.ts";
import { lfm2, lfm2Moe } from "./lfm2.ts";
import type { Family } from "./skeleton.ts";
import { sparseFamilies } from "./sparsefamilies.ts";

const families: Readonly<Record<string, Family>> = {
  ...denseFamilies,
  gpt2,
  gpt_neo: gptNeo,
  ...sparseFamilies,
  deepseek_v2: deepseekV2,
  gpt_oss: gptOss,
  lfm2,
  lfm2_moe: lfm2Moe,
};

/** The values of `model_type` that can be built. */
export const modelTypes: readonly string[] = Object.keys(families);

/** The architecture that a parsed `config.json` describes; `path` is where it came from, for messages. */
export function readArchitecture(json: unknown, path: string): Architecture {
  const modelType = typeof json === "object" && json !== null && "model_type" in json ? json.model_type : undefined;
  if (typeof modelType !== "string" || !Object.hasOwn(families, modelType)) {
    const found = modelType === undefined ? "names no model_type" : `has model_type ${shortened(modelType)}`;
    throw new CheckpointError(`${path} ${found}; those that can be built are ${modelTypes.join(", ")}`);
  }
  try {
    const architecture = families[modelType]!(json);
    const parameters = parametersTotal(architecture);
    if (parameters <= Number.MAX_SAFE_INTEGER) return architecture;
    throw new CheckpointError(`its sizes make ${parameters.toExponential(1)} parameters, more than any file holds`);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(`cannot build from ${path}: ${error.message}`, { cause: error });
  }
}
