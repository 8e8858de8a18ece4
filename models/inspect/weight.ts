import { constantValues, intAttribute, intsAttribute, loopOps, type Program, type ProgramNode } from "./program.ts";

/** A stored tensor as an operator sees it, after what the graph does to it on the way. */
export interface Weight {
  /** Name of the value in `Program.tensors`. */
  tensor: string;
  /** Shape at the operator's input; the number of elements is right even where the shape could not be followed. */
  shape: readonly number[];
  /** Part of the tensor that is read, 1 for all of it. */
  share: number;
  /** Which part: the same words for the same part. */
  part: string;
  /** Value that picks the part while the graph runs. */
  chosenBy?: string;
  /** Scales and zero points read with it. */
  besides: readonly string[];
}

export type WeightOf = (value: string) => Weight | undefined;

/** Operators between a weight and its use; more than these in a row are no storage layout. */
const stepsMax = 16;

/** Follows values back to stored tensors; answers are kept, since weights are asked for again and again. */
export function weightFinder(program: Program): WeightOf {
  const known = new Map<string, Weight | undefined>();
  const find = (value: string, steps: number): Weight | undefined => {
    if (known.has(value)) return known.get(value);
    const tensor = program.tensors.get(value);
    const producer = program.producers.get(value);
    let weight: Weight | undefined;
    if (tensor) weight = { tensor: value, shape: tensor.shape, share: 1, part: "whole", besides: [] };
    else if (producer && steps < stepsMax && producer.inputs[0]) {
      const before = follows.has(producer.op) ? find(producer.inputs[0], steps + 1) : undefined;
      weight = before && step(program, producer, before, value);
    }
    known.set(value, weight);
    return weight;
  };
  return (value) => find(value, 0);
}

const follows: ReadonlySet<string> = new Set([
  "Identity",
  "Cast",
  "QuantizeLinear",
  "DequantizeLinear",
  "Transpose",
  "Reshape",
  "Flatten",
  "Squeeze",
  "Unsqueeze",
  "Gather",
  "Slice",
  "Split",
  loopOps.carried,
  loopOps.slice,
]);

/** Whether a node only prepares a weight for others, so that reading is theirs. */
export function preparesWeight(node: ProgramNode, weightOf: WeightOf): boolean {
  return follows.has(node.op) && node.outputs[0] !== undefined && weightOf(node.outputs[0]) !== undefined;
}

function step(program: Program, node: ProgramNode, before: Weight, value: string): Weight | undefined {
  const { shape } = before;
  switch (node.op) {
    case "DequantizeLinear":
    case "QuantizeLinear": {
      const besides = node.inputs.slice(1).filter((input) => program.tensors.has(input));
      return { ...before, besides: [...before.besides, ...besides] };
    }
    case "Transpose": {
      const order = intsAttribute(node, "perm") ?? shape.map((_, at) => shape.length - 1 - at);
      return { ...before, shape: order.map((axis) => shape[axis] ?? 1) };
    }
    case "Reshape":
      return { ...before, shape: reshaped(shape, constantValues(program, node.inputs[1] ?? "")) };
    case "Squeeze":
      return { ...before, shape: shape.filter((length) => length !== 1) };
    case "Unsqueeze": {
      const axes = intsAttribute(node, "axes") ?? constantValues(program, node.inputs[1] ?? "") ?? [0];
      return { ...before, shape: unsqueezed(shape, axes) };
    }
    case "Split": {
      const at = node.outputs.indexOf(value);
      return { ...before, ...cut(before, intAttribute(node, "axis") ?? 0, 1 / node.outputs.length, `split ${at}`) };
    }
    case "Slice":
      return sliced(program, node, before);
    case "Gather":
      return gathered(program, node, before);
    case loopOps.slice:
      return { ...before, ...cut(before, 0, 1 / (shape[0] ?? 1), "slices"), shape: shape.slice(1), chosenBy: value };
    default:
      return before;
  }
}

function gathered(program: Program, node: ProgramNode, before: Weight): Weight | undefined {
  const { shape } = before;
  const axis = positive(intAttribute(node, "axis") ?? 0, shape.length);
  const length = shape[axis];
  const indices = node.inputs[1] ?? "";
  if (!length) return undefined;
  const fixed = constantValues(program, indices);
  if (fixed) {
    const isOne = program.tensors.get(indices)?.shape.length === 0;
    const replaced = [...shape.slice(0, axis), ...(isOne ? [] : [fixed.length]), ...shape.slice(axis + 1)];
    return { ...before, ...cut(before, axis, fixed.length / length, `${axis}: ${fixed.join()}`), shape: replaced };
  }
  // Rows of a matrix looked up by token are an embedding; one matrix of a stack is a weight.
  if (shape.length < 3 || axis !== 0) return undefined;
  return { ...before, shape: shape.slice(1), share: before.share / length, part: "chosen", chosenBy: indices };
}

/** A part cut out at positions the graph holds; one cut out elsewhere is a table, not a weight. */
function sliced(program: Program, node: ProgramNode, before: Weight): Weight | undefined {
  const listed = (name: string, at: number) =>
    intsAttribute(node, name) ?? constantValues(program, node.inputs[at] ?? "");
  const [starts, ends] = [listed("starts", 1), listed("ends", 2)];
  const axes = listed("axes", 3) ?? starts?.map((_, at) => at);
  if (starts?.length !== 1 || ends?.length !== 1 || axes?.length !== 1) return undefined;
  const axis = positive(axes[0]!, before.shape.length);
  const length = before.shape[axis];
  if (!length) return undefined;
  const [start, end] = [starts[0]!, ends[0]!].map((at) => Math.min(Math.max(at < 0 ? at + length : at, 0), length));
  return { ...before, ...cut(before, axis, (end! - start!) / length, `${axis}: ${start} to ${end}`) };
}

function cut(before: Weight, axis: number, share: number, part: string): Pick<Weight, "shape" | "share" | "part"> {
  const at = positive(axis, before.shape.length);
  const shape = before.shape.map((length, dimension) => (dimension === at ? Math.round(length * share) : length));
  return { shape, share: before.share * share, part: before.part === "whole" ? part : `${before.part}, ${part}` };
}

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The shape that `Reshape` makes; [elements] where its target is not known. */
function reshaped(shape: readonly number[], target: readonly number[] | undefined): number[] {
  const elements = shape.reduce((product, length) => product * length, 1);
  if (!target) return [elements];
  const lengths = target.map((length, at) => (length === 0 ? (shape[at] ?? 1) : length));
  const rest = lengths.reduce((product, length) => (length === -1 ? product : product * length), 1);
  return lengths.map((length) => (length === -1 ? elements / rest : length));
}

function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => positive(axis, rank)));
  let next = 0;
  return Array.from({ length: rank }, (_, at) => (added.has(at) ? 1 : (shape[next++] ?? 1)));
}
