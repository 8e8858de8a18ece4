import { CheckpointError } from "./checkpointerror.ts";
import type { GatedUnit, Routing, SparseFeedForward, View } from "./architecture.ts";
import type { Elements } from "./graph.ts";
import { widened } from "./linear.ts";
import { weightsToFloat16 } from "./float16.ts";
import { evenQuantisationOf, type Quantisation } from "./precision.ts";
import { quantiseRows } from "./quantise.ts";
import { addDivisor, addProbabilities, addSigmoidChoice, addTopK, scaled, sumOverLast } from "./routing.ts";
import { number, type Scope } from "./scope.ts";

/**
 * One `MoE` or, for integers, `QMoE` node over rows [rows, hidden], which computes the chosen experts only.
 *
 * The node is always asked to renormalise. Where the model does not, the weights it lost are given back afterwards: asked not to
 * renormalise, the CPU kernel of onnxruntime 1.30 returns zeros whenever its output is given the memory of its input, which is
 * whenever it stands in a graph and not alone in a test.
 */
export function addFused(scope: Scope, rows: string, logits: string, sparse: SparseFeedForward): string {
  const { builder } = scope;
  const { experts, routing } = sparse;
  const { perToken } = routing;
  const clamped = experts[0]!.clamped;
  const { router, mass } = addRouter(scope, logits, experts.length, routing);
  const weights = storedExperts(scope, experts);
  const mixed = builder.node({
    op: weights.quantisation ? "QMoE" : "MoE",
    inputs: [rows, router, ...weights.inputs],
    attributes: {
      k: { int: perToken },
      // gate * sigmoid(alpha * gate) * (up + beta), clamped only where `swiglu_limit` is given.
      activation_type: { string: "swiglu" },
      activation_alpha: { float: clamped?.alpha ?? 1 },
      activation_beta: { float: clamped?.shift ?? 0 },
      ...(clamped && { swiglu_limit: { float: clamped.limit } }),
      // Gate and up rows in turn in one matrix: the one layout the CPU kernel takes.
      swiglu_fusion: { int: 1 },
      normalize_routing_weights: { int: 1 },
      ...(weights.quantisation && {
        expert_weight_bits: { int: weights.quantisation.bits },
        block_size: { int: weights.quantisation.blockSize },
      }),
    },
  });
  const weighed = mass === undefined ? mixed : builder.node({ op: "Mul", inputs: [mixed, mass] });
  return scaled(scope, weighed, routing.scale);
}

/** What the node is told of routing. */
interface FusedRouter {
  /** Logits [rows, count], of which the node takes the softmax over those it chooses. */
  router: string;
  /** The sum of the weights that the model means to have, [rows, 1]; absent where that is 1. */
  mass?: string;
}

/** A weight of zero is a logarithm below all others: so an expert is kept from being chosen. */
function addRouter(scope: Scope, logits: string, count: number, routing: Routing): FusedRouter {
  const { builder } = scope;
  const { perToken, renormalise } = routing;
  const logarithm = (weights: string) => builder.node({ op: "Log", inputs: [weights] });
  if (routing.sigmoid) {
    const { experts, scores } = addSigmoidChoice(scope, logits, routing);
    const none = builder.node({ op: "Mul", inputs: [logits, number(scope, "zero", 0)] });
    const chosen = builder.node({
      op: "ScatterElements",
      inputs: [none, experts, scores],
      attributes: { axis: { int: -1 } },
    });
    const sum = sumOverLast(scope, scores);
    if (!renormalise) return { router: logarithm(chosen), mass: sum };
    if (routing.sigmoid.epsilon === 0) return { router: logarithm(chosen) };
    const mass = builder.node({ op: "Div", inputs: [sum, addDivisor(scope, sum, routing)] });
    return { router: logarithm(chosen), mass };
  }
  const { groups } = routing;
  if (renormalise && !groups) return { router: logits };
  const probabilities = addProbabilities(scope, logits, count, groups);
  const router = groups ? logarithm(probabilities) : logits;
  if (renormalise) return { router };
  return { router, mass: sumOverLast(scope, addTopK(scope, probabilities, perToken).values) };
}

/** The node's inputs from the third on: matrices [experts, out, in] and biases [experts, out] of gate and up together, and of down. */
function storedExperts(scope: Scope, experts: readonly GatedUnit[]): { inputs: string[]; quantisation?: Quantisation } {
  const { builder, weights, precision } = scope;
  const { gate, down } = experts[0]!;
  const gateUp: Part = {
    name: gate.weight.tensor.name,
    shape: [2 * gate.weight.shape[0]!, gate.weight.shape[1]!],
    read: async (unit) =>
      interleavedRows(await weights.read(unit.gate.weight), await weights.read(unit.up.weight), gate.weight.shape[1]!),
    ...(gate.bias && {
      readBias: async (unit: GatedUnit) =>
        interleavedRows(await weights.read(unit.gate.bias!), await weights.read(unit.up.bias!), 1),
    }),
  };
  const last: Part = {
    name: down.weight.tensor.name,
    shape: down.weight.shape as [number, number],
    read: (unit) => weights.read(unit.down.weight),
    ...(down.bias && { readBias: (unit: GatedUnit) => weights.read(unit.down.bias!) }),
  };
  const quantisation = commonQuantisation(scope, [gate.weight, down.weight]);
  const stored = [gateUp, last].map((part) => {
    const bias = part.readBias
      ? builder.initializer(`${part.name}.bias`, "float32", [experts.length, part.shape[0]], () =>
          each(experts, (unit) => part.readBias!(unit)),
        )
      : "";
    if (quantisation) {
      const { codes, scales } = storedCodes(scope, experts, part, quantisation);
      return [codes, scales, bias];
    }
    const half = precision === "fp16";
    const matrix = builder.initializer(part.name, half ? "float16" : "float32", [experts.length, ...part.shape], () =>
      each(experts, async (unit) => (half ? weightsToFloat16(await part.read(unit), part.name) : part.read(unit))),
    );
    return [half ? widened(builder, matrix) : matrix, bias];
  });
  return { inputs: stored.flat(), ...(quantisation && { quantisation }) };
}

/** One of the two products of all experts. */
interface Part {
  name: string;
  /** [out, in] of one expert. */
  shape: [number, number];
  read(unit: GatedUnit): Promise<Float32Array>;
  readBias?(unit: GatedUnit): Promise<Float32Array>;
}

async function* each(
  experts: readonly GatedUnit[],
  read: (unit: GatedUnit) => Promise<Elements>,
): AsyncIterable<Elements> {
  for (const unit of experts) yield await read(unit);
}

/**
 * One block size for both products, which is all the node can be told, and less than a row of either: onnxruntime 1.30 takes one
 * block a row to mean one scale a row in both.
 */
function commonQuantisation({ precision }: Scope, [first, second]: [View, View]): Quantisation | undefined {
  if (precision === "fp32" || precision === "fp16") return undefined;
  const [a, b] = [first, second].map(({ shape }) => evenQuantisationOf(precision, shape[1]!, shape[1]! / 2));
  if (!a || !b) {
    throw new CheckpointError(
      `cannot lower the experts to one QMoE node in ${precision}: rows of ${first.shape[1]} and ${second.shape[1]} elements ` +
        `have no block size in common; use the lowering "branch"`,
    );
  }
  return a.blockSize < b.blockSize ? a : b;
}

function storedCodes(
  { builder }: Scope,
  experts: readonly GatedUnit[],
  part: Part,
  quantisation: Quantisation,
): { codes: string; scales: string } {
  const {
    name,
    shape: [rows, columns],
  } = part;
  const quantised = async (unit: GatedUnit) => quantiseRows(await part.read(unit), columns, quantisation);
  return {
    codes: builder.initializer(name, "uint8", [experts.length, rows, (columns * quantisation.bits) / 8], () =>
      each(experts, async (unit) => (await quantised(unit)).codes),
    ),
    scales: builder.initializer(
      `${name}.scales`,
      "float32",
      [experts.length, rows, columns / quantisation.blockSize],
      () => each(experts, async (unit) => (await quantised(unit)).scales),
    ),
  };
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
