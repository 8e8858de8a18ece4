import type { Architecture, Norm } from "./architecture.ts";
import { stored, type Scope } from "./scope.ts";

/**
 * The residual stream, divided by the architecture's `residualScale`: so every update is added as it is, and norms, which take any
 * factor out again, differ in their epsilon only. `update` is the last block's output, which the next norm adds in the same node.
 */
export interface Residual {
  sum: string;
  update?: string;
}

/** What embeddings are multiplied by to enter the residual stream. */
export function entryScale({ embeddingScale, residualScale }: Architecture): number {
  return embeddingScale / residualScale;
}

/** The norm of the residual stream, and the stream with its update added. */
export function addResidualNorm(
  scope: Scope,
  { sum, update }: Residual,
  norm: Norm,
): { normed: string; residual: Residual } {
  const { builder, architecture } = scope;
  const epsilon = architecture.normEpsilon / architecture.residualScale ** 2;
  if (update === undefined) return { normed: addNorm(scope, sum, norm, epsilon), residual: { sum } };
  const normed = builder.fresh("normed");
  const added = builder.fresh("residual");
  builder.node({
    op: norm.kind === "rms" ? "SkipSimplifiedLayerNormalization" : "SkipLayerNormalization",
    inputs: [sum, update, ...normWeights(scope, norm)],
    outputs: [normed, "", "", added],
    attributes: { epsilon: { float: epsilon } },
  });
  return { normed, residual: { sum: added } };
}

/** The norm of any activation, over its last axis. */
export function addNorm(scope: Scope, input: string, norm: Norm, epsilon = scope.architecture.normEpsilon): string {
  return scope.builder.node({
    op: norm.kind === "rms" ? "SimplifiedLayerNormalization" : "LayerNormalization",
    inputs: [input, ...normWeights(scope, norm)],
    attributes: { axis: { int: -1 }, epsilon: { float: epsilon }, stash_type: { int: 1 } },
  });
}

function normWeights(scope: Scope, norm: Norm): string[] {
  return norm.kind === "rms" ? [stored(scope, norm.scale)] : [stored(scope, norm.scale), stored(scope, norm.bias)];
}
