import type { OnnxAttribute, OnnxTensor, OnnxValue } from "./onnxmodel.ts";

/**
 * A graph with its subgraphs and functions laid out in one list: every value has one name and one producer. Names of the outermost
 * graph are those of the file; inner ones are changed where they would clash.
 */
export interface Program {
  nodes: readonly ProgramNode[];
  /** Stored tensors by the name of their value. */
  tensors: ReadonlyMap<string, OnnxTensor>;
  producers: ReadonlyMap<string, ProgramNode>;
  consumers: ReadonlyMap<string, readonly ProgramNode[]>;
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

export interface ProgramNode {
  /** Position in the order of execution; a node comes after what its subgraphs hold. */
  index: number;
  op: string;
  domain: string;
  name: string;
  /** A node with subgraphs also takes their outputs, after its own inputs. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: ReadonlyMap<string, OnnxAttribute>;
  /** The subgraphs it stands in, outermost first. */
  within: readonly Enclosure[];
}

/** One subgraph of a node; the same object for all nodes in it. */
export interface Enclosure {
  op: string;
  /** Number of the node that has the subgraph, the same for both branches of an `If`. */
  owner: number;
  /** The attribute that holds it: `then_branch`, `else_branch`, `body`. */
  branch: string;
  /** The node's own inputs: the condition of an `If`, the trip count of a `Loop`. */
  inputs: readonly string[];
}

/** Marks the values a `Loop` or `Scan` hands to its body; no operator of ONNX has such a name. */
export const loopOps = { iteration: "(iteration)", carried: "(carried)", slice: "(slice)" } as const;

export function intAttribute(node: ProgramNode, name: string): number | undefined {
  const attribute = node.attributes.get(name);
  return attribute && "int" in attribute ? attribute.int : undefined;
}

export function intsAttribute(node: ProgramNode, name: string): readonly number[] | undefined {
  const attribute = node.attributes.get(name);
  return attribute && "ints" in attribute ? attribute.ints : undefined;
}

/** Operators that hand on the elements of their first input, in another type or shape. */
const handsOn: ReadonlySet<string> = new Set(["Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten"]);

export function isHandedOn(node: ProgramNode): boolean {
  return handsOn.has(node.op);
}

/** The elements of a value known without running the graph. */
export function constantValues(program: Program, value: string): readonly number[] | undefined {
  let name: string | undefined = value;
  for (let steps = 0; name !== undefined && steps < 8; steps++) {
    const tensor = program.tensors.get(name);
    if (tensor) return tensor.values;
    const producer = program.producers.get(name);
    name = producer && isHandedOn(producer) ? producer.inputs[0] : undefined;
  }
  return undefined;
}

/**
 * The nodes found going back from `value` to where `isGoal` says so, nearest first; nodes where `stops` says so are not passed.
 * Undefined if more than `limit` nodes were visited: what was looked for is not near.
 */
export function nodesBehind(
  program: Program,
  value: string,
  search: { isGoal(node: ProgramNode): boolean; stops?(node: ProgramNode): boolean; limit: number },
): ProgramNode[] | undefined {
  const found: ProgramNode[] = [];
  const seen = new Set<ProgramNode>();
  const open = [value];
  for (let at = 0; at < open.length; at++) {
    const node = program.producers.get(open[at]!);
    if (!node || seen.has(node)) continue;
    seen.add(node);
    if (seen.size > search.limit) return undefined;
    if (search.isGoal(node)) found.push(node);
    // What has only the shape of something has nothing of its elements.
    else if (node.op !== "Shape" && node.op !== "Size" && !search.stops?.(node))
      open.push(...node.inputs.filter((input) => input !== ""));
  }
  return found;
}

/** Whether `isGoal` holds for one of the `limit` nodes nearest behind `value`. */
export function hasBehind(
  program: Program,
  value: string,
  isGoal: (node: ProgramNode) => boolean,
  limit: number,
): boolean {
  let visited = 0;
  let isFound = false;
  const stops = () => isFound || ++visited >= limit;
  const search = { isGoal: (node: ProgramNode) => (isFound ||= isGoal(node)), stops, limit: Infinity };
  nodesBehind(program, value, search);
  return isFound;
}

/** The nearest node for which `isGoal` holds going forward from `value`, past no node where `stops` holds, among `limit` nodes. */
export function nodeAhead(
  program: Program,
  value: string,
  isGoal: (node: ProgramNode) => boolean,
  limit: number,
  stops: (node: ProgramNode) => boolean = () => false,
): ProgramNode | undefined {
  const seen = new Set<ProgramNode>();
  const open = [value];
  for (let at = 0; at < open.length; at++) {
    for (const node of program.consumers.get(open[at]!) ?? []) {
      if (seen.has(node)) continue;
      if (isGoal(node)) return node;
      seen.add(node);
      if (seen.size > limit) return undefined;
      if (!stops(node)) open.push(...node.outputs.filter((output) => output !== ""));
    }
  }
  return undefined;
}
