import type { Architecture, Block } from "./architecture.ts";
import { parametersActive, parametersTotal } from "./count.ts";
import { openModel } from "./model.ts";

/** What is known of a model from its headers alone. */
export interface ModelDescription {
  modelType: string;
  layers: number;
  /** Layers that have a short convolution in place of attention; absent where all have attention. */
  convolutions?: number;
  hidden: number;
  /** Of attention, absent where no layer has any: heads, those whose keys and values are kept, and the size of a query head. */
  heads?: number;
  kvHeads?: number;
  headDim?: number;
  vocab: number;
  /** Positions the model was made for, in tokens. */
  context: number;
  parametersTotal: number;
  /** Parameters that one token's forward pass reads; see `count.ts` for what that leaves out. */
  parametersActive: number;
  /** Absent for dense models. Layers without experts may stand between those with. */
  experts?: { count: number; perToken: number };
}

/** Describes a checkpoint folder and checks it as `buildModel` would, reading headers only: no weights, no graph. */
export async function describeCheckpoint(folder: string): Promise<ModelDescription> {
  const { architecture, checkpoint } = await openModel(folder);
  await checkpoint.close();
  return describe(architecture);
}

export function describe(architecture: Architecture): ModelDescription {
  const { modelType, blocks, hidden, vocab, context } = architecture;
  const convolutions = blocks.filter(({ attention }) => attention.kind === "convolution").length;
  const sparse = blocks.map(({ feedForward }) => feedForward).find((feedForward) => feedForward.kind === "sparse");
  return {
    modelType,
    layers: blocks.length,
    ...(convolutions > 0 && { convolutions }),
    hidden,
    ...headsOf(blocks),
    vocab,
    context,
    parametersTotal: parametersTotal(architecture),
    parametersActive: parametersActive(architecture),
    ...(sparse && { experts: { count: sparse.experts.length, perToken: sparse.routing.perToken } }),
  };
}

/** All heads of latent attention share what is cached: that is one. */
function headsOf(blocks: readonly Block[]): Pick<ModelDescription, "heads" | "kvHeads" | "headDim"> {
  const attention = blocks.map((block) => block.attention).find((mixer) => mixer.kind !== "convolution");
  if (!attention) return {};
  const { heads } = attention;
  return attention.kind === "latent"
    ? { heads, kvHeads: 1, headDim: attention.nopeDim + attention.rotaryDim }
    : { heads, kvHeads: attention.kvHeads, headDim: attention.headDim };
}
