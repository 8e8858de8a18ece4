import type { Architecture, Tensor } from "./architecture.ts";
import type { Weights } from "./checkpoint.ts";
import type { GraphBuilder } from "./graph.ts";

/**
 * What the blocks of one graph share. Activations are [batch_size, sequence_length, width] throughout; for the operators of
 * ONNX Runtime's own see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export interface Scope {
  builder: GraphBuilder;
  weights: Weights;
  architecture: Architecture;
}

/** Stores a tensor of the checkpoint as it is and returns its name in the graph. */
export function stored({ builder, weights }: Scope, { name, shape }: Tensor): string {
  return builder.initializer(name, "float32", shape, async function* () {
    yield await weights.read(name);
  });
}

/** Stores the integers that operators take as shapes and axes. */
export function integers({ builder }: Scope, stem: string, values: readonly number[]): string {
  return builder.constant(stem, "int64", [values.length], BigInt64Array.from(values, BigInt));
}
