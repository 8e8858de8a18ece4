/** What stored tensors are to the operators that read them. */
import { isFloat } from "./elementtype.ts";
import { elementsPacked, expertInputs, type Matrix } from "./matrix.ts";
import { nodeAhead, type Program, type ProgramNode } from "./program.ts";
import { preparesWeight, type Weight, type WeightOf } from "./weight.ts";

/**
 * Scales, zero points and group indices: stored and read with a weight, and no parameters. A scale that is an operand of `Mul`
 * counts as a parameter, as it cannot be told from a norm's.
 */
const scaleInputs: Readonly<Record<string, readonly number[]>> = {
  DequantizeLinear: [1, 2],
  QuantizeLinear: [1, 2],
  MatMulNBits: [2, 3, 4],
  MatMulBnb4: [2],
  MatMulInteger: [2, 3],
  ConvInteger: [2, 3],
  DynamicQuantizeMatMul: [2, 3],
  MatMulIntegerToFloat: [2, 3, 4, 5],
  QLinearMatMul: [1, 2, 4, 5, 6, 7],
  QLinearConv: [1, 2, 4, 5, 6, 7],
  QGemm: [1, 2, 4, 5, 7, 8],
  QAttention: [3, 4, 6, 7],
  GatherBlockQuantized: [2, 3],
  QMoE: [3, 6, 9, 11, 12, 13, 15, 16, 17, 18, 19],
};

/** Inputs that are cosines and sines; ONNX's `RotaryEmbedding` takes them before the positions, ONNX Runtime's after. */
function rotaryTables({ op, domain }: ProgramNode): readonly number[] {
  if (op === "GroupQueryAttention") return [7, 8];
  if (op !== "RotaryEmbedding") return [];
  return domain === "" ? [1, 2] : [2, 3];
}

/** Looks up rows by index: reads of its first input only the rows of the tokens. */
export function looksUpRows(node: ProgramNode): boolean {
  return node.op === "Gather" || node.op === "GatherBlockQuantized";
}

/**
 * The stored tensors that are weights, by name, with the parameters each stands for: a packed matrix its elements, a scale or zero
 * point none. Shapes, axes, single numbers, masks of booleans and rotary tables are no weights and left out.
 */
export function weightTensors(program: Program, weightOf: WeightOf, matrices: readonly Matrix[]): Map<string, number> {
  const counts = new Map<string, number>();
  const scales = new Set<string>();
  const count = (tensor: string, elements: number) => counts.set(tensor, Math.max(counts.get(tensor) ?? 0, elements));
  const matrixAt = new Map(matrices.map((matrix) => [matrix.node, matrix]));
  for (const node of program.nodes) {
    const tables = rotaryTables(node);
    for (const [at, input] of node.inputs.entries()) {
      const weight = input === "" || tables.includes(at) ? undefined : weightOf(input);
      const tensor = weight && program.tensors.get(weight.tensor);
      if (!weight || !tensor) continue;
      const matrix = matrixAt.get(node);
      if (scaleInputs[node.op]?.includes(at)) scales.add(weight.tensor);
      else if (matrix?.weight === weight) count(weight.tensor, matrix.multiplies / weight.share);
      else if (
        tensor.elements > 1 &&
        (isFloat(tensor.type) || isQuantised(node, at, weight)) &&
        !preparesWeight(node, weightOf)
      )
        count(weight.tensor, tensor.elements * elementsPacked(node, tensor.type));
    }
  }
  for (const tensor of counts.keys()) if (isTable(program, weightOf, tensor)) counts.delete(tensor);
  for (const tensor of scales) if (!counts.has(tensor)) counts.set(tensor, 0);
  return counts;
}

/** Whether an input of integers stands for real numbers. */
function isQuantised(node: ProgramNode, at: number, { besides }: Weight): boolean {
  return (
    besides.length > 0 ||
    expertInputs[node.op]?.includes(at) === true ||
    (node.op === "GatherBlockQuantized" && at === 0)
  );
}

/** Operators that change the look of a table and not its meaning. */
const reshapes: ReadonlySet<string> = new Set([
  "Gather",
  "GatherND",
  "Slice",
  "Cast",
  "Identity",
  "Reshape",
  "Squeeze",
  "Unsqueeze",
  "Transpose",
  "Expand",
  "Tile",
  "Concat",
]);

/**
 * Whether a tensor is a table of rotary positions and not learned: looked up at run time and then only ever a factor of activations
 * (cosines and sines), or the angles that `Cos` and `Sin` are taken of. A table of learned positions is added.
 */
function isTable(program: Program, weightOf: WeightOf, tensor: string): boolean {
  const isAngle = (node: ProgramNode) => node.op === "Cos" || node.op === "Sin";
  const passes = (node: ProgramNode) =>
    reshapes.has(node.op) || node.op === "MatMul" || node.op === "Mul" || node.op === "Einsum";
  const leavesAngles = nodeAhead(program, tensor, (node) => !isAngle(node) && !passes(node), 40, isAngle);
  if (leavesAngles === undefined && nodeAhead(program, tensor, isAngle, 40)) return true;
  const looked = (program.consumers.get(tensor) ?? []).every((node) =>
    ["Gather", "Slice", "GatherND"].includes(node.op),
  );
  if (!looked || !program.consumers.has(tensor)) return false;
  const isFactor = (node: ProgramNode) =>
    node.op === "Mul" && !node.inputs.some((input) => weightOf(input) !== undefined);
  return nodeAhead(program, tensor, (node) => !isFactor(node) && !reshapes.has(node.op), 200, isFactor) === undefined;
}
