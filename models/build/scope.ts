import type { Architecture, View } from "./architecture.ts";
import type { GraphBuilder } from "./graph.ts";
import type { Lowering } from "./lowering.ts";
import type { Precision } from "./precision.ts";
import type { Weights } from "./weights.ts";

/**
 * What the blocks of one graph share. Activations are [batch_size, sequence_length, width] throughout; for the operators of
 * ONNX Runtime's own see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export interface Scope {
  builder: GraphBuilder;
  weights: Weights;
  architecture: Architecture;
  precision: Precision;
  lowering: Lowering;
}

/** Stores a view of the checkpoint in float32 and returns its name in the graph. */
export function stored({ builder, weights }: Scope, view: View): string {
  return builder.initializer(view.tensor.name, "float32", view.shape, async function* () {
    yield await weights.read(view);
  });
}

/** Stores the integers that operators take as shapes and axes. */
export function integers({ builder }: Scope, stem: string, values: readonly number[]): string {
  return builder.constant(stem, "int64", [values.length], BigInt64Array.from(values, BigInt));
}

/** Stores a scalar. */
export function number({ builder }: Scope, stem: string, value: number): string {
  return builder.constant(stem, "float32", [], Float32Array.of(value));
}
