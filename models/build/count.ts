import type { Architecture, Mixer, SparseFeedForward } from "./architecture.ts";
import { tensorsOf, viewsOfUnit } from "./tensors.ts";
import { elementCount } from "./weights.ts";

const float32Bytes = 4;

/** Stored parameters; a matrix that serves as embedding and as output head counts once. */
export function parametersTotal(architecture: Architecture): number {
  return elements(tensorsOf(architecture));
}

/**
 * Parameters that the forward pass of one token reads: the total less the experts that are not chosen and less the rows of tables that
 * are not the token's: of positions, and of the embedding where the head has a matrix of its own. A tied matrix is read whole, by the
 * head.
 *
 * Published counts ("13B active" of Mixtral 8x7B, https://arxiv.org/abs/2401.04088) mostly leave out the experts only. Ours are smaller
 * by (vocab - 1) x hidden in untied models: 1 % of Mixtral's, but a third of a small model whose vocabulary is large.
 */
export function parametersActive(architecture: Architecture): number {
  const { blocks, embedding, head, positions } = architecture;
  const resting = blocks.map(({ feedForward }) => (feedForward.kind === "sparse" ? restingParameters(feedForward) : 0));
  const tables = [...(head ? [embedding] : []), ...(positions.kind === "learned" ? [positions.table] : [])];
  const otherRows = tables.map((table) => elementCount(table) - table.shape[1]!);
  return [...resting, ...otherRows].reduce((rest, parameters) => rest - parameters, parametersTotal(architecture));
}

/**
 * Bytes that one more token adds to the cache of one sequence, numbers being float32: of each layer a key and a value for each
 * key/value head, or the latent and the rotated key that all heads share. Windows take as much: they limit what is seen, not what is kept.
 * A convolution keeps as much of a long text as of a short one, and adds nothing.
 */
export function kvBytesPerToken({ blocks }: Architecture): number {
  return float32Bytes * blocks.reduce((total, { attention }) => total + cachedNumbers(attention), 0);
}

function cachedNumbers(mixer: Mixer): number {
  switch (mixer.kind) {
    case "grouped":
      return 2 * mixer.kvHeads * mixer.headDim;
    case "latent":
      return mixer.latentDim + mixer.rotaryDim;
    case "convolution":
      return 0;
  }
}

/** Parameters of a layer's experts that a token does not choose; experts of a layer are alike in shape. */
function restingParameters({ experts, routing }: SparseFeedForward): number {
  return (experts.length - routing.perToken) * elements(viewsOfUnit(experts[0]!));
}

function elements(shaped: readonly { shape: readonly number[] }[]): number {
  return shaped.reduce((total, each) => total + elementCount(each), 0);
}
