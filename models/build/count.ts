import { tensorsOf, tensorsOfUnit, type Architecture, type SparseFeedForward, type Tensor } from "./architecture.ts";

const float32Bytes = 4;

/** Stored parameters; a matrix that serves as embedding and as output head counts once. */
export function parametersTotal(architecture: Architecture): number {
  return elements(tensorsOf(architecture));
}

/**
 * Parameters that the forward pass of one token reads: the total less the experts that are not chosen and, where the head has a
 * matrix of its own, less all rows of the embedding but the token's. A tied matrix is read whole, by the head.
 *
 * Published counts ("13B active" of Mixtral 8x7B, https://arxiv.org/abs/2401.04088) leave out the experts only. Ours are smaller by
 * (vocab - 1) x hidden in untied models: 1 % of Mixtral's, but a third of a small model whose vocabulary is large.
 */
export function parametersActive(architecture: Architecture): number {
  const { blocks, embedding, head, hidden } = architecture;
  const resting = blocks.map(({ feedForward }) => (feedForward.kind === "sparse" ? restingParameters(feedForward) : 0));
  const otherRows = head ? elements([embedding]) - hidden : 0;
  return resting.reduce((rest, parameters) => rest - parameters, parametersTotal(architecture) - otherRows);
}

/** Bytes of the weights in the built graph, where each parameter is a float32. */
export function weightBytes(architecture: Architecture): number {
  return parametersTotal(architecture) * float32Bytes;
}

/** Bytes that one more token adds to the cache of one sequence: a float32 key and value for each layer and key/value head. */
export function kvBytesPerToken({ blocks, kvHeads, headDim }: Architecture): number {
  return 2 * blocks.length * kvHeads * headDim * float32Bytes;
}

/** Parameters of a layer's experts that a token does not choose; experts of a layer are alike in shape. */
function restingParameters({ experts, perToken }: SparseFeedForward): number {
  return (experts.length - perToken) * elements(tensorsOfUnit(experts[0]!));
}

function elements(tensors: readonly Tensor[]): number {
  return tensors.reduce((total, { shape }) => total + shape.reduce((product, length) => product * length, 1), 0);
}
