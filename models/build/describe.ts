import type { Architecture, Attention } from "./architecture.ts";
import { parametersActive, parametersTotal } from "./count.ts";
import { openModel } from "./model.ts";

/** What is known of a model from its headers alone. */
export interface ModelDescription {
  modelType: string;
  layers: number;
  hidden: number;
  heads: number;
  /** Heads whose keys and values are kept, and the size of a query head. */
  kvHeads: number;
  headDim: number;
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
  const sparse = blocks.map(({ feedForward }) => feedForward).find((feedForward) => feedForward.kind === "sparse");
  return {
    modelType,
    layers: blocks.length,
    hidden,
    ...headsOf(blocks[0]!.attention),
    vocab,
    context,
    parametersTotal: parametersTotal(architecture),
    parametersActive: parametersActive(architecture),
    ...(sparse && { experts: { count: sparse.experts.length, perToken: sparse.routing.perToken } }),
  };
}

/** All heads of latent attention share what is cached: that is one. */
function headsOf(attention: Attention): Pick<ModelDescription, "heads" | "kvHeads" | "headDim"> {
  const { heads } = attention;
  return attention.kind === "latent"
    ? { heads, kvHeads: 1, headDim: attention.nopeDim + attention.rotaryDim }
    : { heads, kvHeads: attention.kvHeads, headDim: attention.headDim };
}
