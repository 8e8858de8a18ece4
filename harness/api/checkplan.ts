import { booksWith } from "../cost/book.ts";
import { scenariosOf } from "../cost/scenario.ts";
import { requireDevice } from "../engine/provider.ts";
import { cellsOf, ignoredOf, type PlannedCell, type PlannedModel } from "../execute/plan.ts";
import { environment } from "../meter/environment.ts";
import type { Model } from "../model.ts";
import { present } from "../present.ts";
import { Plan } from "../run.ts";
import { layersByModel } from "../store/depth.ts";
import { embeddedModels, findModel } from "../store/models.ts";
import { expertsOf, requireWeights } from "../store/prepare.ts";
import { versions } from "../store/root.ts";
import { embeddedTasks, loadTasks } from "../store/task/load.ts";
import type { Task } from "../task.ts";

/** A plan whose models, tasks and devices exist, and its grid. Nothing has been written or built yet. */
export interface CheckedPlan {
  readonly plan: Plan;
  readonly models: ReadonlyMap<string, Model>;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly cells: readonly PlannedCell[];
  /** What was asked of some model in vain. */
  readonly notes: readonly string[];
}

/**
 * Checks everything a plan names, so that a slip of the pen costs a second and not a run.
 * Without models or tasks it means all that come with perjoule.
 */
export async function checkPlan(input: Partial<Plan>, onNote?: (note: string) => void): Promise<CheckedPlan> {
  const plan = Plan.parse({ models: embeddedModels().map((model) => model.id), tasks: embeddedTasks(), ...input });
  requireOneLowering(plan.lowering);
  requireRandomWeights(plan);
  const models = byId("model", plan.models.map(findModel));
  const { limit, num_fewshot: numFewshot, fewshot_seed: fewshotSeed, data } = plan;
  const wishes = present({ limit, numFewshot, fewshotSeed, data, onNote });
  const tasks = byId("task", await loadTasks(plan.tasks, wishes));
  for (const model of models.values()) requireWeights(model, plan.weights);
  const planned: PlannedModel[] = [];
  const cut = await layersByModel([...models.values()], plan.depth);
  for (const model of models.values()) {
    const layers = cut.get(model.id);
    planned.push(present({ ...model, experts: await expertsOf(model, layers), layers }));
  }
  for (const device of plan.device) await requireDevice(device);
  if (plan.prices !== undefined) scenariosOf(await booksWith(plan.prices), environment(versions()));
  const asked = [...tasks.values()];
  const cells = cellsOf(plan, planned, asked);
  const notes = ignoredOf(plan, planned, asked);
  if (cells.length === 0) throw new Error(`nothing is left to run: ${notes.join("; ")}; add "direct" to --solver`);
  return { plan, models, tasks, cells, notes };
}

/**
 * Some cells of a plan's grid. Models and tasks that none of them needs are left out, of the plan too, but for a group's name that
 * stands for several tasks.
 */
export function only(checked: CheckedPlan, keep: (cell: PlannedCell) => boolean): CheckedPlan {
  const cells = checked.cells.filter(keep);
  if (cells.length === 0) throw new Error("nothing is left to run: none of the plan's cells is wanted");
  const models = needed(checked.models, new Set(cells.map((cell) => cell.model)));
  const tasks = needed(checked.tasks, new Set(cells.map((cell) => cell.task)));
  const { data, ...plan } = checked.plan;
  const isKept = ([id]: readonly [string, unknown]): boolean => tasks.has(id) || !checked.tasks.has(id);
  return {
    ...checked,
    plan: {
      ...plan,
      models: namesOf(plan.models, checked.models, models),
      tasks: namesOf(plan.tasks, checked.tasks, tasks),
      ...present({ data: data && Object.fromEntries(Object.entries(data).filter(isKept)) }),
    },
    models,
    tasks,
    cells,
  };
}

function needed<T>(all: ReadonlyMap<string, T>, ids: ReadonlySet<string>): ReadonlyMap<string, T> {
  return new Map([...all].filter(([id]) => ids.has(id)));
}

/** Names of a plan stand in the order of what they name, unless a group's stands for several; that one is no id. */
function namesOf(
  names: readonly string[],
  all: ReadonlyMap<string, unknown>,
  kept: ReadonlyMap<string, unknown>,
): string[] {
  const ids = names.length === all.size ? [...all.keys()] : names;
  return names.filter((_, i) => kept.has(ids[i] as string) || !all.has(ids[i] as string));
}

/** What `auto` turns out to be might stand there already, and a cell would run twice under two keys. */
function requireOneLowering(lowerings: Plan["lowering"]): void {
  if (!lowerings.includes("auto") || lowerings.length === 1) return;
  throw new Error(
    `lowering "${lowerings.join(",")}": auto stands for the fastest of the others; give it alone, or the others without it`,
  );
}

/** A trained model says nothing that means anything where layers of it are missing. */
function requireRandomWeights({ depth, weights }: Plan): void {
  if (depth === undefined || weights === "random") return;
  throw new Error(
    `depth is of random weights only: "${depth}" of a trained model's layers know nothing; add --weights random, or leave --depth out`,
  );
}

/** Two folders may share a name; in a report they would be one. */
function byId<T extends { readonly id: string }>(kind: string, items: readonly T[]): Map<string, T> {
  const out = new Map<string, T>();
  for (const item of items) {
    if (out.has(item.id))
      throw new Error(`two ${kind}s of the plan are called "${item.id}"; rename one or name it once`);
    out.set(item.id, item);
  }
  return out;
}
