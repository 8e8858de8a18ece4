import type { Matrix } from "./matrix.ts";
import { nodeAhead, nodesBehind, type Program, type ProgramNode } from "./program.ts";

/** An attention over the cache. */
export interface AttentionCore {
  /** The fused operator, or the `Softmax` between its two products. */
  node: ProgramNode;
  /** Heads times numbers of a head, in each of the two products; absent where no output projection was found behind it. */
  width?: number;
}

const fused: ReadonlySet<string> = new Set([
  "Attention",
  "DecoderMaskedMultiHeadAttention",
  "GroupQueryAttention",
  "MultiHeadAttention",
  "PackedAttention",
  "PackedMultiHeadAttention",
  "PagedAttention",
  "QAttention",
  "SparseAttention",
]);

const products: ReadonlySet<string> = new Set(["MatMul", "FusedMatMul", "Einsum", "Gemm"]);
/** Scaling, masks, sinks and casts between a product and the softmax. */
const aroundSoftmaxMax = 30;
/** Transposing and joining heads, gating them, and the norm some models put there. */
const toProjectionMax = 40;

/** The attentions of a graph in the order of execution: fused operators, and softmaxes between two products of activations. */
export function attentionsOf(program: Program, matrices: readonly Matrix[]): AttentionCore[] {
  const matrixAt = new Map(matrices.map((matrix) => [matrix.node, matrix]));
  const isMatrix = (node: ProgramNode) => matrixAt.has(node);
  return program.nodes.flatMap((node) => {
    const end = fused.has(node.op) ? node : node.op === "Softmax" ? productAround(program, node, isMatrix) : undefined;
    if (!end) return [];
    const projection = nodeAhead(program, end.outputs[0] ?? "", isMatrix, toProjectionMax);
    const width = widthOf(program, end, projection && matrixAt.get(projection));
    return [{ node, ...(width !== undefined && { width }) }];
  });
}

/**
 * What goes into the output projection. Latent attention has a matrix for each head there, and all heads share what is cached: one
 * vector of a token is key and value in one (https://arxiv.org/abs/2405.04434).
 */
function widthOf(program: Program, product: ProgramNode, projection: Matrix | undefined): number | undefined {
  if (projection?.stack === undefined) return projection?.inner;
  const cached = cachedLength(program, product.inputs[1] ?? "");
  return projection.stack * (cached ?? projection.inner);
}

/** The last dimension of the graph's input that `value` continues. */
function cachedLength(program: Program, value: string): number | undefined {
  const shapes = new Map(program.inputs.map(({ name, shape }) => [name, shape]));
  const takesCache = (node: ProgramNode) => node.inputs.some((input) => shapes.get(input)?.length === 4);
  const [taker] = nodesBehind(program, value, { isGoal: takesCache, limit: aroundSoftmaxMax }) ?? [];
  const last = taker?.inputs.flatMap((input) => shapes.get(input) ?? []).at(-1);
  return typeof last === "number" ? last : undefined;
}

/** The product of a softmax with values, if a product of queries with keys goes into it. */
function productAround(
  program: Program,
  softmax: ProgramNode,
  isMatrix: (node: ProgramNode) => boolean,
): ProgramNode | undefined {
  const isProduct = (node: ProgramNode) => products.has(node.op) && !isMatrix(node);
  const search = { isGoal: isProduct, stops: isMatrix, limit: aroundSoftmaxMax };
  const scores = nodesBehind(program, softmax.inputs[0] ?? "", search);
  // A mask may be a longer computation than is followed.
  const isBehind = scores === undefined || scores.length > 0;
  return isBehind ? nodeAhead(program, softmax.outputs[0] ?? "", isProduct, 8) : undefined;
}
