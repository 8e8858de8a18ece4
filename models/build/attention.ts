import type { Attention, Tensor } from "./architecture.ts";
import { addLinear } from "./linear.ts";
import { integers, type Scope } from "./scope.ts";

/** The inputs that every attention node takes from the graph's own. */
export interface AttentionInputs {
  /** int32 [batch_size]: tokens of each row, the new ones included, less one. */
  lastPositions: string;
  /** int32 [1]: the longest row's tokens, the new ones included. */
  totalLength: string;
  positions: string;
  /** Rotary tables [context, headDim / 2]. */
  cosines: string;
  sines: string;
}

/** Causal grouped-query attention over `past_key_values.<layer>` and the new tokens, rotated half against half. */
export function addAttention(
  scope: Scope,
  input: string,
  attention: Attention,
  inputs: AttentionInputs,
  layer: number,
): string {
  const {
    builder,
    architecture: { heads, kvHeads, headDim },
  } = scope;
  const { cosines, sines, positions } = inputs;
  const rotatesItself = rotatedByAttention(headDim);
  const attended = builder.fresh("attention");
  builder.node({
    op: "GroupQueryAttention",
    inputs: [
      addQueryKeyValue(scope, input, attention, inputs),
      "",
      "",
      `past_key_values.${layer}.key`,
      `past_key_values.${layer}.value`,
      inputs.lastPositions,
      inputs.totalLength,
      ...(rotatesItself ? [cosines, sines, positions] : []),
    ],
    outputs: [attended, `present.${layer}.key`, `present.${layer}.value`],
    attributes: {
      num_heads: { int: heads },
      kv_num_heads: { int: kvHeads },
      do_rotary: { int: rotatesItself ? 1 : 0 },
    },
  });
  return addLinear(builder, scope.weights, attended, [attention.output]);
}

/** onnxruntime 1.30 refuses to rotate heads of other sizes inside the node. */
function rotatedByAttention(headDim: number): boolean {
  return headDim % 16 === 0;
}

/** Query, key and value heads side by side, from one MatMul where nothing comes between projection and attention. */
function addQueryKeyValue(scope: Scope, input: string, attention: Attention, inputs: AttentionInputs): string {
  const {
    builder,
    weights,
    architecture: { heads, kvHeads, headDim },
  } = scope;
  const { query, key, value, headNorm } = attention;
  const rotatesItself = rotatedByAttention(headDim);
  if (!headNorm && rotatesItself) return addLinear(builder, weights, input, [query, key, value]);
  let queryKey = addLinear(builder, weights, input, [query, key]);
  if (headNorm) queryKey = addHeadNorm(scope, queryKey, headNorm);
  if (!rotatesItself) {
    queryKey = builder.node({
      op: "RotaryEmbedding",
      inputs: [queryKey, inputs.positions, inputs.cosines, inputs.sines],
      attributes: { num_heads: { int: heads + kvHeads } },
    });
  }
  return builder.node({
    op: "Concat",
    inputs: [queryKey, addLinear(builder, weights, input, [value])],
    attributes: { axis: { int: -1 } },
  });
}

/** RMS norm of each query and key head by itself: one node for all heads, its scale [1, 1, heads + kvHeads, headDim]. */
function addHeadNorm(scope: Scope, input: string, { query, key }: { query: Tensor; key: Tensor }): string {
  const {
    builder,
    weights,
    architecture: { heads, kvHeads, headDim, normEpsilon },
  } = scope;
  const all = heads + kvHeads;
  const scale = builder.initializer(query.name, "float32", [1, 1, all, headDim], async function* () {
    const [queryScale, keyScale] = [await weights.read(query.name), await weights.read(key.name)];
    for (let head = 0; head < all; head++) yield head < heads ? queryScale : keyScale;
  });
  const apart = builder.node({ op: "Reshape", inputs: [input, integers(scope, "shape", [0, 0, all, headDim])] });
  const normed = builder.node({
    op: "SimplifiedLayerNormalization",
    inputs: [apart, scale],
    attributes: { axis: { int: -1 }, epsilon: { float: normEpsilon }, stash_type: { int: 1 } },
  });
  return builder.node({ op: "Reshape", inputs: [normed, integers(scope, "shape", [0, 0, all * headDim])] });
}
