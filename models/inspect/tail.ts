import type { Matrix } from "./matrix.ts";
import { constantValues, intAttribute, nodesBehind, type Program, type ProgramNode } from "./program.ts";

/** What a graph computes only for the positions whose logits it gives. */
export interface Tail {
  /** The matrix that makes logits. */
  head: Matrix;
  /** Positions of a step that get logits: each, the last, or as many as an input asks for. */
  positions: "every" | "last" | "asked";
  /** The head, and what stands between it and the cut where positions are left behind. */
  nodes: ReadonlySet<ProgramNode>;
}

/** Scales, caps and changes of shape between the head and the output: at most so many. */
const behindOutputMax = 12;
const behindIndexMax = 50;

/** The tail of a graph, if its logits come from a matrix: its output `logits`, or its first that is no cache. */
export function tailOf(
  program: Program,
  matrices: ReadonlyMap<ProgramNode, Matrix>,
  attentions: ReadonlySet<ProgramNode>,
): Tail | undefined {
  const { outputs } = program;
  const logits = outputs.find(({ name }) => name === "logits") ?? outputs.find(({ name }) => !/^present/i.test(name));
  if (!logits) return undefined;
  const isMatrix = (node: ProgramNode) => matrices.has(node);
  const [node] = nodesBehind(program, logits.name, { isGoal: isMatrix, limit: behindOutputMax }) ?? [];
  const head = node && matrices.get(node);
  if (!head) return undefined;
  const nodes = new Set([head.node]);
  const stops = (behind: ProgramNode) => {
    nodes.add(behind);
    return attentions.has(behind);
  };
  const cuts = nodesBehind(program, head.activation, { isGoal: cutsPositions, stops, limit: Infinity }) ?? [];
  // Behind an attention every position is needed; a cut beyond one leaves none behind here.
  const isCut = cuts.length > 0 && ![...nodes].some((behind) => attentions.has(behind));
  if (isCut) return { head, nodes, positions: cuts.some((cut) => isAsked(program, cut)) ? "asked" : "last" };
  const isLast = logits.shape?.length === 2 || logits.shape?.at(-2) === 1;
  return { head, nodes: new Set([head.node]), positions: isLast ? "last" : "every" };

  /** Picks along the second dimension, which is the positions' in [batch, positions, width]. */
  function cutsPositions(behind: ProgramNode): boolean {
    if (program.tensors.has(behind.inputs[0] ?? "")) return false;
    if (behind.op === "Gather") return intAttribute(behind, "axis") === 1;
    return behind.op === "Slice" && constantValues(program, behind.inputs[3] ?? "")?.join() === "1";
  }
}

/** Whether what a cut keeps depends on an input of the graph, and not on shapes alone. */
function isAsked(program: Program, cut: ProgramNode): boolean {
  const inputs = new Set(program.inputs.map(({ name }) => name));
  const takesInput = (node: ProgramNode) =>
    node.op !== "Shape" && node.op !== "Size" && node.inputs.some((input) => inputs.has(input));
  return cut.inputs.slice(1).some((index) => {
    const takers = index === "" ? [] : nodesBehind(program, index, { isGoal: takesInput, limit: behindIndexMax });
    return inputs.has(index) || takers === undefined || takers.length > 0;
  });
}
