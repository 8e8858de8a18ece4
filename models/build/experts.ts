import type { GatedUnit, SparseFeedForward } from "./architecture.ts";
import type { Weights } from "./checkpoint.ts";
import { addLinear } from "./linear.ts";
import { integers, type Scope } from "./scope.ts";

/**
 * A router and one `MoE` node, which computes the chosen experts only.
 *
 * The node is always asked to renormalise. Where the model does not, the weights it lost are given back afterwards: asked not to
 * renormalise, the CPU kernel of onnxruntime 1.30 returns zeros whenever its output is given the memory of its input, which is
 * whenever it stands in a graph and not alone in a test.
 */
export function addExperts(scope: Scope, input: string, sparse: SparseFeedForward): string {
  const { builder, weights } = scope;
  const { router, experts, perToken, renormalise } = sparse;
  const logits = addLinear(builder, weights, input, [router]);
  const mixed = builder.node({
    op: "MoE",
    inputs: [
      input,
      builder.node({ op: "Reshape", inputs: [logits, integers(scope, "shape", [-1, experts.length])] }),
      addGateUp(scope, experts),
      "",
      addDown(scope, experts),
    ],
    attributes: {
      k: { int: perToken },
      // gate * sigmoid(alpha * gate) * (up + beta), clamped only where `swiglu_limit` is given.
      activation_type: { string: "swiglu" },
      activation_alpha: { float: 1 },
      activation_beta: { float: 0 },
      // Gate and up rows in turn in one matrix: the one layout the CPU kernel takes.
      swiglu_fusion: { int: 1 },
      normalize_routing_weights: { int: 1 },
    },
  });
  return renormalise ? mixed : builder.node({ op: "Mul", inputs: [mixed, addChosenMass(scope, logits, perToken)] });
}

/** The sum of the `perToken` largest probabilities, [batch_size, sequence_length, 1]. */
function addChosenMass(scope: Scope, logits: string, perToken: number): string {
  const { builder } = scope;
  const probabilities = builder.node({ op: "Softmax", inputs: [logits], attributes: { axis: { int: -1 } } });
  const lastAxis = integers(scope, "axis", [-1]);
  if (perToken === 1) return builder.node({ op: "ReduceMax", inputs: [probabilities, lastAxis] });
  const largest = builder.node({
    op: "TopK",
    inputs: [probabilities, integers(scope, "k", [perToken])],
    outputs: [builder.fresh("probabilities"), builder.fresh("chosen")],
  });
  return builder.node({ op: "ReduceSum", inputs: [largest, lastAxis] });
}

/** [experts, 2 * inner, hidden]. */
function addGateUp({ builder, weights }: Scope, experts: readonly GatedUnit[]): string {
  const { name, shape } = experts[0]!.gate.weight;
  const [inner, hidden] = shape as [number, number];
  return builder.initializer(name, "float32", [experts.length, 2 * inner, hidden], () =>
    gateUpRows(weights, experts, hidden),
  );
}

async function* gateUpRows(
  weights: Weights,
  experts: readonly GatedUnit[],
  hidden: number,
): AsyncIterable<Float32Array> {
  for (const { gate, up } of experts) {
    yield interleavedRows(await weights.read(gate.weight.name), await weights.read(up.weight.name), hidden);
  }
}

/** [experts, hidden, inner]. */
function addDown({ builder, weights }: Scope, experts: readonly GatedUnit[]): string {
  const { name, shape } = experts[0]!.down.weight;
  return builder.initializer(name, "float32", [experts.length, ...shape], async function* () {
    for (const { down } of experts) yield await weights.read(down.weight.name);
  });
}

/** Rows of two matrices [n, width] in turn: a0, b0, a1, b1, ... */
function interleavedRows(a: Float32Array, b: Float32Array, width: number): Float32Array {
  const both = new Float32Array(a.length + b.length);
  for (let from = 0; from < a.length; from += width) {
    both.set(a.subarray(from, from + width), 2 * from);
    both.set(b.subarray(from, from + width), 2 * from + width);
  }
  return both;
}
