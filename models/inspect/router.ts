import type { Matrix } from "./matrix.ts";
import { constantValues, nodesBehind, type Program, type ProgramNode } from "./program.ts";
import { sourceOf } from "./source.ts";

/** A matrix that scores experts, and the node that picks the best of them; absent where scores only weigh them. */
export interface Router {
  matrix: Matrix;
  choice?: ProgramNode;
  experts: number;
  /** Experts picked for a token; absent where the graph computes the number, or picks in another way. */
  perToken?: number;
  /** Value that the scores are computed from. */
  source: string;
}

/** Softmax, correction, groups and masks between scores and choice: at most so many nodes. */
const behindChoiceMax = 60;
/** Between scores and a softmax that only weighs: at most so many; attention's softmax is further from a matrix. */
const behindSharesMax = 6;

export function picksExperts(node: ProgramNode): boolean {
  return node.op === "TopK" || node.op === "ArgMax";
}

/**
 * The matrices whose outputs are chosen from or made to shares. Where several nodes choose among the same scores (groups of experts
 * first, then experts), the last one counts. A sampler's choice of tokens is found too; it has no experts behind it.
 */
export function routersOf(program: Program, matrices: readonly Matrix[]): Router[] {
  const matrixAt = new Map(matrices.map((matrix) => [matrix.node, matrix]));
  const routers = new Map<Matrix, Router>();
  for (const node of program.nodes) {
    const chooses = picksExperts(node);
    if ((!chooses && node.op !== "Softmax") || !node.inputs[0]) continue;
    const [scored] =
      nodesBehind(program, node.inputs[0], {
        isGoal: (behind) => matrixAt.has(behind),
        limit: chooses ? behindChoiceMax : behindSharesMax,
      }) ?? [];
    const matrix = scored && matrixAt.get(scored);
    if (!matrix || (!chooses && routers.has(matrix))) continue;
    const router = {
      matrix,
      experts: matrix.outer,
      source: sourceOf(program, matrix.activation).value,
    };
    routers.set(matrix, chooses ? { ...router, choice: node, ...pickedBy(program, node, matrix) } : router);
  }
  return [...routers.values()];
}

function pickedBy(program: Program, choice: ProgramNode, { outer }: Matrix): { perToken?: number } {
  const k = choice.op === "ArgMax" ? 1 : constantValues(program, choice.inputs[1] ?? "")?.[0];
  return k !== undefined && k > 0 && k <= outer ? { perToken: k } : {};
}
