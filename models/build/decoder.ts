import type { Architecture } from "./architecture.ts";
import { addAttention, type AttentionInputs } from "./attention.ts";
import type { Weights } from "./checkpoint.ts";
import { addFeedForward } from "./feedforward.ts";
import { GraphBuilder, type Graph } from "./graph.ts";
import { addLinear } from "./linear.ts";
import { addNorm, type Residual } from "./norm.ts";
import { elementTypes } from "./onnx.ts";
import { integers, stored, type Scope } from "./scope.ts";

/** The whole decoder: token ids and cache in, logits of every new position and the longer cache out. */
export function decoderGraph(architecture: Architecture, weights: Weights): Graph {
  const builder = new GraphBuilder();
  const scope: Scope = { builder, weights, architecture };
  const { embedding, blocks, norm, head, vocab } = architecture;
  const ids = builder.input("input_ids", "int64", ["batch_size", "sequence_length"]);
  const inputs = addAttentionInputs(scope);
  builder.output("logits", "float32", ["batch_size", "sequence_length", vocab]);
  const table = stored(scope, embedding);
  let residual: Residual = { sum: builder.node({ op: "Gather", inputs: [table, ids] }) };
  for (const [layer, block] of blocks.entries()) {
    addCache(scope, layer);
    const attention = addNorm(scope, residual, block.attentionNorm);
    const attended = addAttention(scope, attention.normed, block.attention, inputs, layer);
    const feedForward = addNorm(scope, { ...attention.residual, update: attended }, block.feedForwardNorm);
    residual = { ...feedForward.residual, update: addFeedForward(scope, feedForward.normed, block.feedForward) };
  }
  const { normed } = addNorm(scope, residual, norm);
  if (head) addLinear(builder, weights, normed, [head], "logits");
  else
    builder.node({
      op: "FusedMatMul",
      inputs: [normed, table],
      outputs: ["logits"],
      attributes: { transB: { int: 1 } },
    });
  return builder.graph;
}

/** The cache of one layer, [batch_size, kvHeads, tokens, headDim]; past and present may be the same buffer. */
function addCache({ builder, architecture: { kvHeads, headDim } }: Scope, layer: number): void {
  for (const part of ["key", "value"]) {
    builder.input(`past_key_values.${layer}.${part}`, "float32", [
      "batch_size",
      kvHeads,
      "past_sequence_length",
      headDim,
    ]);
    builder.output(`present.${layer}.${part}`, "float32", ["batch_size", kvHeads, "total_sequence_length", headDim]);
  }
}

/**
 * From `attention_mask` and `position_ids` what attention needs. Only the number of ones in a row of the mask counts, since the
 * cache keeps each row's tokens without gaps: padding comes after a row's tokens (right padding), and is overwritten by later ones.
 */
function addAttentionInputs(scope: Scope): AttentionInputs {
  const { builder } = scope;
  const mask = builder.input("attention_mask", "int64", ["batch_size", "total_sequence_length"]);
  const positions = builder.input("position_ids", "int64", ["batch_size", "sequence_length"]);
  const toInt32 = (input: string) =>
    builder.node({ op: "Cast", inputs: [input], attributes: { to: { int: elementTypes.int32 } } });
  const tokens = builder.node({
    op: "ReduceSum",
    inputs: [mask, integers(scope, "axis", [1])],
    attributes: { keepdims: { int: 0 } },
  });
  return {
    lastPositions: toInt32(builder.node({ op: "Sub", inputs: [tokens, integers(scope, "one", [1])] })),
    totalLength: toInt32(builder.node({ op: "Shape", inputs: [mask], attributes: { start: { int: 1 } } })),
    positions,
    ...addRotaryTables(scope),
  };
}

/** cos and sin of position x theta^(-2i / headDim), i < headDim / 2. Source: https://arxiv.org/abs/2104.09864 */
function addRotaryTables({ builder, architecture: { context, headDim, ropeTheta } }: Scope): {
  cosines: string;
  sines: string;
} {
  const half = headDim / 2;
  const table = (name: string, wave: (angle: number) => number) =>
    builder.initializer(name, "float32", [context, half], async function* () {
      for (let from = 0; from < context; from += positionsPerPiece) {
        const positions = Math.min(positionsPerPiece, context - from);
        yield Float32Array.from({ length: positions * half }, (_, at) =>
          wave((from + Math.floor(at / half)) * ropeTheta ** (-(at % half) / half)),
        );
      }
    });
  return { cosines: table("rotary_cosines", Math.cos), sines: table("rotary_sines", Math.sin) };
}

/** Rotary tables are made in pieces, so that a long context does not take memory at once. */
const positionsPerPiece = 4096;
