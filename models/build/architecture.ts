/**
 * What a model is made of, as data: every block with the checkpoint's names and shapes of its tensors.
 * The graph, the checks, the counts and the reference all walk this description and know of no model type.
 */

/** A tensor of the checkpoint. */
export interface Tensor {
  name: string;
  shape: readonly number[];
}

/** A linear map y = W x, W stored as [out, in]. */
export interface Linear {
  weight: Tensor;
}

/** down(silu(gate(x)) * up(x)). */
export interface GatedUnit {
  gate: Linear;
  up: Linear;
  down: Linear;
}

export interface DenseFeedForward extends GatedUnit {
  kind: "dense";
}

/** Top-k routing: p = softmax(router(x)); the k experts of largest p are summed, weighted by p. */
export interface SparseFeedForward {
  kind: "sparse";
  router: Linear;
  experts: readonly GatedUnit[];
  perToken: number;
  /** Whether the k chosen weights are scaled to sum to one. */
  renormalise: boolean;
}

export type FeedForward = DenseFeedForward | SparseFeedForward;

export interface Attention {
  query: Linear;
  key: Linear;
  value: Linear;
  output: Linear;
  /** RMS norms of each head's query and key, [headDim], before the rotation. */
  headNorm?: { query: Tensor; key: Tensor };
}

/** x + attention(norm(x)), then x + feedForward(norm(x)). */
export interface Block {
  attentionNorm: Tensor;
  attention: Attention;
  feedForwardNorm: Tensor;
  feedForward: FeedForward;
}

export interface Architecture {
  modelType: string;
  hidden: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  vocab: number;
  /** Positions the rotary tables are made for. */
  context: number;
  normEpsilon: number;
  ropeTheta: number;
  embedding: Tensor;
  blocks: readonly Block[];
  norm: Tensor;
  /** Absent where the output head is the embedding itself. */
  head?: Linear;
}

/** Every tensor an architecture reads, each once. */
export function tensorsOf(architecture: Architecture): Tensor[] {
  const { embedding, norm, head, blocks } = architecture;
  return [embedding, ...blocks.flatMap(tensorsOfBlock), norm, ...(head ? [head.weight] : [])];
}

function tensorsOfBlock({ attentionNorm, attention, feedForwardNorm, feedForward }: Block): Tensor[] {
  const { query, key, value, output, headNorm } = attention;
  return [
    attentionNorm,
    ...[query, key, value, output].map((linear) => linear.weight),
    ...(headNorm ? [headNorm.query, headNorm.key] : []),
    feedForwardNorm,
    ...(feedForward.kind === "dense"
      ? tensorsOfUnit(feedForward)
      : [feedForward.router.weight, ...feedForward.experts.flatMap(tensorsOfUnit)]),
  ];
}

/** The three tensors of a gated unit. */
export function tensorsOfUnit({ gate, up, down }: GatedUnit): Tensor[] {
  return [gate.weight, up.weight, down.weight];
}
