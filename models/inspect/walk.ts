/** The static walk: what a graph stores, reads and computes, from its shapes alone. */
import { attentionsOf, type AttentionCore } from "./attention.ts";
import { mixturesOf, type Mixture } from "./experts.ts";
import { elementsPacked, expertInputs, matricesOf, type Matrix } from "./matrix.ts";
import type { Program, ProgramNode } from "./program.ts";
import { readsOf, readsOfMixture, sharesRead } from "./reads.ts";
import { weightTensors } from "./roles.ts";
import { tailOf, type Tail } from "./tail.ts";
import { takenBranches, tripsOf } from "./taken.ts";
import { weightFinder, type WeightOf } from "./weight.ts";

/** A share of a model: parameters, their bytes as stored with scales and zero points, and multiply-adds counted as two operations. */
export interface Work {
  parameters: number;
  bytes: number;
  flops: number;
}

export interface MixtureWork extends Mixture {
  /** Attentions before it, less one; absent where the graph has none. */
  layer?: number;
  /** Whether it runs for every position, or for those that get logits. */
  positions: "every" | "logits";
  /** What one expert takes for one row. */
  perExpert: Work;
}

export interface Walk {
  /** All weights; a tensor used twice is stored once. */
  stored: Omit<Work, "flops">;
  /** What one token reads and computes, mixtures aside; of the tail what it reads, and not what it computes. */
  body: Work;
  /** Operations, mixtures aside, for a position that gets logits; none where no output head was found. */
  tail: { flops: number; positions?: Tail["positions"] };
  mixtures: MixtureWork[];
  attentions: AttentionCore[];
  /** Stored tensors that are weights, by name, with the parameters each stands for. */
  weights: ReadonlyMap<string, number>;
}

export function walk(whole: Program): Walk {
  const weightOf = weightFinder(whole);
  const program = takenBranches(whole, weightOf);
  const matrices = matricesOf(program, weightOf);
  const matrixAt = new Map(matrices.map((matrix) => [matrix.node, matrix]));
  const weights = weightTensors(whole, weightOf, matricesOf(whole, weightOf));
  const attentions = attentionsOf(program, matrices);
  const tail = tailOf(program, matrixAt, new Set(attentions.map(({ node }) => node)));
  const measure = (shares: ReadonlyMap<string, number>) => measured(program, weights, shares);
  const found = mixturesOf(program, matrices, weightOf).map((mixture) => ({
    mixture,
    shares: sharesOfMixture(program, mixture, matrixAt, weightOf),
  }));
  const mixtures = found.map(({ mixture, shares }): MixtureWork => {
    const { experts } = mixture.declared;
    const layer = layerOf(mixture, attentions);
    const { parameters, bytes } = measure(shares);
    const flops = flopsOfMixture(program, mixture, matrixAt, weightOf);
    const isTail = tail?.positions !== "every" && mixture.nodes.every((node) => tail?.nodes.has(node));
    return {
      ...mixture,
      ...(layer !== undefined && { layer }),
      positions: isTail ? "logits" : "every",
      perExpert: { parameters: parameters / experts, bytes: bytes / experts, flops: flops / experts },
    };
  });
  const expertNodes = new Set(mixtures.flatMap(({ nodes }) => nodes));
  const expertTensors = new Set(found.flatMap(({ shares }) => Array.from(shares.keys())));
  const reads = program.nodes
    .filter((node) => !expertNodes.has(node))
    .flatMap((node) => readsOf(program, node, weightOf))
    .filter(({ tensor }) => !expertTensors.has(tensor));
  const dense = matrices.filter(({ node }) => !expertNodes.has(node));
  const flopsOf = (part: readonly Matrix[]) =>
    part.reduce((sum, { node, multiplies }) => sum + 2 * multiplies * tripsOf(program, node), 0);
  return {
    stored: {
      parameters: [...weights.values()].reduce((sum, count) => sum + count, 0),
      bytes: [...weights.keys()].reduce((sum, name) => sum + whole.tensors.get(name)!.bytes, 0),
    },
    body: { ...measure(sharesRead(reads)), flops: flopsOf(dense.filter(({ node }) => !tail?.nodes.has(node))) },
    tail: {
      flops: flopsOf(dense.filter(({ node }) => tail?.nodes.has(node))),
      ...(tail && { positions: tail.positions }),
    },
    mixtures,
    attentions,
    weights,
  };
}

function measured(
  program: Program,
  weights: ReadonlyMap<string, number>,
  shares: ReadonlyMap<string, number>,
): Omit<Work, "flops"> {
  let [parameters, bytes] = [0, 0];
  for (const [tensor, share] of shares) {
    const count = weights.get(tensor);
    if (count === undefined) continue;
    parameters += count * share;
    bytes += program.tensors.get(tensor)!.bytes * share;
  }
  return { parameters, bytes };
}

/** Shares of the tensors that all experts of a mixture hold together: whole stacks, though one matrix is picked at a time. */
function sharesOfMixture(
  program: Program,
  { nodes }: Mixture,
  matrixAt: ReadonlyMap<ProgramNode, Matrix>,
  weightOf: WeightOf,
): Map<string, number> {
  const shares = readsOfMixture(program, nodes, matrixAt, weightOf);
  return new Map([...shares].map(([tensor, share]) => [tensor, isStack(nodes, tensor, matrixAt) ? 1 : share]));
}

function isStack(nodes: readonly ProgramNode[], tensor: string, matrixAt: ReadonlyMap<ProgramNode, Matrix>): boolean {
  return nodes.some((node) => {
    const weight = matrixAt.get(node)?.weight;
    return weight?.chosenBy !== undefined && [weight.tensor, ...weight.besides].includes(tensor);
  });
}

/** Operations of all experts of a mixture for one row. */
function flopsOfMixture(
  program: Program,
  { nodes, declared: { experts } }: Mixture,
  matrixAt: ReadonlyMap<ProgramNode, Matrix>,
  weightOf: WeightOf,
): number {
  const multiplies = nodes.map((node) => {
    const matrix = matrixAt.get(node);
    // A matrix picked from a stack stands for each of them in turn.
    if (matrix) return matrix.multiplies * (matrix.weight.chosenBy === undefined ? 1 : experts);
    const stacks = (expertInputs[node.op] ?? []).map((place) => weightOf(node.inputs[place] ?? ""));
    return stacks.reduce((sum, weight) => {
      const tensor = weight && program.tensors.get(weight.tensor);
      return tensor ? sum + tensor.elements * elementsPacked(node, tensor.type) : sum;
    }, 0);
  });
  return 2 * multiplies.reduce((sum, each) => sum + each, 0);
}

function layerOf({ nodes }: Mixture, attentions: readonly AttentionCore[]): number | undefined {
  const before = attentions.filter(({ node }) => node.index < nodes[0]!.index).length;
  return before === 0 ? undefined : before - 1;
}
