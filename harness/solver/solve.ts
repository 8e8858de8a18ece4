import type { LoadedModel } from "../engine/engine.ts";
import type { SolverName } from "../run.ts";
import type { Question } from "../task.ts";
import type { Asked, Limits, Listener, Style } from "./asked.ts";
import { direct } from "./direct.ts";
import { review } from "./review.ts";
import { steps } from "./steps.ts";
import { vote } from "./vote.ts";

/** How a question is asked. */
export type Solver =
  | { readonly kind: "direct" }
  | { readonly kind: "steps" }
  | { readonly kind: "vote"; readonly draws: number }
  | { readonly kind: "review"; readonly rounds: number };

/** Limits, and how to ask within them. */
export interface Way extends Limits {
  /** Absent: `direct`. */
  readonly solver?: Solver;
  /** The task's own, where it has one for the solver. */
  readonly style?: Style;
}

/** `direct`, `steps`, `vote:5`, `review:1`. Throws a RangeError for any other name. */
export function solverOf(name: SolverName): Solver {
  const [kind = "", count] = name.split(":");
  switch (kind) {
    case "direct":
    case "steps":
      return { kind };
    case "vote":
      return { kind, draws: Number(count) };
    case "review":
      return { kind, rounds: Number(count) };
    default:
      throw new RangeError(`cannot ask by "${name}": it is none of direct, steps, vote:K and review:N`);
  }
}

/** Asks a question. Every call that it takes tells its moments, and counts. */
export function solve(model: LoadedModel, question: Question, way: Way, on: Listener): Promise<Asked> {
  const { solver = { kind: "direct" }, style, ...limits } = way;
  switch (solver.kind) {
    case "direct":
      return direct(model, question, limits, on);
    case "steps":
      return steps(model, question, limits, on, style);
    case "vote":
      return vote(model, question, solver.draws, limits, on);
    case "review":
      return review(model, question, solver.rounds, limits, on, style);
  }
}
