import type { Tensor } from "./architecture.ts";
import { stored, type Scope } from "./scope.ts";

/** The residual stream: `sum` plus the last block's output, which the next norm adds in the same node. */
export interface Residual {
  sum: string;
  update?: string;
}

/** RMS norm of the residual stream, and the stream with its update added. */
export function addNorm(
  scope: Scope,
  { sum, update }: Residual,
  tensor: Tensor,
): { normed: string; residual: Residual } {
  const { builder, architecture } = scope;
  const scale = stored(scope, tensor);
  const epsilon = { float: architecture.normEpsilon };
  if (update === undefined) {
    const normed = builder.node({
      op: "SimplifiedLayerNormalization",
      inputs: [sum, scale],
      attributes: { axis: { int: -1 }, epsilon, stash_type: { int: 1 } },
    });
    return { normed, residual: { sum } };
  }
  const normed = builder.fresh("normed");
  const added = builder.fresh("residual");
  builder.node({
    op: "SkipSimplifiedLayerNormalization",
    inputs: [sum, update, scale],
    outputs: [normed, "", "", added],
    attributes: { epsilon },
  });
  return { normed, residual: { sum: added } };
}
