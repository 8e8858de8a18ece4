/** Which parts of the stored tensors a graph reads for one token. */
import type { Matrix } from "./matrix.ts";
import type { Program, ProgramNode } from "./program.ts";
import { looksUpRows } from "./roles.ts";
import { preparesWeight, type WeightOf } from "./weight.ts";

/** A part of a stored tensor, by the tensor's name. The same part read twice is read once. */
export interface Read {
  tensor: string;
  part: string;
  /** Of the tensor's bytes, at most 1. */
  share: number;
}

/** Tables of positions inside an operator: it reads the row of each token. */
const tableInputs: Readonly<Record<string, readonly number[]>> = {
  GroupQueryAttention: [7, 8],
  RotaryEmbedding: [1, 2, 3],
};

/** What one node reads for one row of activations, once. */
export function readsOf(program: Program, node: ProgramNode, weightOf: WeightOf): Read[] {
  if (preparesWeight(node, weightOf)) return [];
  return node.inputs.flatMap((input, at): Read[] => {
    const weight = input === "" ? undefined : weightOf(input);
    if (!weight) return [];
    const isTable = tableInputs[node.op]?.includes(at) === true && weight.shape.length === 2;
    // The scales and zero points of a quantised embedding have its rows.
    const isLookUp = looksUpRows(node) && (at === 0 || (at > 1 && node.op === "GatherBlockQuantized"));
    const rows = isTable || isLookUp || isCut(node, at) ? weight.shape[0] : undefined;
    const { part, share } = rows ? { part: "row", share: 1 / rows } : weight;
    return [weight.tensor, ...weight.besides].map((name) => ({ tensor: name, part, share }));
  });
}

/** A table cut to length while the graph runs counts as one row: the kernels copy more, but its length is not known here. */
function isCut(node: ProgramNode, at: number): boolean {
  return node.op === "Slice" && at === 0;
}

/** Share of each tensor that some reads cover together. */
export function sharesRead(reads: Iterable<Read>): Map<string, number> {
  const parts = new Map<string, Map<string, number>>();
  for (const { tensor, part, share } of reads) {
    const known = parts.get(tensor) ?? new Map<string, number>();
    parts.set(tensor, known.set(part, Math.max(known.get(part) ?? 0, share)));
  }
  return new Map(
    [...parts].map(([tensor, shares]) => [
      tensor,
      Math.min(
        1,
        [...shares.values()].reduce((sum, share) => sum + share, 0),
      ),
    ]),
  );
}

/** What the nodes of a mixture of experts read together, with the biases added right behind them. */
export function readsOfMixture(
  program: Program,
  nodes: readonly ProgramNode[],
  matrices: ReadonlyMap<ProgramNode, Matrix>,
  weightOf: WeightOf,
): Map<string, number> {
  const biases = nodes.flatMap((node) => {
    const behind = matrices.has(node) ? (program.consumers.get(node.outputs[0] ?? "") ?? []) : [];
    return behind.filter(({ op }) => op === "Add");
  });
  return sharesRead([...nodes, ...biases].flatMap((node) => readsOf(program, node, weightOf)));
}
