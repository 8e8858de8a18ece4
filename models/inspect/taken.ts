import { constantValues, type Program, type ProgramNode } from "./program.ts";
import { matrixOf } from "./matrix.ts";
import type { WeightOf } from "./weight.ts";

/**
 * The program without the branches that are not counted: of the branches of an `If` the one with the most multiply-adds, and the
 * true one of equals. A decoder exported with and without cache in one file has its whole model in both.
 */
export function takenBranches(program: Program, weightOf: WeightOf): Program {
  const work = new Map<number, Map<string, number>>();
  for (const node of program.nodes) {
    const multiplies = matrixOf(node, weightOf)?.multiplies ?? 0;
    for (const { op, owner, branch } of node.within) {
      if (op !== "If") continue;
      const branches = work.get(owner) ?? new Map<string, number>();
      work.set(owner, branches.set(branch, (branches.get(branch) ?? 0) + multiplies));
    }
  }
  if (work.size === 0) return program;
  const taken = new Map([...work].map(([owner, branches]) => [owner, heaviest(branches)]));
  const nodes = program.nodes.filter(({ within }) =>
    within.every(({ op, owner, branch }) => op !== "If" || taken.get(owner) === branch),
  );
  return { ...program, nodes };
}

function heaviest(branches: ReadonlyMap<string, number>): string {
  const byWork = [...branches].sort(
    ([a, workA], [b, workB]) => workB - workA || Number(b === "then_branch") - Number(a === "then_branch"),
  );
  return byWork[0]![0];
}

/** How often a node runs in a step because of the loops around it; once where the graph computes the number of trips. */
export function tripsOf(program: Program, node: ProgramNode): number {
  return node.within.reduce((trips, { op, inputs }) => {
    const known = op === "Loop" ? constantValues(program, inputs[0] ?? "")?.[0] : undefined;
    // Loops that end by their condition are given the largest number there is.
    return known !== undefined && known > 0 && known <= 1024 ? trips * known : trips;
  }, 1);
}
