import type { Schedule } from "../execute/schedule.ts";
import { present } from "../present.ts";
import type { Cell } from "../run.ts";
import { solverOf } from "../solver/solve.ts";
import { drawingOf } from "../solver/vote.ts";
import type { PreparedModel } from "../store/prepare.ts";
import { samplingOf, type Task, writingLimitsOf } from "../task.ts";

/** How a cell's process finds and runs its model, and asks it. `seed` is that of what is drawn in this pass. */
export function openingOf(
  cell: Cell,
  { model, graph, standIn }: PreparedModel,
  { definition }: Task,
  seed: number,
): ReturnType<Schedule["openingOf"]> {
  const { maxTokens, stops } = writingLimitsOf(definition);
  const solver = solverOf(cell.solver);
  const sampling = solver.kind === "vote" ? drawingOf(definition) : samplingOf(definition);
  const style = definition.perjoule.styles?.[solver.kind];
  return present({
    source: model.source,
    folder: model.folder,
    graph,
    standIn,
    weights: cell.weights,
    device: cell.device,
    threads: cell.threads,
    maxTokens,
    // Random weights would write a stop string by chance: they write to the limit, so that every model does the same work.
    stops: cell.weights === "random" ? [] : [...stops],
    sampling: sampling && { ...sampling, seed },
    solver: cell.solver,
    style: style && { cue: style.cue, maxTokens: style.max_gen_toks },
  });
}
