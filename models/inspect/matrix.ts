import type { ElementType } from "./elementtype.ts";
import { intAttribute, type Program, type ProgramNode } from "./program.ts";
import type { Weight, WeightOf } from "./weight.ts";

/** A node that multiplies activations by a stored weight. */
export interface Matrix {
  node: ProgramNode;
  /** Value that holds the activations. */
  activation: string;
  weight: Weight;
  /** Multiply-adds for one row of activations. */
  multiplies: number;
  /** Length of a row of activations, and of what becomes of it. */
  inner: number;
  outer: number;
  /** Matrices in the weight, where it is a stack [matrices, .., ..]. */
  stack?: number;
}

/** Operators that multiply their inputs `a` and `b`, by the places of the two. */
const products: Readonly<Record<string, readonly [a: number, b: number]>> = {
  MatMul: [0, 1],
  Gemm: [0, 1],
  Einsum: [0, 1],
  MatMulInteger: [0, 1],
  QLinearMatMul: [0, 3],
  FusedMatMul: [0, 1],
  FusedMatMulActivation: [0, 1],
  TransposeMatMul: [0, 1],
  FusedGemm: [0, 1],
  GemmFloat8: [0, 1],
  QGemm: [0, 3],
  DynamicQuantizeMatMul: [0, 1],
  MatMulIntegerToFloat: [0, 1],
  Attention: [0, 1],
  QAttention: [0, 1],
  Conv: [0, 1],
  FusedConv: [0, 1],
  QLinearConv: [0, 3],
  ConvInteger: [0, 1],
};

/** Operators whose packed weight has lost its shape, which attributes `K` and `N` give. */
const packedProducts: ReadonlySet<string> = new Set(["MatMulNBits", "MatMulBnb4", "MatMulFpQ4"]);

/** Reads a node as a product with a stored weight, if it is one. */
export function matrixOf(node: ProgramNode, weightOf: WeightOf): Matrix | undefined {
  if (packedProducts.has(node.op)) return packedMatrix(node, weightOf);
  const places = products[node.op];
  if (!places) return undefined;
  const [left, right] = places.map((place) => node.inputs[place] ?? "") as [string, string];
  const [a, b] = [weightOf(left), weightOf(right)];
  // A product of two stored tensors is computed once, when the graph is loaded.
  if ((a === undefined) === (b === undefined)) return undefined;
  const weight = (a ?? b)!;
  const { shape } = weight;
  if (shape.length < 2) return undefined;
  const multiplies = shape.reduce((product, length) => product * length, 1);
  const isTransposed = b ? intAttribute(node, "transB") === 1 : intAttribute(node, "transA") !== 1;
  const lastTwo = [shape.at(-2)!, shape.at(-1)!];
  const [inner, outer] = (isTransposed ? lastTwo.reverse() : lastTwo) as [number, number];
  const matrix = { node, activation: b ? left : right, weight, multiplies, inner, outer };
  const isStack = shape.length === 3 && shape[0]! > 1 && !node.op.includes("Conv");
  return isStack ? { ...matrix, stack: shape[0]! } : matrix;
}

function packedMatrix(node: ProgramNode, weightOf: WeightOf): Matrix | undefined {
  const [inner, outer] = [intAttribute(node, "K"), intAttribute(node, "N")];
  const weight = weightOf(node.inputs[1] ?? "");
  if (!weight || inner === undefined || outer === undefined || !node.inputs[0]) return undefined;
  return { node, activation: node.inputs[0], weight, multiplies: inner * outer, inner, outer };
}

/** The products with stored weights, in the order of execution. */
export function matricesOf(program: Program, weightOf: WeightOf): Matrix[] {
  return program.nodes.flatMap((node) => matrixOf(node, weightOf) ?? []);
}

/** The mixture-of-experts operators of ONNX Runtime, by the places of their matrices. */
export const expertInputs: Readonly<Record<string, readonly number[]>> = { MoE: [2, 4, 6], QMoE: [2, 5, 8] };

/** Matrix elements in one element of a packed weight of an operator, as its attributes say. */
export function elementsPacked(node: ProgramNode, type: ElementType): number {
  const isPacked = type === "uint8" || type === "int8";
  if (!isPacked) return 1;
  if (node.op === "QMoE") return 8 / (intAttribute(node, "expert_weight_bits") ?? 4);
  if (node.op === "GatherBlockQuantized") return 8 / (intAttribute(node, "bits") ?? 4);
  return 1;
}
