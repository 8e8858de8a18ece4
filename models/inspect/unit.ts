import type { Matrix } from "./matrix.ts";
import { nodesBehind, type Program, type ProgramNode } from "./program.ts";
import { picksExperts } from "./router.ts";
import { sourceOf, type Source } from "./source.ts";

/** A feed-forward of two layers: one or more matrices of the same activations, and one of what they make. */
export interface Unit extends Source {
  first: readonly Matrix[];
  last: Matrix;
}

/** Gate and up, or one of both; a unit of more matrices is no feed-forward. */
const firstMax = 2;
/** Nodes between the two layers: activation function, product and casts. */
export const betweenMax = 48;

/**
 * The units of a graph in groups of the same shapes that read the same activations: each group may be the experts of a layer.
 * A dense feed-forward is a group of one.
 */
export function unitGroups(program: Program, matrices: readonly Matrix[]): Unit[][] {
  const matrixAt = new Map(matrices.map((matrix) => [matrix.node, matrix]));
  const groups = new Map<string, Unit[]>();
  for (const last of matrices) {
    const unit = unitEndingIn(program, last, matrixAt);
    if (!unit) continue;
    const shapes = [...unit.first, last].map(({ inner, outer }) => `${inner}x${outer}`);
    const key = JSON.stringify([unit.value, shapes]);
    const group = groups.get(key);
    if (group) group.push(unit);
    else groups.set(key, [unit]);
  }
  return [...groups.values()];
}

function unitEndingIn(program: Program, last: Matrix, matrixAt: ReadonlyMap<ProgramNode, Matrix>): Unit | undefined {
  const found = nodesBehind(program, last.activation, {
    isGoal: (node) => matrixAt.has(node),
    // The weight of an expert may be multiplied in before the last matrix; its own history leads to the router.
    stops: picksExperts,
    limit: betweenMax,
  });
  if (!found || found.length === 0 || found.length > firstMax) return undefined;
  const first = found.map((node) => matrixAt.get(node)!);
  const sources = first.map(({ activation }) => sourceOf(program, activation));
  const [source] = sources;
  if (!source || sources.some(({ value, rowsBy }) => value !== source.value || rowsBy !== source.rowsBy))
    return undefined;
  return { ...source, first, last };
}
